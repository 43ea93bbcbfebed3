Feature: The API client authenticates as issued

  The harness stands in for the sandbox API and asks you to run a whole business operation. Every
  id it hands out is fresh, so nothing can be hard-wired.

  @case:API-FLW-01 @severity:required @needs:api.buy
  @clause:000:3.1 @clause:000:3.3 @clause:000:4.1
  @defect:no-auth-on-some @defect:key-in-query
  Scenario: Calls are authenticated as issued, and only in headers or body
    Given a sandbox that answers honestly
    When the partner runs its operation buy
    Then every call carries the issued credential, and none shows it in the URL
