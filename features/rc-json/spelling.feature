Feature: JSON types in a callback

  The contract does not say which fields are numbers and which are texts. Senders differ, and digits are
  digits: identifiers keep all of theirs, a hash is a text.

  @case:RC-JSON-03 @severity:required @needs:recurring.json
  @clause:002:B.2 @clause:002:B.3 @clause:002:B.4
  @defect:falsy-zero @defect:precision-loss
  Scenario Outline: Numbers and strings mean the same
    Given two pending subscriptions of 24.50 MYR<order ids>
    And the callback endpoint has just booked a good payment
    When <callbacks>
    Then <fate>
    And the answer is not a server error
    And the callback endpoint still books a good payment

    Examples:
      | x | value                         | order ids                                           | callbacks                                                                                                                               | fate                                                                               |
      | a | the status 1                  |                                                     | recurring callbacks with every id as a text and with the number 1 as status_id report one payment each                                  | each payment is acknowledged and booked exactly once, under its own transaction    |
      | b | the status 0                  |                                                     | recurring callbacks with an ordinary decline and with the number 0 as status_id report one payment each                                 | each failure is acknowledged and recorded, and nothing is booked                   |
      | c | the order id                  | , with whole numbers as order ids                   | recurring callbacks with every id as a text and with a number as order_id report one payment each                                       | each payment is acknowledged and booked exactly once, under its own transaction    |
      | d | leading zeros of the order id | , with order ids that differ by leading zeros alone | a recurring callback with every id as a text reports a payment of the second                                                            | the second alone is booked                                                         |
      | e | a transaction id of 19 digits |                                                     | recurring callbacks with a text of 19 digits as transaction_id and with a number of 19 digits as transaction_id report one payment each | each payment is booked with all its digits, or its number form is refused with 4xx |

  @case:RC-JSON-06 @severity:required @needs:recurring.json
  @clause:002:B.6
  @defect:loose-hash-compare
  Scenario Outline: A hash of the wrong JSON type is refused
    Given a pending subscription of 24.50 MYR
    And the callback endpoint has just booked a good payment
    When a recurring callback is delivered with <hash>
    Then nothing happens to the subscription
    And the answer is not a server error
    And an answer other than 4xx is noted
    And the callback endpoint still books a good payment

    Examples:
      | x | hash                       |
      | a | the value true as hash     |
      | b | the number 1 as hash       |
      | c | the number 0 as hash       |
      | d | an empty list as hash      |
      | e | an empty object as hash    |
      | f | a list with the right hash |
