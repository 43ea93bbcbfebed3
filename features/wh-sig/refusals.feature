Feature: How refusals are answered

  These two look back over every forged delivery of the run that was refused, after sending one
  more of their own.

  @case:WH-SIG-18 @severity:recommended @lane:closing
  @clause:001:2.3 @clause:001:4.2 @clause:001:6.1
  @defect:ok-on-bad-signature
  Scenario: Refusals are answered 4xx
    Given a pending order of 100.00 MYR
    When a payment.success is delivered signed with a random key
    Then every refusal of WH-SIG in this run was answered 4xx

  @case:WH-SIG-19 @severity:required @lane:closing
  @clause:001:4.3
  @defect:oracle-response
  Scenario: A refusal is not a signing oracle
    Given a pending order of 100.00 MYR
    When a payment.success is delivered signed with a random key
    Then no refusal of WH-SIG in this run shows the right digest or any part of the key
