Feature: Bad user input is stopped before the API

  The platform's refusal comes too late for the customer, who is no longer at the form, and each one
  counts against the partner's rate limit.

  @case:API-VAL-05 @severity:recommended @needs:api.buy
  @clause:000:6.2 @clause:000:8.2
  @defect:validate-late
  Scenario Outline: Bad user input is stopped before the API
    Given a sandbox that answers honestly
    And the partner runs its operation buy with good input
    When the partner runs its operation buy with <slip>
    Then nothing with that slip reaches the sandbox, and the user is told about <field>

    Examples:
      | x | slip                  | field      |
      | a | no name               | name       |
      | b | an impossible date    | birth_date |
      | c | a malformed e-mail    | email      |
      | d | a negative sum        | amount     |
