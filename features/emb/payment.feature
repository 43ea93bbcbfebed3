Feature: What makes an order paid

  Customers leave, cancel, wait too long, and pay in two tabs. Only the platform's message makes an
  order paid, and only once.

  @case:EMB-03 @severity:required @needs:checkout
  @clause:000:4.1
  @defect:return-trusted
  Scenario Outline: Leaving, cancelling or timing out is not paying
    Given a pending order of 24.50 MYR
    When a checkout is started for it
    And <what happens>
    Then the order is not fulfilled
    And the order is failed or still pending
    And the customer can try again under a new reference

    Examples:
      | x | what happens                              |
      | a | the browser comes back without parameters |
      | b | the browser comes back cancelled          |
      | c | its session expires without a callback    |

  @case:EMB-04 @severity:recommended @needs:checkout @needs:payment.success
  @clause:001:7.3
  @defect:double-fulfil
  Scenario Outline: Two tabs, one fulfilment
    Given a pending order of 24.50 MYR
    When a checkout is started for it
    And another checkout is started for it
    And both are paid <when>
    Then the order is acted on exactly once, and stays so
    And the second payment is flagged for a refund

    Examples:
      | x | when          |
      | a | seconds apart |
      | b | at once       |
