Feature: Facts are told apart by what they are about, events by their whole id

  One payment may be announced more than once, by several events and over several channels, and is still one
  payment. Two refunds, two tries, two ids that look alike are still two.

  @case:WH-DUP-07 @severity:required
  @clause:000:4.1 @clause:000:5.3 @clause:001:7.3
  @defect:dedupe-by-event-id-only
  Scenario Outline: Two event ids, one business fact, no double issuance
    Given <something pending>
    When the same fact is announced by <announcements>
    Then every announcement is acknowledged
    And the <subject> is acted on exactly once, and stays so

    Examples:
      | x | announcements                                            | something pending                   | subject      |
      | a | two payment.success under different event ids            | a pending order of 100.00 MYR       | order        |
      | b | two policy.issued under different event ids              | a requested policy                  | policy       |
      | c | webhook, by recurring callback and by another webhook    | a pending subscription of 24.50 MYR | subscription |

  @case:WH-DUP-08 @severity:required
  @clause:001:7.2 @clause:001:7.3
  @defect:dedupe-by-transaction @defect:id-truncated
  Scenario Outline: Different facts are not swallowed as duplicates
    Given <what there is>
    When <two facts> are reported
    Then both are acknowledged in time
    And <both take effect>

    Examples:
      | x | two facts                                                     | what there is                                | both take effect                                   |
      | a | two partial refunds of 30.00 and 20.00 MYR                    | everything that a refund.processed refers to | the refunds recorded for the order add up to 50.00 |
      | b | a failed payment and then a successful one of the same order  | a pending order of 100.00 MYR                | the order is fulfilled exactly once                |
      | c | two payments under event ids that differ only in letter case  | two pending orders of 100.00 MYR             | both orders are fulfilled exactly once             |
      | d | two payments under long event ids with the same beginning     | two pending orders of 100.00 MYR             | both orders are fulfilled exactly once             |
