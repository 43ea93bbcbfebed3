Feature: Batch files are taken in whole, once and in order

  A batch file is many payments at once. It can be cut off by a broken transfer, come twice because nobody
  knows whether it came at all, or overtake the one before it. Its trailer, its id and its sequence number
  are there to notice.

  @case:BAT-01 @severity:required
  @clause:000:2.1
  @defect:last-row-lost
  Scenario: A good file is taken in completely
    Given pending orders for a full batch file
    When a batch file with a row for each of them arrives, without a line break at its end
    Then every row is taken in once and the amounts add up

  @case:BAT-02 @severity:required
  @clause:000:2.1 @clause:001:7.3
  @defect:file-replay
  Scenario Outline: Repeated or out-of-order files and rows do no harm
    Given pending orders for small batch files
    When <what>
    Then <outcome>
    And the importer takes in another batch file

    Examples:
      | x | what                                                           | outcome                                             |
      | a | a batch file arrives twice                                     | no row of it is taken in twice                      |
      | b | a batch file arrives again under another name                  | no row of it is taken in twice                      |
      | c | a batch file arrives in which one row stands twice             | no row of it is taken in twice                      |
      | d | a batch file arrives before the one with the number before its | the gap is held back or reported and no row is lost |

  @case:BAT-03 @severity:required
  @clause:000:2.1 @clause:000:6.2
  @defect:partial-load
  Scenario Outline: Incomplete or inconsistent files are refused as a whole
    Given pending orders for small batch files
    And a batch file was taken in
    When a batch file arrives <broken>
    Then nothing of it is taken in
    And the reason is reported
    And the importer takes in another batch file

    Examples:
      | x | broken                             |
      | a | cut off in the middle of a row     |
      | b | without its trailer                |
      | c | with a count that is one too high  |
      | d | with a total that is 0.01 too high |
