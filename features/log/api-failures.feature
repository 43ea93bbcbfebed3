Feature: API failures can be traced

  When a purchase fails, both sides look for the same request: by its id, in their own logs.

  @case:LOG-06 @severity:recommended @needs:api.buy
  @clause:000:8.2 @clause:000:9.3 @clause:000:11.2
  @defect:stacktrace-only
  Scenario Outline: API failures can be traced
    Given a sandbox that refuses quotations with <status> and a request id each time
    When the partner's operation buy runs into it
    Then its log lines name operation, category, attempts and request id, and nothing of the answer's body

    Examples:
      | x | status |
      | a | 401    |
      | b | 422    |
      | c | 503    |
