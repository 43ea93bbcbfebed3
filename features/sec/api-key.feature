Feature: API keys can be replaced

  A key that leaked, or that a leaver knew, has to go. A second one is issued beside it, the partner
  switches without an outage, and the first one ends.

  @case:SEC-04 @severity:recommended @needs:api.buy @lane:disruptive
  @clause:000:7.3 @clause:000:9.1
  @defect:baked-in-key
  Scenario: API key rotation without downtime
    Given a second API key is issued and the partner has switched to it
    And the first API key is refused from now on
    And a sandbox that answers honestly
    When the partner runs its operation buy
    Then the operation succeeds with the new key, and the old one is not used again
