Feature: Access tokens are shared

  A token is good for all operations until it expires. Whoever asks for one before every call doubles
  the traffic; whoever lets every worker renew it starts a rush on the authentication service.

  @case:API-FLW-02 @severity:required @needs:api.buy
  @clause:000:4.1 @clause:000:8.2
  @defect:token-per-call @defect:refresh-stampede
  Scenario Outline: Tokens are reused, renewed once, and never stampeded
    Given a sandbox that issues access tokens
    When <what>
    Then <expected>

    Examples:
      | x | what                                                         | expected                                                                                |
      | a | five purchases run one after another while the token is good | at most 2 tokens are asked for                                                          |
      | b | the token is refused as expired in the middle of a purchase  | one new token is asked for, the interrupted call comes again, and the purchase completes |
      | c | ten purchases begin at once with an expired token            | at most 2 new tokens are asked for, and every purchase completes                        |
