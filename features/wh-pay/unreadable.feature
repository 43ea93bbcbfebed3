Feature: Payloads that cannot be read

  Every body here is signed correctly, so only the parsing is on trial.

  @case:WH-PAY-02 @severity:required
  @clause:000:6.2 @clause:001:3.2
  @defect:parse-crash @defect:utf8-panic
  Scenario Outline: Unreadable bodies are refused calmly
    Given a pending order of 100.00 MYR
    And the endpoint has just processed a good payment.success
    When <a body> is delivered, correctly signed
    Then <the answer>
    And the answer is not a server error
    And nothing happens to the order
    And the endpoint still processes a good payment.success

    Examples:
      | x | a body                  | the answer                         |
      | a | cut-off JSON            | it is refused with 4xx             |
      | b | an empty body           | it is refused with 4xx             |
      | c | an empty array          | it is refused with 4xx, or ignored |
      | d | the value null          | it is refused with 4xx, or ignored |
      | e | invalid UTF-8           | it is refused with 4xx             |
      | f | a lone surrogate escape | it is refused with 4xx             |
