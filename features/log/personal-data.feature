Feature: The log keeps card and personal data to itself

  Made-up data that exists nowhere else is put into events and into answers of the sandbox. Then the
  whole log is searched for it: as it is, spaced or dashed, percent-encoded, in base64, in hex and in
  JSON escapes.

  @case:LOG-03 @severity:required @lane:closing
  @clause:000:7.2 @clause:001:9.3
  @defect:dump-body
  Scenario Outline: No card data in the logs
    Given a pending order of 100.00 MYR
    When <place> show card data
    Then the log shows none of the card data in any form

    Examples:
      | x | place                                                   |
      | a | the metadata of good, forged and malformed deliveries   |
      | b | an operation's input and an error answer of the sandbox |

  @case:LOG-04 @severity:required @lane:closing
  @clause:000:7.2 @clause:000:7.4 @clause:001:9.3
  @defect:dump-body @defect:email-in-log
  Scenario Outline: No personal data in plain text in the logs
    Given a pending order of 100.00 MYR
    When <place> show personal data
    Then the log shows none of the personal data in any form

    Examples:
      | x | place                                                   |
      | a | the metadata of good, forged and malformed deliveries   |
      | b | an operation's input and an error answer of the sandbox |
