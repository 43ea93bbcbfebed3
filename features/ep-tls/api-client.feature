Feature: The API client talks to the platform alone

  Credentials and customer data are meant for one server. The client has to know it by its certificate,
  and must not carry them to wherever an answer points.

  @case:EP-TLS-09 @severity:required @needs:api.buy
  @clause:000:7.1
  @defect:verify-off
  Scenario Outline: The API client verifies the platform's certificate
    Given a listener of the sandbox's with <certificate> certificate
    When the partner's operation buy runs into it
    Then no byte of HTTP is sent there, and the operation does not succeed

    Examples:
      | x | certificate   |
      | a | a self-signed |
      | b | an expired    |
      | c | a wrong-host  |
      | d | an unknown-CA |

  @case:EP-TLS-10 @severity:required @needs:api.buy
  @clause:000:7.1 @clause:000:7.3
  @defect:redirect-leak
  Scenario Outline: Credentials never follow a redirect
    Given a sandbox that answers the customer data with <redirect> address
    When the partner's operation buy runs into it
    Then no credential and no customer data reach the other address, and nothing at all one without TLS

    Examples:
      | x | redirect             |
      | a | 302 to another https |
      | b | 307 to another https |
      | c | 308 to another https |
      | d | 307 to another http  |
