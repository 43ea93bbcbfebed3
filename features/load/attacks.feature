Feature: Attackers do not lock the platform out

  The endpoint is public. Whoever sends forgeries or holds connections open must not keep the platform's
  own deliveries from being answered, so refusals must stay cheap and nobody may be banned for another.

  @case:LOAD-03 @severity:recommended @lane:disruptive
  @clause:001:3.2 @clause:001:4.4
  @defect:ip-ban @defect:slowloris
  Scenario Outline: Good deliveries get through an attack
    Given an order that the attack names, and a pending order for each good delivery
    When <attack>
    Then every good delivery is acknowledged in time
    And nothing happens to the order that the attack names

    Examples:
      | x | attack                                                                                            |
      | a | forged deliveries come in a stream, and one good payment.success a second between them            |
      | b | many connections send one byte a second, and one good payment.success a second comes beside them  |
