Feature: New event types do no harm

  The platform adds event types from time to time, and not every partner has every type. What you
  do not know, you acknowledge and ignore.

  @case:FWD-01 @severity:required
  @clause:001:1.3 @clause:001:5.2 @clause:001:5.3 @clause:001:11.1 @clause:000:10.1
  @defect:unknown-type-500 @defect:scope-crash
  Scenario Outline: Unknown and out-of-scope event types are acknowledged and ignored
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When an event of <type> is delivered, correctly signed
    Then it is acknowledged in time
    And the answer is not a server error
    And nothing happens to the order
    And what the log says about it is noted
    And the endpoint still processes a good payment.success

    Examples:
      | x | type                                  |
      | a | the unknown type policy.renewed       |
      | b | the unknown type account.updated      |
      | c | the unknown type onboarding.completed |
      | d | the unknown type payment.success.v2   |

    @needs:out-of-scope-type
    Examples:
      | x | type                                          |
      | e | a documented type outside the partner's scope |
