Feature: Retry-After is obeyed

  A partner that comes back too early is throttled for longer, and takes others with it.

  @case:API-RL-01 @severity:required @needs:api.buy @timing
  @clause:000:6.2 @clause:000:8.1 @clause:000:8.2 @clause:000:8.3
  @defect:ignores-retry-after
  Scenario Outline: Retry-After in seconds is obeyed
    Given a sandbox that answers the first quotation request with <limit>
    When the partner runs its operation buy
    Then the next request comes no earlier than asked, and the operation completes or is reported as rate-limited

    Examples:
      | x | limit                 |
      | a | 429 and Retry-After 2 |
      | b | 429 and Retry-After 5 |
      | c | 503 and Retry-After 3 |
