Feature: A genuine event is still checked against your own books

  A good signature says who sent the event. It does not say which of your orders it is about, nor that
  the sum is the one you asked for: that is for you to compare.

  @case:WH-DEL-07 @severity:required
  @clause:001:2.2 @clause:001:5.1
  @defect:last-order-wins
  Scenario: Each event touches only the thing it names
    Given three pending orders of 100.00 MYR and two requested policies
    When ten correctly signed events for them are delivered interleaved, without a pause
    Then each of them is acknowledged in time
    And each order and each policy ends as its own last event says, and stays so

  @case:WH-DEL-09 @severity:required
  @clause:000:6.2 @clause:001:2.2
  @defect:amount-blind
  Scenario Outline: However authentic the event is, amount and currency must match the order
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When a correctly signed payment.success with <another sum> is delivered
    Then the answer is not a server error
    And the order is not fulfilled with that sum<or>
    And the endpoint still processes a good payment.success

    Examples:
      | x | another sum               | or                               |
      | a | a hundredth of the amount |                                  |
      | b | the same number in IDR    |                                  |
      | c | ten times the amount      | , unless it is flagged as overpaid |
