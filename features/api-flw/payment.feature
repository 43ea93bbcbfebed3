Feature: Payments and what becomes of them

  A payment is made when the platform says so, by its answer or by webhook. Until then it is pending,
  however good it looks; and if it was made in vain, somebody has to give the money back.

  @case:API-FLW-06 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:000:5.1 @clause:001:1.2
  @defect:optimistic-fulfil @defect:busy-poll
  Scenario Outline: Payment is confirmed by answer or by webhook, and nothing else
    Given a sandbox that answers a payment with <answer>
    When the partner buys, and <what follows>
    Then <expected>

    Examples:
      | x | expected                                            | answer     | what follows       |
      | a | the order is paid exactly once, by the answer alone | successful | no webhook follows |

    @needs:payment.success
    Examples:
      | x | expected                                                 | answer  | what follows                                       |
      | b | the order is paid once by the webhook, and not before it | pending | payment.success follows 5 seconds after the answer |

    Examples:
      | x | expected                                                                                | answer   | what follows         |
      | c | the order is never paid, and the sandbox is asked no more often than the profile allows | pending  | nothing ever follows |
      | d | the order is not paid, and the customer can try again under a new reference             | declined | no webhook follows   |

  @case:API-FLW-10 @severity:recommended @needs:api.buy
  @clause:000:4.1 @clause:000:8.2 @clause:000:9.3
  @defect:orphan-payment
  Scenario Outline: A payment made in vain is dealt with
    Given a sandbox that takes the payment and then answers <status> about the policy
    When the partner runs its operation buy
    Then the payment without a policy is dealt with: a refund is asked for or somebody is told, nothing is paid twice

    Examples:
      | x | status |
      | a | 422    |
      | b | 503    |
