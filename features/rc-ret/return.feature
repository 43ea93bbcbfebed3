Feature: The browser's return

  The browser's address belongs to the payer. It proves what its hash proves, and nothing else.

  @case:RC-RET-05 @severity:required @needs:return-template
  @clause:000:4.1 @clause:002:B.6
  @defect:return-trusted
  Scenario Outline: A forged return proves nothing
    Given a pending subscription of 24.50 MYR
    And the return page has just shown a good payment, and a callback by the template was booked
    When the browser returns with status 1 and <proof>
    Then nothing happens to the subscription
    And the page does not claim success
    And the answer is not a server error
    And a callback by the template is still booked

    Examples:
      | x | proof                     |
      | a | no hash                   |
      | b | a wrong hash              |
      | c | the hash of another order |

  @case:RC-RET-06 @severity:required @needs:return-template
  @clause:001:7.3 @clause:002:B.4
  @defect:return-and-callback-double
  Scenario Outline: Return and callback together count once, in any order
    Given a pending subscription of 24.50 MYR
    When the browser returns and the callback comes, <order>
    Then the subscription is acted on exactly once, and stays so
    And the answer is not a server error

    Examples:
      | x | order                          |
      | a | the return first               |
      | b | the callback first             |
      | c | both at once                   |
      | d | the page refreshed three times |

  @case:RC-RET-07 @severity:required @needs:return-template
  @clause:002:0 @clause:001:1.2
  @defect:return-only
  Scenario: The callback alone is enough
    Given a pending subscription of 24.50 MYR
    When a callback by the template reports a successful payment, and no browser returns
    Then it is acknowledged in time
    And the payment is booked exactly once

  @case:RC-RET-08 @severity:recommended @needs:return-template
  @clause:002:B.5 @clause:000:7.4
  @defect:reflected-msg @defect:order-enumeration
  Scenario Outline: The return page is safe to show
    Given a pending subscription of 37.19 MYR
    When <somebody returns>
    Then the page shows <what>
    And the answer is not a server error

    Examples:
      | x | somebody returns                                                                      | what                    |
      | a | the browser returns from a payment with a message that holds an HTML tag               | the tag as text         |
      | b | the browser returns from a payment with a message that joins its words by underscores  | the message             |
      | c | a stranger returns for an order that another customer has paid                         | nothing about the order |
