Feature: Error answers reveal nothing

  Whoever can reach the endpoint can make it fail. These look back over the answers to all malformed
  and refused deliveries of the run, after making some of their own.

  @case:EP-TLS-08 @severity:recommended @lane:closing
  @clause:000:7.2 @clause:001:4.4
  @defect:debug-page
  Scenario Outline: Error answers reveal nothing
    Given a pending order of 100.00 MYR
    When refused and malformed deliveries are made
    Then no answer to a refused or malformed delivery of this run <reveals>

    Examples:
      | x | reveals                                    |
      | a | shows traces, paths, SQL or a debug page   |
      | b | shows secrets or the environment           |
      | c | is longer than 8 KiB                       |
