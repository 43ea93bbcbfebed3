Feature: Late and early events

  An outage can hold an event back for days, and two events about one thing may change places on their
  way. Each says in created_at when its fact happened. Decide by that, never by the order of arrival. The
  time in the signature's header is another one: it is that of the attempt and always fresh.

  @case:WH-ORD-01 @severity:required
  @clause:001:2.4 @clause:001:6.1 @clause:001:6.2
  @defect:event-time-as-replay-check
  Scenario Outline: A long-delayed event is still processed
    Given a pending order of 100.00 MYR
    When a payment.success that happened <some time> ago is delivered
    Then it is acknowledged in time
    And the order is acted on exactly once, and stays so

    Examples:
      | x | some time |
      | a | 26 hours  |
      | b | 7 days    |

  @case:WH-ORD-02 @severity:required
  @clause:001:2.2 @clause:001:2.4 @clause:001:7.1
  @defect:last-write-wins
  Scenario Outline: The later fact arrives first
    Given <something pending>
    When a <later fact> arrives before the <earlier fact> that it follows
    And what was refused is delivered again, up to 5 attempts each
    Then each of them is taken within 5 attempts
    And the <outcome>

    Examples:
      | x | later fact       | earlier fact    | something pending             | outcome                            |
      | a | policy.cancelled | policy.issued   | a requested policy            | policy ends cancelled              |
      | b | refund.processed | payment.success | a pending order of 100.00 MYR | order ends refunded, not fulfilled |

  @case:WH-ORD-03 @severity:required
  @clause:001:2.2 @clause:001:7.1
  @defect:last-write-wins
  Scenario: A late failure does not undo a success
    Given a pending order of 100.00 MYR
    When a payment.success is followed by the payment.failed of an earlier attempt to pay
    Then both are acknowledged in time
    And the order ends paid

  @case:WH-ORD-04 @severity:required
  @clause:001:5.1
  @defect:failed-is-final
  Scenario: A success after a failure is accepted
    Given a pending order of 100.00 MYR
    When a payment.failed is followed by the payment.success of a later attempt to pay
    Then both are acknowledged in time
    And the order is acted on exactly once, and stays so
    And the order ends paid
