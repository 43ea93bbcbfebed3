Feature: A forged or altered delivery has no effect

  Anybody can POST to a public endpoint. Only the signature tells the platform's events from a
  stranger's, so each delivery here is falsified in one way and nothing may come of it. A good
  delivery before and after each one shows that the endpoint was alive all the while.

  @case:WH-SIG-02 @severity:required
  @clause:000:5.3 @clause:001:4.2 @clause:001:8.2
  @defect:fail-open-no-header
  Scenario Outline: Missing signature material is refused
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with <missing>
    Then nothing happens to the order
    And the answer is not a server error
    And the endpoint still processes a good payment.success

    Examples:
      | x | missing                   |
      | a | no signature header       |
      | b | no timestamp header       |
      | c | no id header              |
      | d | an empty signature header |

  @case:WH-SIG-03 @severity:required
  @clause:000:5.3 @clause:000:6.2 @clause:001:4.2 @clause:001:4.4 @clause:001:8.2
  @defect:sig-ignored
  Scenario Outline: A signature made with any other key is refused
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered signed with <key>
    Then nothing happens to the order
    And the endpoint still processes a good payment.success

    Examples:
      | x | key                           |
      | a | a random key                  |
      | b | another partner's webhook key |
      | c | the partner's own API secret  |
      | d | the printed text of the key   |

  @case:WH-SIG-04 @severity:required
  @clause:001:4.2 @clause:001:4.3
  @defect:empty-secret @defect:magic-skip-secret
  Scenario Outline: Empty and placeholder keys do not open the door
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered signed with <key>
    Then nothing happens to the order
    And the endpoint still processes a good payment.success

    Examples:
      | x | key               |
      | a | the empty key     |
      | b | the key undefined |
      | c | the key null      |
      | d | the key None      |
      | e | the key changeme  |
      | f | the key ***       |

  @case:WH-SIG-05 @severity:required
  @clause:001:4.2 @clause:001:8.2
  @defect:sig-not-over-body
  Scenario Outline: A changed body is refused
    Given a pending order of 100.00 MYR
    And a second pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with <change>
    Then nothing happens to either order
    And the endpoint still processes a good payment.success

    Examples:
      | x | change                                   |
      | a | one digit of the amount changed          |
      | b | the status flipped                       |
      | c | one newline appended                     |
      | d | the transaction of another pending order |

  @case:WH-SIG-06 @severity:required @needs:signed-headers
  @clause:001:4.2 @clause:001:7.2
  @defect:sig-body-only
  Scenario Outline: A changed event id or attempt time is refused
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered with <change>
    Then nothing happens to the order
    And the endpoint still processes a good payment.success

    Examples:
      | x | change                     |
      | a | another event id           |
      | b | another fresh attempt time |

  @case:WH-SIG-17 @severity:required
  @clause:001:4.2
  @defect:process-then-verify
  Scenario: Nothing happens before the signature is checked
    Given a pending order of 100.00 MYR
    And the sandbox knows the payment that a forger will name
    And the endpoint has just processed a good payment.success
    When a payment.success is delivered signed with a random key
    Then nothing happens to the order
    And the sandbox is asked nothing about the forged payment
    And no log line says that the forged event was processed
    And the endpoint still processes a good payment.success
