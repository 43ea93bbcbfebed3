Feature: The log tells what happened

  When an event is disputed, the log is what both sides have.

  @case:LOG-01 @severity:required
  @clause:001:9.1 @clause:001:9.2
  @defect:silent-handler @defect:no-result
  Scenario Outline: Every delivery leaves a line with id, time, type and result
    Given everything that a <type> refers to
    When a correctly signed <type> is delivered
    Then the log has a line with its event id, type, time and result

    Examples:
      | x | type             |
      | a | payment.success  |
      | b | payment.failed   |
      | c | policy.issued    |
      | d | policy.cancelled |
      | e | refund.processed |
      | f | claim.submitted  |
      | g | claim.updated    |
