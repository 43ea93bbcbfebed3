Feature: One payment, told in several ways, one effect

  A payment reaches you as the API's answer and as a webhook, in either order, and now and then the
  first attempt to process it fails. Whatever the way, the customer has paid once.

  @case:WH-DUP-09 @severity:required
  @clause:001:2.4 @clause:001:6.1 @clause:001:7.3
  @defect:mark-before-process
  Scenario: A failed first attempt is not remembered as done
    Given a sandbox that knows the payments that are announced
    And a pending order of 100.00 MYR that is paid at the sandbox
    And the sandbox answers every call with status 500
    When a correctly signed payment.success is delivered and the sandbox recovers
    Then its processing had failed
    And the order is fulfilled exactly once: by itself after an acknowledgement, by a redelivery without one
    And one more delivery of the event changes nothing

  @case:WH-DUP-10 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:000:5.3 @clause:001:7.3
  @defect:two-paths-two-issues
  Scenario Outline: Confirmation by API answer and by webhook together count once
    Given a sandbox that answers a payment with successful
    When the partner buys and payment.success comes <when>
    Then the order is paid exactly once, whichever path told of it first
    And at most one policy was issued for it

    Examples:
      | x | when                               |
      | a | 2 seconds after the answer         |
      | b | 200 milliseconds before the answer |
