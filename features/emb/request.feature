Feature: The checkout request to the gateway

  The customer's browser carries the request from your page to the gateway. Its hash is all that keeps
  order and price as you wrote them.

  @case:EMB-01 @severity:required @needs:checkout
  @clause:000:2.1 @clause:000:4.1 @clause:002:D
  @defect:wrong-hash-order
  Scenario Outline: The checkout request is signed right and complete
    Given a pending <what> of 24.50 MYR
    When a checkout is started for <checkout>
    Then the checkout request is signed by the gateway's rule
    And it is complete, inside its limits, and goes to the gateway's sandbox

    Examples:
      | x | checkout                                        | what         |
      | a | the order                                       | order        |
      | b | the order with a long description               | order        |
      | c | the order with an apostrophe in its description | order        |
      | d | the subscription                                | subscription |

  @case:EMB-02 @severity:required @needs:checkout
  @clause:000:6.2 @clause:000:7.3
  @defect:client-price
  Scenario Outline: The price comes from the server
    Given a pending order of 24.50 MYR
    When a checkout is started for it
    And the browser starts another one with <falsehood>
    Then it still names the server's order and price, or is refused

    Examples:
      | x | falsehood              |
      | a | a smaller amount       |
      | b | an order id of its own |
