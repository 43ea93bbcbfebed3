Feature: An event id is remembered for as long as it may come again, with what it said first

  The platform goes on retrying for days. An event that you have processed may come again at any time in
  between, after your caches are cold, and now and then under the same id with something else in it.

  @case:WH-DUP-04 @severity:required
  @clause:001:6.2 @clause:001:7.1 @clause:001:7.3
  @defect:ttl-5min-dedupe
  Scenario Outline: The memory of seen events outlives the retry schedule
    Given a pending order of 100.00 MYR
    When a payment.success is processed, and delivered once more after <pause>
    Then every copy is acknowledged
    And the order has been acted on exactly once in all that time

    Examples:
      | x | pause                                    |
      | a | a pause that outlives five-minute caches |

    @mode:long
    Examples:
      | x | pause                              |
      | b | the platform's whole retry horizon |

  @case:WH-DUP-06 @severity:recommended
  @clause:001:7.2 @clause:001:7.3
  @defect:upsert-by-event-id
  Scenario Outline: Same event id, different content, and the first one stands
    Given a pending order of 100.00 MYR
    When a payment.success is processed, and its event id comes again with <other content>
    Then the order is acted on exactly once, and stays so
    And the recorded <value> is still the first
    And what the log says about it is noted

    Examples:
      | x | other content          | value          |
      | a | another amount         | amount         |
      | b | another transaction id | transaction id |
