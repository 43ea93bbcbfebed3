Feature: A write is done once

  A client cannot know whether a write was done whose answer it never saw. A key that stays the same lets the platform
  tell a second attempt from a second order.

  @case:API-RTY-04 @severity:required @needs:api.buy
  @clause:000:8.3 @clause:001:7.3
  @defect:new-key-per-try
  Scenario Outline: A repeated write is recognisably the same write
    Given a sandbox that answers the first policy request with <failure>
    When the partner runs its operation buy
    Then all attempts at the write carry the same key and the same body

    Examples:
      | x | failure |
      | a | 503     |
      | b | 429     |
      | c | a reset |
      | d | silence |

  @case:API-RTY-05 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:000:8.3
  @defect:double-issue
  Scenario Outline: An unknown outcome does not issue or pay twice
    Given a sandbox whose answers to writes can be lost
    When the partner buys twice and, once the write is done, <loss>: first for a policy, then for a payment
    Then there is one policy and one payment for each order, at the sandbox and in the partner's books

    Examples:
      | x | loss                                       |
      | a | the connection is reset                    |
      | b | the answer comes after the client has gone |
      | c | 504 is answered                            |

  @case:API-RTY-06 @severity:recommended @needs:api.buy
  @clause:000:8.3
  @defect:constant-key
  Scenario Outline: Different operations never share a key
    Given a sandbox that answers honestly
    When twenty operations <operation> are run, two of them with the same content
    Then every write of theirs has a key of its own that says nothing about the customer

    Examples:
      | x | operation |
      | a | buy       |
