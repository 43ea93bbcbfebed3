Feature: Webhook keys can be replaced

  A key that leaked, or that a leaver knew, has to go. For a while both keys are good, so that no event
  is lost between the two sides; then the old one is good no more.

  @case:SEC-05 @severity:recommended @lane:disruptive
  @clause:001:4.2 @clause:001:4.3
  @defect:old-key-forever @defect:hard-switch
  Scenario Outline: Webhook key rotation, including the end of the old key
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    And <keys> active
    When <delivery>
    Then <fate>
    And the endpoint still processes a good payment.success

    Examples:
      | x | delivery                                                                | keys                        | fate                                                              |
      | a | payments are announced with the old key, with the new key and with both | both webhook keys are       | each of them is acknowledged in the end and acted on exactly once |
      | b | payments are announced with the new key                                 | only the new webhook key is | each of them is acknowledged in the end and acted on exactly once |
      | c | a payment.success is delivered signed with the retired webhook key      | only the new webhook key is | the delivery is refused without effect                            |
