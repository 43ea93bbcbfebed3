Feature: Genuine deliveries pass the signature check, however they are written

  A verifier that is too strict loses real events: the payment is made, and the order stays open.
  Every delivery here is signed as the platform signs, over the exact bytes that are sent.

  @case:WH-SIG-01 @severity:required
  @clause:000:5.3 @clause:001:4.1 @clause:001:4.2 @clause:001:8.2
  @defect:rejects-all
  Scenario: A correct signature is accepted
    Given a pending order of 100.00 MYR
    When a correctly signed payment.success is delivered
    Then it is acknowledged in time
    And the order is fulfilled exactly once

  @case:WH-SIG-08 @severity:required
  @clause:001:2.3
  @defect:zero-tolerance-clock
  Scenario Outline: Ordinary clock skew is tolerated
    Given a pending order of 100.00 MYR
    When a payment.success is delivered with <time>
    Then it is acknowledged in time
    And the order is fulfilled exactly once

    Examples:
      | x | time                                     |
      | a | an attempt time 240 seconds in the past  |
      | b | an attempt time 60 seconds in the future |

  @case:WH-SIG-13 @severity:required
  @clause:001:3.2 @clause:001:4.2
  @defect:reserialize
  Scenario Outline: The signature is checked over the bytes that arrived
    Given a pending order of 100.00 MYR
    When a payment.success is delivered as <writing>
    Then it is acknowledged in time
    And the order is fulfilled exactly once

    Examples:
      | x | writing                     |
      | a | pretty-printed with tabs    |
      | b | keys in an unusual order    |
      | c | escaped slashes and letters |
      | d | numbers written 1.0 and 1E2 |
      | e | a trailing newline          |

  @case:WH-SIG-14 @severity:required
  @clause:001:3.2 @clause:001:4.2
  @defect:ascii-hmac
  Scenario Outline: Multi-byte text does not break verification
    Given a pending order of 100.00 MYR
    When a payment.success is delivered with <name>
    Then it is acknowledged in time
    And the order is fulfilled exactly once
    And the name, where it can be read back, is identical

    Examples:
      | x | name                                |
      | a | a name in accented Latin            |
      | b | a name in Chinese and Tamil         |
      | c | a name with an emoji                |
      | d | a name with a U+2028 line separator |

  @case:WH-SIG-15 @severity:required
  @clause:001:2.3
  @defect:case-sensitive-header
  Scenario Outline: Header spelling does not matter
    Given a pending order of 100.00 MYR
    When a payment.success is delivered with <spelling>
    Then it is acknowledged in time
    And the order is fulfilled exactly once

    Examples:
      | x | spelling                                                |
      | a | header names in lower case                              |
      | b | header names in Title-Case and spaces around the values |
      | c | header names in UPPER CASE                              |
