Feature: No success without an answer that says so

  Money has moved when the platform says so, and not because a request came back in one piece. An
  order that is taken for paid by mistake is cover given away.

  @case:API-ERR-05 @severity:required @needs:api.buy
  @clause:000:6.2 @clause:000:8.1 @clause:000:8.2
  @defect:5xx-as-success
  Scenario Outline: Server errors are never mistaken for success
    Given a sandbox that answers the first payment request with status <status>
    When the partner's operation buy runs into it
    Then it is not taken for done before an answer says so

    Examples:
      | x | status |
      | a | 500    |
      | b | 502    |
      | c | 503    |
      | d | 504    |
      | e | 599    |

  @case:API-ERR-06 @severity:required @needs:api.buy
  @clause:000:6.2 @clause:000:8.1
  @defect:status-code-only @defect:blind-trust
  Scenario Outline: A 200 is only a success if its body says so
    Given a sandbox that answers every payment request with <answer>
    When the partner's operation buy runs into it
    Then it is not taken for done before an answer says so

    Examples:
      | x | answer                                |
      | a | 200 and the status failed             |
      | b | 200 and a status outside the contract |
      | c | 200 and no body                       |
      | d | 204 and no body                       |
      | e | 200 and half a JSON text              |
      | f | 200 and the page of a gateway         |
      | g | 200 and the payment of somebody else  |
