Feature: Notices may grow

  The platform adds members and status values without a new version. What you do not know must neither
  stop you nor look like success.

  @case:FWD-02 @severity:required
  @clause:001:11.1 @clause:000:10.2 @clause:002:B.8
  @defect:deny-unknown-fields
  Scenario Outline: Unknown members are ignored
    Given <something pending>
    When a genuine <notice> is delivered
    Then it is acknowledged in time
    And the <effect> exactly once

    @needs:payment.success
    Examples:
      | x | notice                                                | something pending             | effect             |
      | a | payment.success with unknown members at the top level | a pending order of 100.00 MYR | order is fulfilled |
      | b | payment.success with unknown members inside data      | a pending order of 100.00 MYR | order is fulfilled |
      | c | payment.success with unknown members inside metadata  | a pending order of 100.00 MYR | order is fulfilled |
      | d | payment.success with its members in another order     | a pending order of 100.00 MYR | order is fulfilled |

    @needs:recurring.json
    Examples:
      | x | notice                                                         | something pending                   | effect            |
      | e | recurring callback with unknown members at the top level       | a pending subscription of 24.50 MYR | payment is booked |
      | f | recurring callback with unknown members inside payment_details | a pending subscription of 24.50 MYR | payment is booked |
      | g | recurring callback with its members in another order           | a pending subscription of 24.50 MYR | payment is booked |

  @case:FWD-03 @severity:required
  @clause:001:11.1 @clause:000:10.1
  @defect:not-failed-means-paid
  Scenario Outline: Unknown status values are never success
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <status> is delivered
    Then the answer is not a server error
    And the order is not fulfilled
    And the order is not shown as paid
    And the endpoint still processes a good payment.success

    Examples:
      | x | status                                  |
      | a | the unknown status processing           |
      | b | the unknown status review               |
      | c | the unknown status completed_with_notes |
