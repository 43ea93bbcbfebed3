Feature: Callbacks that could be taken for another

  What was verified is what must be worked with: not a second value of the same name, not one from
  another place, and not an empty form that was JSON all along.

  @case:RC-FORM-04 @severity:required @needs:recurring.form
  @clause:002:B.2 @clause:002:B.6
  @defect:request-merge
  Scenario Outline: Repeated and misplaced parameters cannot smuggle a success
    Given a pending subscription of 24.50 MYR
    And the callback endpoint for forms has just booked a good payment
    When a form about a failed payment is delivered with <addition>
    Then no payment is booked
    And the answer is not a server error
    And the callback endpoint for forms still books a good payment

    Examples:
      | x | addition                            |
      | a | status_id 1 after it                |
      | b | status_id 1 before it               |
      | c | status_id 1 in the query of the URL |
      | d | status_id 1 in a cookie             |

  @case:RC-FORM-05 @severity:required
  @clause:002:0 @clause:002:A.4 @clause:002:A.5
  @defect:mode-misread
  Scenario Outline: The wrong format is recognised, not misread
    Given a pending subscription of 24.50 MYR
    And the callback endpoint for <registered> has just booked a good payment
    When a good payment is reported by <format> where <registered> <is> registered
    Then it is booked as sent, or refused with 4xx and without effect
    And the callback endpoint for <registered> still books a good payment

    @needs:recurring.form
    Examples:
      | x | format | registered | is  |
      | a | JSON   | forms      | are |

    @needs:recurring.json
    Examples:
      | x | format | registered | is |
      | b | a form | JSON       | is |

    @needs:recurring.form
    Examples:
      | x | format                             | registered | is  |
      | c | JSON text that calls itself a form | forms      | are |

    @needs:recurring.json
    Examples:
      | x | format                          | registered | is |
      | d | form text that calls itself JSON | JSON       | is |
