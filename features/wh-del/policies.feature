Feature: Policy events change the policy that they name, and no other

  The platform tells you when cover begins and when it ends early. Your customer reads both in your
  portal, and your claims desk decides by it.

  @case:WH-DEL-03 @severity:required
  @clause:000:1.3 @clause:000:5.2 @clause:001:1.3 @clause:001:5.1
  @defect:policy-events-ignored
  Scenario: policy.issued is recorded
    Given a requested policy
    When a correctly signed policy.issued is delivered
    Then it is acknowledged in time
    And the policy is issued exactly once
    And the recorded policy number equals the one sent

  @case:WH-DEL-04 @severity:required
  @clause:000:5.2 @clause:001:1.3 @clause:001:5.1
  @defect:cancel-by-customer
  Scenario: policy.cancelled ends exactly that policy
    Given an issued policy
    And a second issued policy of the same customer
    When a correctly signed policy.cancelled is delivered
    Then it is acknowledged in time
    And the policy is cancelled
    And the second policy stays as it was
