Feature: Damaged, downgraded and contradictory signatures are refused calmly

  Verifiers are attacked at their edges: cut digests, old algorithms, repeated headers. Each must
  end as a refusal, without a crash.

  @case:WH-SIG-10 @severity:required
  @clause:001:4.2 @clause:001:8.2
  @defect:prefix-compare @defect:parseint-timestamp
  Scenario Outline: Damaged signature values and timestamps are refused without a crash
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with <damage>
    Then nothing happens to the order
    And the answer is not a server error
    And the endpoint still processes a good payment.success

    Examples:
      | x | damage                                    |
      | a | a signature cut to its first 8 characters |
      | b | a version label with nothing after it     |
      | c | a digest one byte short                   |
      | d | a digest one byte long                    |
      | e | a digest of all zeros                     |
      | f | a signature that is not base64            |
      | g | the timestamp soon                        |
      | h | a timestamp in milliseconds               |
      | i | a timestamp with letters appended         |

  @case:WH-SIG-11 @severity:required
  @clause:001:4.2
  @defect:version-blind @defect:accepts-legacy-sha1
  Scenario Outline: No downgrade to another signature version or algorithm
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with <signature>
    Then nothing happens to the order
    And the endpoint still processes a good payment.success

    Examples:
      | x | signature                                      |
      | a | the right digest labelled v0                   |
      | b | the right digest labelled v2                   |
      | c | the right digest labelled v1a                  |
      | d | an HMAC-SHA1 digest labelled v1                |
      | e | an unkeyed SHA-256 of key and body labelled v1 |

  @case:WH-SIG-12 @severity:required
  @clause:001:4.2 @clause:001:4.3
  @defect:first-signature-only @defect:last-signature-only
  Scenario Outline: Secret rotation: any one good signature in the list is enough, none is not
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with <list>
    Then the delivery is <fate>
    And the endpoint still processes a good payment.success

    Examples:
      | x | list                                               | fate                   |
      | a | an old-key signature followed by a new-key one     | acted on once          |
      | b | a new-key signature followed by an old-key one     | acted on once          |
      | c | an unknown scheme, then a bad v1, then the good v1 | acted on once          |
      | d | three bad v1 signatures                            | refused without effect |

  @case:WH-SIG-16 @severity:informational
  @clause:001:4.2
  @defect:first-header-wins
  Scenario Outline: Contradictory copies of a security header are refused
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with <copies>
    Then nothing happens to the order
    And the endpoint still processes a good payment.success

    Examples:
      | x | copies                                                  |
      | a | a stale signed timestamp line followed by a fresh one   |
      | b | a fresh timestamp line followed by the stale signed one |
      | c | two different event id lines                            |
