Feature: References keep to their alphabet and are never reused

  The platform takes an order reference once, of letters, digits and hyphens. A second attempt at
  paying for the same order needs a reference of its own, or it is answered with the fate of the first.

  @case:API-VAL-03 @severity:recommended @needs:api.buy
  @clause:000:6.2 @clause:002:B.3
  @defect:reused-order-id @defect:unescaped-detail
  Scenario Outline: References keep to their alphabet and are never reused
    Given a sandbox that <behaves>
    When the partner <acts>
    Then <rule>

    Examples:
      | x | behaves                                                       | acts                                        | rule                                                                           |
      | a | answers honestly                                              | runs its operation buy 20 times             | each of the 20 payments has a reference of its own, in the agreed alphabet     |
      | b | declines the first payment                                    | runs its operation buy and tries once more  | each of the 2 payments has a reference of its own, in the agreed alphabet      |
      | c | sells products with quotes, markup and emphasis in their name | runs its operation buy                      | what the payment is described as keeps to the agreed characters and length     |
