Feature: Dates, lists and texts of a callback

  What stands beside the payment varies: the next date may be missing, the list of payments has any
  length, and the message is any text. None of it may cost a payment.

  @case:RC-JSON-13 @severity:recommended @needs:recurring.json
  @clause:002:B.7
  @defect:ms-epoch @defect:utc-date
  Scenario Outline: next_payment_date is read as UNIX seconds
    Given a pending subscription of 24.50 MYR
    When a payment is called back with <date>
    Then the answer is not a server error
    And the payment is booked exactly once
    And <record>

    Examples:
      | x | date                                                | record                                                       |
      | a | next_payment_date as a number                       | the next payment is recorded on its calendar day in Malaysia |
      | b | next_payment_date as text                           | the next payment is recorded on its calendar day in Malaysia |
      | c | next_payment_date at half past midnight in Malaysia | the next payment is recorded on its calendar day in Malaysia |
      | d | no next_payment_date                                | no next payment is recorded                                  |
      | e | next_payment_date null                              | no next payment is recorded                                  |
      | f | next_payment_date 0                                 | no next payment is recorded                                  |

  @case:RC-JSON-14 @severity:required @needs:recurring.json
  @clause:002:B.8 @clause:001:11.1
  @defect:rigid-details
  Scenario Outline: payment_details is taken as a list of any length
    Given a pending subscription of 24.50 MYR
    And the callback endpoint has just booked a good payment
    When a payment is called back with <list>
    Then <answer>
    And <booking>
    And the callback endpoint still books a good payment

    Examples:
      | x | list                                              | answer                            | booking                                |
      | a | no entries in payment_details                     | it is acknowledged in time        | the payment is booked exactly once     |
      | b | one entry with unknown members in payment_details | it is acknowledged in time        | the payment is booked exactly once     |
      | c | 60 entries in payment_details                     | it is acknowledged in time        | the payment is booked exactly once     |
      | d | no payment_details                                | it is acknowledged in time        | the payment is booked exactly once     |
      | e | payment_details null                              | it is acknowledged in time        | the payment is booked exactly once     |
      | f | payment_details as text                           | an answer other than 2xx is noted | whether the payment is booked is noted |

  @case:RC-JSON-15 @severity:required @needs:recurring.json
  @clause:002:B.5 @clause:002:B.6
  @defect:msg-normalised-before-hash
  Scenario Outline: msg is hashed exactly as received
    Given a pending subscription of 24.50 MYR
    When a payment is called back with <msg>
    Then it is acknowledged in time
    And the payment is booked exactly once

    Examples:
      | x | msg                        |
      | a | underscores in msg         |
      | b | a msg of 100 characters    |
      | c | spaces in msg              |
      | d | a plus sign and %25 in msg |
      | e | a msg beyond ASCII         |
      | f | a space behind msg         |
