Feature: Rate limits are lived with

  A limit that is fought lasts longer, and one that is ignored becomes a ban. A client that knows how to wait gets its
  work done all the same, and tells its callers when it cannot.

  @case:API-RL-04 @severity:required @needs:api.buy
  @clause:000:6.2 @clause:000:8.3
  @defect:infinite-retry
  Scenario Outline: A limit that never lifts is not fought
    Given a sandbox that answers every request with <limit>
    When the partner runs its operation buy and is watched while it may try again
    Then attempts stay few, become rare, and the operation ends as rate-limited

    Examples:
      | x | limit                 |
      | a | 429 and Retry-After 1 |

  @case:API-RL-05 @severity:recommended @needs:api.buy @timing
  @clause:000:8.3
  @defect:per-request-backoff
  Scenario Outline: All workers pause
    Given a sandbox that takes its time, and answers the first request with 429 and Retry-After <pause>
    When eight operations buy run at the same time
    Then no more than one new request comes before the pause is over

    Examples:
      | x | pause |
      | a | 4     |

  @case:API-RL-06 @severity:informational @needs:api.buy @timing
  @clause:000:8.3
  @defect:sleeps-an-hour
  Scenario Outline: A very long pause does not hold the customer hostage
    Given a sandbox that answers every request with <limit>
    When the partner runs its operation buy and is watched for as long as attempts are counted
    Then no further request comes, and the caller is told in good time

    Examples:
      | x | limit                    |
      | a | 429 and Retry-After 3600 |

  @case:API-RL-07 @severity:recommended @needs:api.quote
  @clause:000:6.2 @clause:000:8.3
  @defect:no-throttle
  Scenario Outline: Living under a real limiter
    Given a sandbox with a rate limit that it really keeps
    When thirty operations <operation> are started within a few seconds
    Then all of them complete, few requests are refused, and nothing is done twice

    Examples:
      | x | operation |
      | a | quote     |
