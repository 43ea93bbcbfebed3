Feature: Nonsense from the platform is not passed on

  Answers of other systems are input, too. Whoever sells whatever a quotation says sells policies
  at a negative price.

  @case:API-VAL-06 @severity:recommended @needs:api.buy
  @clause:000:6.2 @clause:000:8.1
  @defect:quote-blind
  Scenario Outline: Nonsense from the platform is not passed on
    Given a sandbox whose quotations have <nonsense>
    When the partner runs its operation buy, and once more when quotations make sense again
    Then the first flow ends before issuance and payment, and the second runs

    Examples:
      | x | nonsense                          |
      | a | a negative premium                |
      | b | another currency than was asked   |
      | c | no quotation id                   |
      | d | an expiry in the past             |
      | e | the text N/A as premium           |
