Feature: Repeats are recognised by what is stored, not by what a process remembers

  A retry may come hours after the first delivery, to another process or another machine. Whoever keeps
  the list of seen events in memory forgets it with every deployment.

  @case:WH-DUP-05 @severity:recommended @lane:disruptive
  @clause:001:3.3 @clause:001:7.3
  @defect:memory-dedupe
  Scenario: The memory survives a restart
    Given a pending order of 100.00 MYR
    When the same payment.success is delivered before and after a restart of the endpoint
    Then every copy is acknowledged
    And the order is acted on exactly once, and stays so
