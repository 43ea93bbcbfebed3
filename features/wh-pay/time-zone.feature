Feature: Times with their zones

  An instant can be written in many ways: 10:00:00Z and 18:00:00+08:00 are the same moment, and
  10:00:00.500Z is later than 10:00:00Z. Read the time with its zone and compare instants. Here two
  contrary reports on one payment arrive, and the success is always truly the later, whatever the texts
  look like.

  @case:WH-PAY-09 @severity:recommended
  @clause:001:2.2
  @defect:naive-local-time @defect:string-time-compare
  Scenario Outline: Time is read with its zone
    Given a pending order of 100.00 MYR
    When the <first report> is followed by the <second report>
    Then both are acknowledged in time
    And the order ends paid

    Examples:
      | x | first report                | second report                         |
      | a | success written with Z      | failure written with +08:00           |
      | b | failure written with +08:00 | success written with Z                |
      | c | failure written with Z      | success written with Z and a fraction |
