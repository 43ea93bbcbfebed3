Feature: What stands in a payload is data, never an instruction

  A signature says who sent the text, not that the text is harmless: customers type the names and
  upload the documents.

  @case:WH-PAY-08 @severity:recommended
  @clause:000:6.2 @clause:001:2.2
  @defect:sql-concat @defect:template-eval
  Scenario Outline: Hostile text stays text
    Given a pending order of 100.00 MYR
    And a canary that nobody may call, where the partner can reach one
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <a name> is delivered
    Then the name is kept exactly as sent, or the delivery refused with 4xx
    And nobody has called the canary
    And the endpoint still processes a good payment.success

    Examples:
      | x | a name                                        |
      | a | a name that closes an SQL string              |
      | b | a name that is a script tag                   |
      | c | a name that is a template expression          |
      | d | a name that is a spreadsheet formula          |
      | e | a name with a line break and a false log line |
      | f | a name with a NUL character                   |

  @case:WH-PAY-10 @severity:recommended
  @clause:000:7.1 @clause:001:4.4
  @defect:url-fetcher
  Scenario Outline: URLs inside a payload are not fetched blindly
    Given a pending order of 100.00 MYR
    And a canary that nobody may call
    And a host name of its own for it
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <document URLs> is delivered
    Then it is acknowledged in time
    And nobody has called the canary
    And the endpoint still processes a good payment.success

    Examples:
      | x | document URLs                                 |
      | a | document URLs on the canary over https        |
      | b | document URLs on an internal-looking host name |
