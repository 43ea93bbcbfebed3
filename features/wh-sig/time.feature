Feature: A captured delivery does not stay valid for ever

  The attempt time is signed with the body. A delivery whose attempt time is far away is a
  recording, not an event.

  @case:WH-SIG-07 @severity:required
  @clause:001:4.2 @clause:001:7.1
  @defect:no-replay-window
  Scenario: A stale signed delivery is refused
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with an attempt time 420 seconds in the past
    Then the partner's clock agrees with ours to 60 seconds
    And nothing happens to the order
    And the endpoint still processes a good payment.success

  @case:WH-SIG-09 @severity:recommended
  @clause:001:4.2
  @defect:past-only-window
  Scenario: A delivery dated far in the future is refused
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with an attempt time 420 seconds in the future
    Then the partner's clock agrees with ours to 60 seconds
    And nothing happens to the order
    And the endpoint still processes a good payment.success
