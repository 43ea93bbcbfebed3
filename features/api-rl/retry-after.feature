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

  @case:API-RL-02 @severity:recommended @needs:api.buy @timing
  @clause:000:8.3
  @defect:date-unparsed
  Scenario Outline: Retry-After as a date is obeyed
    Given a sandbox that answers the first quotation request with 429 and a date <ahead> seconds ahead
    When the partner runs its operation buy
    Then the next request comes no earlier than that date, and the operation completes or is reported as rate-limited

    Examples:
      | x | ahead |
      | a | 5     |

  @case:API-RL-03 @severity:recommended @needs:api.buy @timing
  @clause:000:8.3
  @defect:nan-delay
  Scenario Outline: A missing or nonsensical Retry-After does not cause a hot loop
    Given a sandbox that answers every quotation request with <limit>
    When the partner runs its operation buy and is watched for ten seconds
    Then no more than 3 requests come within a second, and 5 in all

    Examples:
      | x | limit                           |
      | a | 429                             |
      | b | 429 and Retry-After 0           |
      | c | 429 and Retry-After -5          |
      | d | 429 and Retry-After abc         |
      | e | 429 and Retry-After 1.5         |
      | f | 429 and Retry-After 99999999999 |
