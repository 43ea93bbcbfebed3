Feature: Amounts are written as agreed

  One representation throughout: text with two decimals, in ringgit. The price is the platform's to
  tell; the payment names exactly that price.

  @case:API-VAL-02 @severity:required @needs:api.buy
  @clause:000:6.2
  @defect:float-amount @defect:sen-ringgit-mixup
  Scenario Outline: Amounts are written as agreed
    Given a sandbox that quotes a premium of <price>
    When the partner runs its operation buy
    Then every sum that the partner sends is <total> MYR, written with exactly two decimals

    Examples:
      | x | price         | total   |
      | a | 10.00         | 10.00   |
      | b | 0.10 and 0.20 | 0.30    |
      | c | 1234.50       | 1234.50 |
      | d | 0.05          | 0.05    |
