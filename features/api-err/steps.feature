Feature: A flow stops at the step that fails

  A purchase takes several calls. When one of them fails, what follows has nothing to stand on; when it
  works again, what was done and paid must not be done twice.

  @case:API-ERR-10 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:000:6.2 @clause:000:8.2
  @defect:continue-on-error @defect:restart-from-zero
  Scenario Outline: A failing step stops the flow, and resuming does not repeat done steps
    Given a sandbox where <step> fails with 500
    When the partner's operation buy runs into it
    And the step is healed and the operation buy is started again with the same reference
    Then nothing followed the failing step, and in the end there is exactly one policy and one payment

    Examples:
      | x | step          |
      | a | the quotation |
      | b | customer data |
      | c | issuance      |
      | d | the payment   |
      | e | the status    |
