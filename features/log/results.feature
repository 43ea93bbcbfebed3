Feature: The log tells what was not processed from what was

  A log that calls everything processed is worse than none: it contradicts the books in a dispute.

  @case:LOG-02 @severity:recommended
  @clause:001:6.4 @clause:001:9.1 @clause:001:9.2 @clause:001:8.2
  @defect:all-ok-log
  Scenario Outline: Refusals, duplicates and failures are told apart in the log
    Given a pending order of 100.00 MYR
    When <delivery>
    Then the log tells it apart from an event that was processed

    Examples:
      | x | delivery                                                                   |
      | a | a payment.success is delivered signed with a random key                    |
      | b | the same payment.success is delivered 3 times                              |
      | c | cut-off JSON is delivered, correctly signed                                |
      | d | an event of the unknown type loyalty.earned is delivered, correctly signed |

  @case:LOG-07 @severity:recommended
  @clause:001:9.1 @clause:001:9.2
  @defect:log-injection
  Scenario Outline: One event, one record: log lines cannot be forged
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When an event arrives whose <field> goes on in a new line that looks like the log's own
    Then that line does not stand in the log as a record of its own

    Examples:
      | x | field         |
      | a | customer name |
      | b | type          |
