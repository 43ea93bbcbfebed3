Feature: Odd values do no damage, and money is exact

  JSON has several ways to write the same thing and a few to write nonsense. Harmless forms are taken;
  what cannot be read for certain is refused; nothing is guessed, and no sen is lost.

  @case:WH-PAY-04 @severity:recommended
  @clause:001:2.2 @clause:001:11.1
  @defect:null-deref @defect:type-coerce
  Scenario Outline: Odd but harmless shapes are tolerated, wrong types do no damage
    Given a pending order of 100.10 MYR
    And a second pending order of 100.10 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <an odd shape> is delivered
    Then <what may follow>
    And nothing happens to the second order
    And the endpoint still processes a good payment.success

    Examples:
      | x | an odd shape                       | what may follow                                                       |
      | a | metadata that is null              | the delivery is acted on once                                         |
      | b | no metadata                        | the delivery is acted on once                                         |
      | c | empty metadata                     | the delivery is acted on once                                         |
      | d | the amount as a number             | the amount is taken exactly as sent, or the delivery refused with 4xx |
      | e | the amount as text                 | the amount is taken exactly as sent, or the delivery refused with 4xx |
      | f | the event id as a number           | nothing happens to the order, or the one right effect                 |
      | g | the reference as a list            | nothing happens to the order, or the one right effect                 |
      | h | two different amounts under one key | nothing happens to the order, or the one right effect                 |

  @case:WH-PAY-06 @severity:recommended
  @clause:000:6.2 @clause:001:2.2
  @defect:float-money
  Scenario Outline: Money is exact
    Given a pending order of <amount> MYR
    And the order is over exactly <amount> MYR
    When a correctly signed payment.success is delivered
    Then it is acknowledged in time
    And the order is fulfilled exactly once
    And the recorded amount equals the amount sent

    Examples:
      | x | amount           |
      | a | 0.10             |
      | b | 10.10            |
      | c | 1234567.89       |
      | d | 9007199254740.93 |

  @case:WH-PAY-07 @severity:recommended @lane:quiet
  @clause:001:2.2 @clause:001:3.2
  @defect:limit-16k @defect:oom-on-large
  Scenario Outline: Size is handled at both ends
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <much> is delivered
    Then <what must follow>
    And the endpoint still processes a good payment.success

    Examples:
      | x | much           | what must follow                      |
      | a | 20 KiB of body | the delivery is acted on once         |
      | b | 64 KiB of body | the delivery is acted on once         |
      | c | 5 MiB of body  | its size is taken or refused in time  |
