Feature: A right hash is not the whole check

  The hash is made over values joined without separators, and it covers four fields. So it does not say
  where one value ends, and it says nothing about the other fields. Compare the status as a text, match
  order, transaction and amount with your own records, and take nothing else for granted.

  @case:RC-JSON-07 @severity:required @needs:recurring.json
  @clause:002:B.2 @clause:002:B.3 @clause:002:B.6
  @defect:loose-status-split
  Scenario Outline: Moving digits between status and order id does not turn a failure into a payment
    Given two pending subscriptions, the second with the order id of the first behind a 1
    And the callback endpoint has just booked a good payment
    When <cut>, is delivered
    Then the answer is not a server error
    And no payment is booked under any of these order ids
    And the callback endpoint still books a good payment

    Examples:
      | x | cut                                                       |
      | a | the failure of another order, cut anew as status 01       |
      | b | the failure of another order, cut anew as an empty status |

  @case:RC-JSON-08 @severity:recommended @needs:recurring.json
  @clause:002:B.3 @clause:002:B.4 @clause:002:B.6
  @defect:undelimited-trust
  Scenario: Moving digits between order id and transaction id does not pay another order
    Given two pending subscriptions, the second with the order id of the first and one digit more
    And the callback endpoint has just booked a good payment
    When the payment of the first is reported, and then cut anew so that it names the second
    Then the answer is not a server error
    And the payment is booked exactly once
    And the second subscription is not paid
    And the callback endpoint still books a good payment

  @case:RC-JSON-09 @severity:required @needs:recurring.json
  @clause:002:B.1 @clause:002:B.6 @clause:002:B.7 @clause:002:B.8
  @defect:recurring-id-trusted @defect:date-trusted
  Scenario Outline: Fields outside the hash are not trusted
    Given a pending subscription of 24.50 MYR and a dearer one of 199.00 MYR
    And the callback endpoint has just booked a good payment
    When the genuine payment of the cheaper is posted with <claim>
    Then the answer is not a server error
    And the dearer subscription stays as it was
    And no more than was really paid is booked for the cheaper, and not under the claimed amount
    And it is paid through for no longer than its own period and 7 days
    And the callback endpoint still books a good payment

    Examples:
      | x | claim                                                                  |
      | a | the recurring_id of a dearer subscription                              |
      | b | a next_payment_date in 2099                                            |
      | c | a next_payment_date of 0, then again with a negative next_payment_date |
      | d | payment_details that claim ten paid instalments                        |
      | e | an amount of 9999.00 beside its fields                                 |
