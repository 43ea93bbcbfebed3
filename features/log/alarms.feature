Feature: Failures are noticed by somebody

  A forged delivery is a nuisance, ten in a minute are an attack; an event that fails is retried, five in
  a row are an outage. Logs that nobody reads do not tell the difference.

  @case:LOG-08 @severity:recommended @lane:disruptive
  @clause:000:9.3 @clause:001:6.4
  @defect:nobody-looks
  Scenario Outline: Repeated failures raise an alarm
    Given a pending order of 100.00 MYR
    And the alarms so far are counted
    When <failures>
    Then an alarm or a line of raised severity appears in time

    Examples:
      | x | failures                                     |
      | a | 10 forged deliveries arrive within a minute  |
      | b | 5 deliveries find the database or queue away |
