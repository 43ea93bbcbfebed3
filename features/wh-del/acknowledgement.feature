Feature: A genuine webhook is acknowledged and acted on

  These are the good deliveries: what your endpoint does every day in production. Each one is
  signed correctly, names something that you created, and expects a success answer and its
  business effect, once.

  @case:WH-DEL-01 @severity:required
  @clause:000:1.3 @clause:000:4.1 @clause:000:5.1 @clause:000:5.2 @clause:001:1.1 @clause:001:1.3 @clause:001:2.1 @clause:001:2.2 @clause:001:2.3 @clause:001:5.1 @clause:001:8.2
  @defect:ack-drop
  Scenario: payment.success is acknowledged and acted on exactly once
    Given a pending order of 100.00 MYR
    When a correctly signed payment.success is delivered
    Then it is acknowledged in time
    And the order is fulfilled exactly once
    And the recorded amount equals the amount sent

  @case:WH-DEL-02 @severity:required
  @clause:000:4.1 @clause:000:5.2 @clause:001:1.3 @clause:001:5.1
  @defect:any-event-is-success
  Scenario: payment.failed never fulfils an order
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.failed is delivered
    Then it is acknowledged in time
    And the order is not fulfilled
    And the order is failed or still pending
    And the endpoint still processes a good payment.success

  @case:WH-DEL-08 @severity:required
  @clause:001:2.2 @clause:000:6.2
  @defect:phantom-order @defect:null-order-crash
  Scenario Outline: An event for an unknown reference creates nothing
    Given <a reference that was never created>
    And the endpoint has just processed a good payment.success
    When a correctly signed <event> is delivered
    Then nothing appears under the unknown reference
    And the answer is not a server error
    And the endpoint still processes a good payment.success

    Examples:
      | x | event           | a reference that was never created      |
      | a | payment.success | an order that the partner never created |
      | b | policy.issued   | a policy that the partner never created |

  @case:WH-DEL-10 @severity:required @timing
  @clause:001:2.3 @clause:001:3.2
  @defect:slow-sync-handler
  Scenario: The acknowledgement comes in time
    When 20 correctly signed deliveries of all event types in scope follow one another
    Then every one of them is acknowledged in time, with 0.25 seconds for the network
