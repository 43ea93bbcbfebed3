Feature: What comes after the purchase

  Claims, refunds and cancellations are asked for once. The platform accepts them first and decides
  later; the webhook, or your next question, tells how it went.

  @case:API-FLW-08 @severity:required @needs:api.claim
  @clause:000:1.3 @clause:001:5.1
  @defect:claim-per-event
  Scenario Outline: Claims are submitted once and followed to the end
    Given a sandbox and an issued policy that both sides know
    When the partner submits a claim on it, and <course>
    Then the claim was submitted once, and there is one claim, which stands as the sandbox says

    @needs:claim.submitted
    Examples:
      | x | course                  |
      | a | claim.submitted follows |

    @needs:claim.updated @needs:api.claim_status
    Examples:
      | x | course                                                                     |
      | b | it is under review by webhook, approved by query and paid by webhook |

  @case:API-FLW-11 @severity:recommended @needs:api.buy
  @clause:000:5.2 @clause:001:1.3 @clause:001:7.3
  @defect:refund-twice
  Scenario Outline: Partner-side refund or cancellation is asked for once and followed
    Given a purchase made through the API
    When the partner asks for <what>, and the webhook follows 3 seconds after it was accepted
    Then it was asked for once, and is final only after the webhook

    @needs:api.refund @needs:refund.processed
    Examples:
      | x | what     |
      | a | a refund |

    @needs:api.cancel @needs:policy.cancelled
    Examples:
      | x | what           |
      | b | a cancellation |
