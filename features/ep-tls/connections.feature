Feature: Connections behave

  The platform keeps connections open, closes them, and asks before it sends a body, as RFC 9112 and
  RFC 9110 allow. What comes next on a connection must not suffer from what came before.

  @case:EP-TLS-07 @severity:recommended
  @clause:001:3.2
  @defect:keepalive-desync
  Scenario Outline: Connections behave
    When <deliveries>
    Then each good delivery is acknowledged, undisturbed by what came before on its connection
    And each of them takes effect exactly once

    Examples:
      | x | deliveries                                                   |
      | a | three good deliveries share one connection                   |
      | b | a good delivery asks to close the connection                 |
      | c | a good delivery follows a refused one on the same connection |
      | d | a good delivery waits with its body until it is asked for    |
