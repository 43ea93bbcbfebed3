Feature: Secrets stay on the server

  Whatever reaches a browser is public: pages, addresses, scripts, and the source maps beside them.

  @case:SEC-01 @severity:required @needs:checkout
  @clause:000:7.3 @clause:001:4.3
  @defect:secret-in-page @defect:secret-in-bundle
  Scenario Outline: Nothing secret is delivered to browsers or apps
    Given a pending order of 24.50 MYR
    When a checkout is started for it
    And everything that browsers receive is searched for secrets
    Then there is no <what>

    Examples:
      | x | what                                                  |
      | a | secret in pages and browser addresses                 |
      | b | secret in scripts, source maps and built files        |
      | c | constant like a key beside an address of the platform |
