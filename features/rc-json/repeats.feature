Feature: Repeats, news and failures in the life of a subscription

  One payment may be called back several times, and the same order and recurring id come back every
  month. The transaction tells payments apart; its status may change from one callback to the next.

  @case:RC-JSON-10 @severity:required @needs:recurring.json
  @clause:002:B.4 @clause:001:3.3 @clause:001:7.3
  @defect:no-callback-dedupe @defect:dedupe-includes-msg
  Scenario Outline: Repeats count once
    Given a pending subscription of 24.50 MYR
    When a payment is called back <manner>
    Then <answers>
    And 1 payment is booked, and it stays so

    Examples:
      | x | manner                                     | answers                                                                                |
      | a | 3 times in a row, at last with another msg | every copy is acknowledged                                                             |
      | b | 5 times at once, and once more afterwards  | the copies are sent within 50 milliseconds, and none of them is answered with an error |

  @case:RC-JSON-11 @severity:required @needs:recurring.json
  @clause:002:B.1 @clause:002:B.2 @clause:002:B.3 @clause:002:B.4
  @defect:dedupe-by-order @defect:dedupe-ignores-status
  Scenario Outline: News is not a repeat
    Given a pending subscription of 24.50 MYR
    When <reports>
    Then the answer is not a server error
    And <outcome>

    Examples:
      | x | reports                                                                | outcome                                                         |
      | a | this month's payment and a month's later are called back as successful | 2 payments are booked in the end, and none is pending or failed |
      | b | one payment is called back as pending and then as successful           | 1 payment is booked in the end, and none is pending or failed   |
      | c | one payment is called back as failed and then as successful            | whether the payment is booked is noted                          |

  @case:RC-JSON-12 @severity:recommended @needs:recurring.json
  @clause:002:B.2
  @defect:failure-cancels-all
  Scenario Outline: A failure after a success stays in its place
    Given a pending subscription of 24.50 MYR
    When <reports>
    Then the answer is not a server error
    And 1 payment is booked, and it stays so
    And the subscription is not shown as <ended>

    Examples:
      | x | reports                                                                          | ended               |
      | a | one payment is called back as successful and then as failed                      | failed or cancelled |
      | b | this month's payment is called back as successful and the next month's as failed | cancelled           |
