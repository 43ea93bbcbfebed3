Feature: The envelope is read as HTTP and JSON allow it to be written

  A proxy may add a character set or send in chunks; a member that must be there may be missing. The
  first is ordinary, the second never a reason to guess.

  @case:WH-PAY-01 @severity:required
  @clause:001:2.2 @clause:001:3.2
  @defect:strict-content-type @defect:needs-content-length
  Scenario Outline: Usual content types and transfer codings are accepted
    Given a pending order of 100.00 MYR
    When a correctly signed payment.success with <the usual> is delivered
    Then it is acknowledged in time
    And the order is fulfilled exactly once

    Examples:
      | x | the usual                                       |
      | a | the content type application/json                |
      | b | the content type application/json; charset=utf-8 |
      | c | the content type Application/JSON                |
      | d | a chunked body of no declared length             |

  @case:WH-PAY-03 @severity:required
  @clause:001:2.2 @clause:000:6.2
  @defect:default-fill
  Scenario Outline: A missing mandatory member means no effect
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <a gap> is delivered
    Then nothing happens to the order
    And the answer is not a server error
    And the endpoint still processes a good payment.success

    Examples:
      | x | a gap         |
      | a | no event id   |
      | b | no event type |
      | c | no event time |
      | d | no reference  |
      | e | no status     |

  @case:WH-PAY-05 @severity:required
  @clause:001:2.2 @clause:001:5.1
  @defect:type-only @defect:prefix-match-type
  Scenario Outline: Event type and status must agree, and be spelled exactly
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <something else> is delivered
    Then the order is not fulfilled
    And the order is failed or still pending
    And the endpoint still processes a good payment.success

    Examples:
      | x | something else                          |
      | a | the status failed                       |
      | b | the status pending                      |
      | c | the type Payment.Success                |
      | d | the type payment.successful             |
      | e | the type payment_success                |
      | f | the type payment.success behind a blank |
