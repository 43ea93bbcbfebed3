Feature: People and dates survive the trip

  A policy in a misspelt name, or for the wrong day, is worth nothing when it is needed. What is entered
  at the partner's side must reach the platform letter by letter.

  @case:API-VAL-04 @severity:recommended @needs:api.buy
  @clause:000:4.1 @clause:000:6.2
  @defect:mojibake @defect:local-date @defect:digits-as-number
  Scenario Outline: People and dates survive the trip
    Given a sandbox that answers honestly
    When the partner runs its operation buy for <somebody>
    Then <fact> reaches the sandbox unchanged

    Examples:
      | x | somebody                                      | fact               |
      | a | a customer whose name has an apostrophe       | the name           |
      | b | a customer whose name has a/l in it           | the name           |
      | c | a customer whose name has diacritics          | the name           |
      | d | a customer whose name is in Chinese           | the name           |
      | e | a customer whose name has 100 letters         | the name           |
      | f | a customer born on 29 February                | the day of birth   |
      | g | a cover that begins at midnight in Malaysia   | the first day      |
      | h | a customer whose phone number begins with +60 | the phone number   |
      | i | a customer whose MyKad begins with zeros      | the MyKad number   |
