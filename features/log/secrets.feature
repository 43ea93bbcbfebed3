Feature: The log keeps secrets

  Logs travel: to aggregators, to support tickets, to laptops. The whole log of the run is searched
  for every key, token and digest that was in play, in plain text and in the usual encodings.

  @case:LOG-05 @severity:required @lane:closing
  @clause:000:7.2 @clause:000:7.3 @clause:001:4.3 @clause:001:9.3
  @defect:header-dump @defect:oracle-log
  Scenario Outline: No secrets in the logs
    Given a pending order of 100.00 MYR
    And a sandbox that answers every quotation request with status 400
    When traffic that provokes error messages reaches the partner
    Then the log of the whole run shows no <secret>

    Examples:
      | x | secret                            |
      | a | key, token or Authorization value |

    # A digest is no key, but whoever reads it in a log can replay it: reported, not blocking.
    @severity:informational
    Examples:
      | x | secret                                                   |
      | b | digest that would have been right for a refused delivery |
