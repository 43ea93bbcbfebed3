Feature: Everything has an end

  Networks lose packets, servers hang, and answers break off. A client has to notice in time, to leave
  open what it cannot know, and to be there for the next customer.

  @case:API-ERR-07 @severity:required @needs:api.buy
  @clause:000:8.1 @clause:000:8.2
  @defect:no-timeout
  Scenario Outline: Silence has an end
    Given <silence>
    When the partner's operation buy runs into it
    Then it gives up in time, and nothing counts as paid, or as failed for good where money may have moved

    Examples:
      | x | silence                                                    |
      | a | a sandbox that takes the payment request and never answers |
      | b | an address where no connection is ever completed           |

  @case:API-ERR-08 @severity:informational @needs:api.buy
  @clause:000:8.2
  @defect:read-timeout-only @defect:unbounded-read
  Scenario Outline: Slow or endless answers are cut off
    Given a sandbox that answers the quotation request with <answer>
    When the partner's operation buy runs into it
    Then the answer is cut off in time
    And its next operation works

    Examples:
      | x | answer                               |
      | a | one byte of the body every 2 seconds |
      | b | a body of 200 MiB                    |

  @case:API-ERR-09 @severity:required @needs:api.buy
  @clause:000:6.2 @clause:000:8.2
  @defect:partial-as-success
  Scenario Outline: Broken connections are failures, not successes
    Given <fault>
    When the partner's operation buy runs into it
    Then the attempts are bounded, and it is not taken for done before an answer says so
    And its next operation works

    Examples:
      | x | fault                                                                           |
      | a | an address that refuses connections                                             |
      | b | an address whose name does not resolve                                          |
      | c | a sandbox that resets the connection before the payment is answered             |
      | d | a sandbox that resets the connection in the middle of the answer to the payment |
      | e | a sandbox that promises more bytes than it answers the payment with             |
      | f | a sandbox that answers the payment with bytes that are not HTTP                 |
