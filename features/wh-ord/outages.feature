Feature: Outages delay events and lose none

  Endpoints are deployed, restarted and cut off; databases fail over. The platform sends again until it
  is answered with 2xx, so the one thing that must never happen is a 2xx for an event that is not kept.

  @case:WH-ORD-08 @severity:required @lane:disruptive
  @clause:001:2.4 @clause:001:6.1 @clause:001:6.2 @clause:001:8.2 @clause:000:9.3
  @defect:no-restart-recovery @defect:maintenance-200
  Scenario: Events sent while the endpoint is down arrive once it is back
    Given 5 pending orders of 100.00 MYR
    When a payment.success for each of them is sent while the endpoint is down, and again on the delivery schedule
    Then each of them is acknowledged in the end and acted on exactly once

  @case:WH-ORD-10 @severity:recommended @lane:disruptive
  @clause:001:2.3 @clause:001:2.4
  @defect:ack-then-lose
  Scenario: If it cannot be kept, it is not acknowledged
    Given a pending order of 100.00 MYR
    When a payment.success is delivered while its database or queue is away, and again afterwards unless it was acknowledged
    Then it was acknowledged only as it could be kept, and is acted on exactly once

  @case:WH-ORD-11 @severity:recommended @lane:disruptive
  @clause:001:2.4 @clause:001:7.1
  @defect:partial-body-processed @defect:worker-leak
  Scenario Outline: Broken-off deliveries leave nothing behind
    Given a pending order of 100.00 MYR
    When a payment.success is broken off 5 times <place>, and then delivered whole
    Then the whole delivery is acknowledged in time
    And the order is acted on exactly once, and stays so

    Examples:
      | x | place                                |
      | a | within its body                      |
      | b | after its body and before the answer |
