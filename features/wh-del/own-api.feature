Feature: The acknowledgement waits for nobody

  Your handler may want to ask the platform's API about the payment it was told of. It must not do so
  before it answers: when the API is slow, the webhook times out and is sent again, and again.

  @case:WH-DEL-11 @severity:recommended @timing
  @clause:001:2.3 @clause:001:3.2
  @defect:inline-fetch
  Scenario: The acknowledgement does not wait for the platform's own API
    Given a sandbox that knows the payments that are announced
    And a pending order of 100.00 MYR that is paid at the sandbox
    And a good payment.success for another such order makes the partner ask the sandbox
    When the sandbox holds every answer and a correctly signed payment.success is delivered
    Then it is acknowledged in time, although the sandbox holds its answers
    And the order is fulfilled exactly once, now that the sandbox answers
