Feature: The recurring payment callback in JSON

  The gateway reports each instalment and each subscription payment to your callback URL. The hash
  is all that tells its callbacks from a stranger's.

  @case:RC-JSON-01 @severity:required @needs:recurring.json
  @clause:002:0 @clause:002:A.5 @clause:002:B.1 @clause:002:B.2 @clause:002:B.3 @clause:002:B.4 @clause:002:B.6 @clause:002:D @clause:000:1.3
  @defect:hmac-where-sha256
  Scenario Outline: A successful instalment is recorded once
    Given a pending subscription of 24.50 MYR
    When a recurring callback with <details> reports a successful payment
    Then it is acknowledged in time
    And the payment is booked exactly once
    And the recorded transaction id equals the one sent

    Examples:
      | x | details                |
      | a | an instalment schedule |
      | b | a subscription history |

  @case:RC-JSON-05 @severity:required @needs:recurring.json
  @clause:002:B.6 @clause:002:D @clause:001:4.2 @clause:001:8.2
  @defect:hash-unchecked @defect:hash-partial
  Scenario Outline: A wrong or missing hash, or any changed hashed field, is refused
    Given a pending subscription of 24.50 MYR
    And the callback endpoint has just booked a good payment
    When a recurring callback is delivered with <falsehood>
    Then nothing happens to the subscription
    And the answer is not a server error
    And an answer other than 4xx is noted
    And the callback endpoint still books a good payment

    Examples:
      | x | falsehood                          |
      | a | a random hash                      |
      | b | no hash field                      |
      | c | an empty hash                      |
      | d | a null hash                        |
      | e | the last digit of the hash changed |

    @needs:recurring-hash-not-md5
    Examples:
      | x | falsehood                |
      | f | the MD5 of the same text |

    Examples:
      | x | falsehood                                   |
      | g | the digest of nothing under an empty key    |
      | h | a changed status_id under the old hash      |
      | i | a changed order_id under the old hash       |
      | j | a changed transaction_id under the old hash |
      | k | a changed msg under the old hash            |
