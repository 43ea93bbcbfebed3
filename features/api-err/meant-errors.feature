Feature: Errors that the platform means

  Refused credentials, refused data and conflicts ask for one careful reaction each. Doing the same
  again, or under another name, makes them worse.

  @case:API-ERR-02 @severity:required @needs:api.buy
  @clause:000:6.2 @clause:000:8.1 @clause:000:8.2 @clause:000:8.3
  @defect:auth-loop
  Scenario Outline: A 401 does not become a login loop
    Given a sandbox where <refusal>
    When the partner's operation buy runs into it
    Then at most 2 calls and 2 token requests are made with it, and the operation ends as failed, named as a problem of authentication

    Examples:
      | x | refusal                                                        |
      | a | every request is refused with 401, the token request too       |
      | b | tokens are issued and every call with them is refused with 401 |
      | c | the token endpoint refuses the client                          |

  @case:API-ERR-03 @severity:required @needs:api.buy
  @clause:000:6.2 @clause:000:8.1 @clause:000:8.2
  @defect:error-swallow
  Scenario Outline: A validation error is shown, not repeated
    Given a sandbox that answers the customer data with <answer> about phone and birth_date
    When the partner's operation buy runs into it
    Then it is not repeated, ends as failed, and both fields reach a user, an operator or the log

    Examples:
      | x | answer                  |
      | a | 422 and problem details |
      | b | 400 and a plain text    |

  @case:API-ERR-04 @severity:required @needs:api.buy
  @clause:000:8.1 @clause:000:8.2
  @defect:conflict-recreate
  Scenario Outline: A conflict is resolved, not multiplied
    Given a sandbox that answers the creation of a policy with <answer>
    When the partner's operation buy runs into it
    Then it is created under no second key, and the conflict is resolved

    Examples:
      | x | answer                                             |
      | a | 409 and the way to the one that exists             |
      | b | 409 once, because the first request is in progress |

  @case:API-ERR-11 @severity:recommended @needs:api.buy
  @clause:000:8.2 @clause:000:9.3
  @defect:one-error-fits-all
  Scenario Outline: The four error families can be told apart afterwards
    Given a sandbox that answers quotations with one error of each family in turn
    When the partner's operation buy runs into each of them
    Then the <family> error can be told from the others, and led back to its operation

    Examples:
      | x | family         |
      | a | authentication |
      | b | validation     |
      | c | rate limit     |
      | d | server         |
