Feature: Client errors are final

  A 4xx answer says that the request is wrong. Sending it again cannot help, and going on with the
  next step sells something that was refused.

  @case:API-ERR-01 @severity:required @needs:api.buy
  @clause:000:3.3 @clause:000:6.2 @clause:000:8.1 @clause:000:8.2 @clause:000:8.3
  @defect:retry-everything
  Scenario Outline: Client errors are final
    Given a sandbox that answers every quotation request with status <status>
    When the partner runs its operation buy
    Then the refused request is not repeated, nothing follows it, and the operation ends as failed

    Examples:
      | x | status |
      | a | 400    |
      | b | 403    |
      | c | 404    |
      | d | 405    |
      | e | 410    |
      | f | 415    |
      | g | 418    |
      | h | 451    |
      | i | 499    |
