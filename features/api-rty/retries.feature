Feature: Retries help, and end

  A short outage should cost a customer nothing. A long one should cost the platform nothing: retries that go on, come
  in step, or multiply keep a system down that could recover.

  @case:API-RTY-01 @severity:recommended @needs:api.buy
  @clause:000:8.3
  @defect:no-retry
  Scenario Outline: A short outage is survived
    Given a sandbox that answers the first two attempts at a <call> with 503
    When the partner runs its operation buy
    Then the operation completes with at most 4 attempts, or a write that is not repeated fails openly

    Examples:
      | x | call              |
      | a | read              |
      | b | quotation request |

  @case:API-RTY-02 @severity:required @needs:api.buy
  @clause:000:8.3
  @defect:infinite-retry
  Scenario Outline: Retries end
    Given a sandbox that answers every <call> with 503
    When the partner runs its operation buy and is watched while it may try again
    Then attempts stay few, become rare, and the operation ends as failed

    Examples:
      | x | call              |
      | a | read              |
      | b | quotation request |

  @case:API-RTY-03 @severity:recommended @needs:api.buy @timing
  @clause:000:8.3
  @defect:fixed-100ms @defect:lockstep
  Scenario Outline: Waiting times grow and vary
    Given a sandbox that answers every <call> with 503
    When the partner runs its operation buy three times, one after the other
    Then the pauses between attempts grow and are not the same each time

    Examples:
      | x | call              |
      | a | read              |
      | b | quotation request |
      | c | request           |

  @case:API-RTY-07 @severity:recommended @needs:api.buy @timing
  @clause:000:8.3
  @defect:retry-storm
  Scenario Outline: An outage does not become a retry storm
    Given a sandbox that answers every <call> with 503
    When twenty operations buy are started one after the other during the outage
    Then their requests stay bounded, in all and at any time

    Examples:
      | x | call    |
      | a | request |
