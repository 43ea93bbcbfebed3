Feature: The purchase from quotation to status

  Every step lives on what the step before it returned: the price you were quoted, the id you were
  given. Nothing is known beforehand, and nothing is issued that was not validated.

  @case:API-FLW-03 @severity:required @needs:api.buy
  @clause:000:1.3 @clause:000:4.1 @clause:000:4.2 @clause:000:6.2
  @defect:hardcoded-quote @defect:skips-status
  Scenario: The whole flow runs, each step using what the step before returned
    Given a sandbox that answers honestly
    When the partner runs its operation buy
    Then quotation, customer, issuance, payment and status follow each other, each with what the one before returned
    And the purchase ends as paid, once

  @case:API-FLW-04 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:000:7.1 @clause:000:7.2 @clause:000:7.4
  @defect:pii-in-query
  Scenario: Customer data travels in the body only
    Given a sandbox that answers honestly
    When the partner runs its operation buy with planted personal data
    Then personal data stand in the bodies of requests only

  @case:API-FLW-05 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:000:6.2
  @defect:issue-anyway
  Scenario Outline: Issuance waits for successful validation
    Given a sandbox that <answer>
    When the partner runs its operation buy
    Then no policy is asked for before the customer's data have passed validation

    Examples:
      | x | answer                                                |
      | a | refuses customer data with status 422                 |
      | b | answers that customer data are still being validated |

  @case:API-FLW-09 @severity:recommended @needs:api.buy
  @clause:000:4.1 @clause:000:8.2
  @defect:stale-price
  Scenario Outline: An expired or re-priced quote is not issued at the old price
    Given a sandbox that finds the quotation <state> when a policy is asked for
    When the partner runs its operation buy
    Then the dead quotation is not used again, and a new one comes before the next issuance

    Examples:
      | x | state       |
      | a | expired     |
      | b | priced anew |
