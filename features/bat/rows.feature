Feature: Every row of a batch file is dealt with in the open

  One bad row in a hundred is the ordinary case. Whoever drops it in silence has a paid order without cover;
  whoever reads cells carelessly has one under a wrong name.

  @case:BAT-04 @severity:recommended
  @clause:000:2.1 @clause:000:8.2
  @defect:skip-silently
  Scenario Outline: One bad row is reported, not hidden
    Given pending orders for a full batch file
    And a batch file was taken in
    When a batch file arrives whose last row has <flaw>
    Then the declared policy for bad rows is followed
    And the bad row is named
    And the importer takes in another batch file

    Examples:
      | x | flaw                             |
      | a | a date that no calendar has      |
      | b | a policy that was never heard of |

  @case:BAT-05 @severity:recommended
  @clause:000:2.1 @clause:000:6.2
  @defect:naive-split @defect:csv-injection
  Scenario Outline: Text details survive
    Given pending orders for small batch files
    When a batch file arrives with <detail>
    Then <outcome>

    Examples:
      | x | detail                                  | outcome                                                        |
      | a | a byte order mark                       | its names are stored as they were written                      |
      | b | carriage returns and line feeds         | its names are stored as they were written                      |
      | c | commas and line breaks in quotes        | its names are stored as they were written                      |
      | d | names that are numbers with zeros first | its names are stored as they were written                      |
      | e | names in Malay, Chinese and Arabic      | its names are stored as they were written                      |
      | f | a name that begins like a formula       | its names are stored as they were written and exported as text |
