Feature: Notices may grow

  The platform adds members and status values without a new version. What you do not know must neither
  stop you nor look like success.

  @case:FWD-02 @severity:required
  @clause:001:11.1 @clause:000:10.2 @clause:002:B.8
  @defect:deny-unknown-fields
  Scenario Outline: Unknown members are ignored
    Given <something pending>
    When a genuine <notice> with <growth> is delivered
    Then it is acknowledged in time
    And the <effect> exactly once

    @needs:payment.success
    Examples:
      | x | something pending             | notice          | growth                           | effect             |
      | a | a pending order of 100.00 MYR | payment.success | unknown members at the top level | order is fulfilled |
      | b | a pending order of 100.00 MYR | payment.success | unknown members inside data      | order is fulfilled |
      | c | a pending order of 100.00 MYR | payment.success | unknown members inside metadata  | order is fulfilled |
      | d | a pending order of 100.00 MYR | payment.success | its members in another order     | order is fulfilled |

    @needs:recurring.json
    Examples:
      | x | something pending                   | notice             | growth                                 | effect            |
      | e | a pending subscription of 24.50 MYR | recurring callback | unknown members at the top level       | payment is booked |
      | f | a pending subscription of 24.50 MYR | recurring callback | unknown members inside payment_details | payment is booked |
      | g | a pending subscription of 24.50 MYR | recurring callback | its members in another order           | payment is booked |

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
