Feature: What the status of a callback means

  A callback says how a payment ended. Only the text 1 means that money came in; a callback alone does not.

  @case:RC-JSON-02 @severity:required @needs:recurring.json
  @clause:002:B.2
  @defect:any-callback-is-paid
  Scenario Outline: A failed instalment is not a payment
    Given a pending subscription of 24.50 MYR
    And the callback endpoint has just booked a good payment
    When a recurring callback with a right hash and <failure> is delivered
    Then it is acknowledged in time
    And the failure is recorded, and nothing is booked
    And the callback endpoint still books a good payment

    Examples:
      | x | failure                                              |
      | a | an ordinary decline                                  |
      | b | a refusal before processing and so no transaction_id |

  @case:RC-JSON-04 @severity:required @needs:recurring.json
  @clause:002:B.2 @clause:001:11.1
  @defect:pending-as-paid @defect:loose-equals
  Scenario Outline: Only exactly 1 means paid
    Given a pending subscription of 24.50 MYR
    And the callback endpoint has just booked a good payment
    When a recurring callback with a right hash and <status> is delivered
    Then the answer is not a server error
    And no payment is booked for the subscription, and it is not shown as paid
    And a state other than pending is noted
    And the callback endpoint still books a good payment

    Examples:
      | x | status                             |
      | a | status_id 2                        |
      | b | status_id 3                        |
      | c | status_id 01                       |
      | d | status_id 1 with a space behind it |
      | e | status_id +1                       |
      | f | status_id 1.0                      |
      | g | status_id "true" as a text         |
      | h | status_id true as a JSON value     |
      | i | status_id success                  |
      | j | an empty status_id                 |
