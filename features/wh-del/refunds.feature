Feature: A refund counts for what it is worth

  Money goes back in full, in part, or in several parts. Each part is an event of its own with its own
  amount; together they make up what was refunded.

  @case:WH-DEL-05 @severity:required
  @clause:001:1.3 @clause:001:5.1
  @defect:partial-refund-as-full
  Scenario Outline: refund.processed books the refunded amount, full or partial
    Given a paid order of 100.00 MYR
    When refunds of <refunds> are processed, one signed event each
    Then each of them is acknowledged in time
    And the refunded total is <total>, and stays so
    And the order is not shown as <what it is not> refunded

    Examples:
      | x | refunds         | total  | what it is not |
      | a | 100.00          | 100.00 | partially      |
      | b | 30.00           | 30.00  | fully          |
      | c | 30.00 and 20.00 | 50.00  | fully          |
