Feature: Events come by POST over TLS from a server, and in no other way

  Whatever else reaches the same address must not move money: not over plain http, not by another
  method. And what comes rightly must not be asked for what only a browser has.

  @case:EP-TLS-03 @severity:required
  @clause:000:5.3 @clause:001:3.1 @clause:001:3.2
  @defect:http-also
  Scenario: Plain HTTP never processes an event
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success is posted to the same host and path over plain http
    Then the event is not processed, whatever the answer over plain http
    And the endpoint still processes a good payment.success

  @case:EP-TLS-04 @severity:recommended
  @clause:001:2.1 @clause:001:3.2
  @defect:any-method
  Scenario Outline: Only POST has effect
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success is sent by <method>
    Then the event is not processed, whatever the answer to this method
    And an answer other than 405 with Allow is noted
    And the endpoint still processes a good payment.success

    Examples:
      | x | method |
      | a | GET    |
      | b | PUT    |
      | c | DELETE |
      | d | HEAD   |

  @case:EP-TLS-06 @severity:required
  @clause:001:3.1 @clause:001:3.2
  @defect:csrf-guard @defect:bot-wall
  Scenario: No browser expectations: no cookie, CSRF token, login or challenge page
    Given a pending order of 100.00 MYR
    When a correctly signed payment.success comes from a client that nobody has heard of and that is no browser
    Then it is acknowledged in time
    And the answer is none that needs a browser
