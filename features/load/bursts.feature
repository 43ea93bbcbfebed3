Feature: Bursts and steady traffic

  Events come as customers act and as outages end, not one by one. A partner may put deliveries off while
  it is busy, with 429 or 503, because the platform delivers again; it may not lose, repeat or mix them up.

  @case:LOAD-01 @severity:recommended @lane:quiet
  @clause:001:3.2 @clause:001:7.1 @clause:001:7.3
  @defect:drops-under-burst @defect:pool-deadlock
  Scenario Outline: A burst is absorbed without loss, duplication or confusion
    Given a pending order for each event of a burst
    When a payment.success for each of them is delivered within one second<mix>
    Then the burst left within a second
    And only 429 and 503 put a delivery off, and what was put off is taken when it comes again
    And each order is fulfilled exactly once, and none for a forgery

    Examples:
      | x | mix                                           |
      | a |                                               |
      | b | , 3 in 10 twice, 2 in 10 forgeries on top     |

  @case:LOAD-02 @severity:informational @lane:quiet @timing
  @clause:001:3.2
  @defect:slow-creep
  Scenario: Steady traffic stays quick
    Given a pending order for each round of steady traffic
    When events of all types in scope are delivered at a steady pace
    Then at least 99 of 100 are acknowledged
    And 95 of 100 are acknowledged within 2 seconds
    And the answers do not get slower while it lasts

  @case:LOAD-04 @severity:informational @lane:quiet
  @clause:001:7.1 @clause:001:7.3
  @defect:lost-update
  Scenario: Twenty events for one claim at once
    Given everything that a claim.updated refers to
    When many updates of the claim are delivered within 100 milliseconds, the newest first
    Then the updates were written within 100 milliseconds of each other
    And an update that was answered with an error is taken when it comes again
    And the claim has the status of the newest update, and is one claim
