Feature: The same event any number of times, one effect

  Deliveries are repeated: an answer is lost, a worker is slow, a queue replays. Each copy must be
  answered like a success, because an error only buys another copy, and the effect must happen once.

  @case:WH-DUP-01 @severity:required
  @clause:000:5.3 @clause:000:6.2 @clause:001:2.4 @clause:001:3.3 @clause:001:7.1 @clause:001:7.2 @clause:001:7.3 @clause:001:8.2
  @defect:no-dedupe @defect:error-on-duplicate
  Scenario Outline: Three identical deliveries, one effect
    Given <something pending>
    When the same <event> is delivered 3 times
    Then every copy is acknowledged
    And the <subject> is acted on exactly once, and stays so

    Examples:
      | x | event           | something pending             | subject |
      | a | payment.success | a pending order of 100.00 MYR | order   |
      | b | policy.issued   | a requested policy            | policy  |

  @case:WH-DUP-02 @severity:required
  @clause:000:5.3 @clause:001:3.3 @clause:001:7.1 @clause:001:7.3
  @defect:check-then-insert
  Scenario Outline: Ten simultaneous deliveries, one effect
    Given <something pending>
    When the same <event> is delivered on 10 connections at once, and once more afterwards
    Then the copies were written within 50 milliseconds of each other
    And the race is settled without an error
    And the <subject> is acted on exactly once, and stays so

    Examples:
      | x | event           | something pending             | subject |
      | a | payment.success | a pending order of 100.00 MYR | order   |
      | b | policy.issued   | a requested policy            | policy  |

  @case:WH-DUP-03 @severity:required
  @clause:001:2.4 @clause:001:6.1 @clause:001:6.2 @clause:001:7.2 @clause:001:7.3 @clause:001:11.1
  @defect:dedupe-by-signature
  Scenario: A redelivery with a new attempt time and signature is still the same event
    Given a pending order of 100.00 MYR
    When the same payment.success is delivered 5 times, signed anew each time
    Then every copy is acknowledged
    And the order is acted on exactly once, and stays so
