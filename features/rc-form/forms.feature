Feature: The recurring payment callback as a form

  Without the box for JSON the gateway posts the callback as a form. The same hash over the same
  fields tells its callbacks from a stranger's.

  @case:RC-FORM-01 @severity:required @needs:recurring.form
  @clause:002:0 @clause:002:A.5 @clause:002:B.2
  @defect:json-only @defect:urlencoded-only
  Scenario Outline: Success and failure arrive as forms
    Given a pending subscription of 24.50 MYR
    And the callback endpoint for forms was tried with a good payment
    When a recurring callback as <a form about a payment>
    Then it is acknowledged in time
    And <what follows>
    And the callback endpoint for forms still books a good payment

    Examples:
      | x | a form about a payment                         | what follows                       |
      | a | a urlencoded form reports a successful payment | the payment is booked exactly once |
      | b | a urlencoded form reports a failed payment     | no payment is booked               |

    @severity:informational
    Examples:
      | x | a form about a payment                        | what follows                       |
      | c | a multipart form reports a successful payment | the payment is booked exactly once |
      | d | a multipart form reports a failed payment     | no payment is booked               |

  @case:RC-FORM-02 @severity:required @needs:recurring.form
  @clause:002:B.6 @clause:002:D @clause:001:8.2
  @defect:array-param-bypass @defect:hash-unchecked
  Scenario Outline: The hash is enforced on form fields too
    Given a pending subscription of 24.50 MYR
    And the callback endpoint for forms has just booked a good payment
    When a recurring callback as a form is delivered with <falsehood>
    Then nothing happens to the subscription
    And the answer is not a server error
    And an answer other than 4xx is noted
    And the callback endpoint for forms still books a good payment

    Examples:
      | x | falsehood                              |
      | a | a random hash                          |
      | b | no hash field                          |
      | c | a changed status_id under the old hash |
      | d | hash[] in place of hash                |
      | e | status_id[] in place of status_id      |
      | f | order_id[] in place of order_id        |

  @case:RC-FORM-03 @severity:required @needs:recurring.form
  @clause:002:B.5 @clause:002:B.6
  @defect:double-decode
  Scenario Outline: Form values are decoded exactly once
    Given a pending subscription of 24.50 MYR
    When a recurring callback as a form carries the message <message>
    Then it is acknowledged in time
    And the payment is booked exactly once

    Examples:
      | x | message     |
      | a | 100%25 sure |
      | b | a+b         |
      | c | café ok     |
