Feature: A webhook that comes too early, and one that never comes

  The API's answer and the webhook about the same payment travel on their own. The webhook may be the
  faster one, and it may get lost for good: then only asking helps.

  @case:WH-ORD-07 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:001:1.1 @clause:001:7.3
  @defect:race-404
  Scenario: The webhook overtakes the API answer
    Given a sandbox that answers a payment with pending
    When the partner buys and payment.success comes at once, while the sandbox holds its answer for 3 seconds
    Then the webhook overtook the answer
    And the early webhook is acknowledged, at once or when it is sent again
    And the order is paid exactly once, whichever path told of it first

  @case:WH-ORD-09 @severity:recommended @needs:api
  @clause:000:4.1 @clause:001:6.3 @clause:001:6.4
  @defect:webhook-only
  Scenario: Events lost for good are found by reconciliation
    Given a sandbox that knows the payments that are announced
    And a pending order of 100.00 MYR that is paid at the sandbox
    When no webhook arrives, and the partner reconciles its books with the sandbox
    Then it has asked for the transaction or for a list that holds it, and the order is fulfilled exactly once
