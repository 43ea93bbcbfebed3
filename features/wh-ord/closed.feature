Feature: Claims in motion, and what is closed

  A claim moves on in several events, and they may arrive in any order: the newest of them says where it
  stands. What was refunded or cancelled is closed, and no older success opens it again.

  @case:WH-ORD-05 @severity:recommended
  @clause:001:1.3 @clause:001:2.2
  @defect:last-write-wins @defect:update-needs-create
  Scenario Outline: Shuffled claim updates end in the newest state
    Given <what there is>
    When <events>
    And what was refused is delivered again, up to 5 attempts each
    Then each of them is taken within 5 attempts
    And the claim ends <state>
    And there is one claim under its id

    Examples:
      | x | events                                                             | what there is                        | state        |
      | a | three updates of the claim arrive, the last of them first          | a policy in force, and a claim on it | approved     |
      | b | a claim.updated arrives before the claim.submitted that it follows | a policy in force                    | under review |

  @case:WH-ORD-06 @severity:required
  @clause:001:7.1 @clause:001:7.3
  @defect:resurrect
  Scenario Outline: An old success cannot resurrect a closed case
    Given <something that is closed>
    When the earlier <event comes>
    Then it is acknowledged in time
    And the <subject stays>, and nothing is done for it again

    Examples:
      | x | event comes                                 | something that is closed                    | subject stays          |
      | a | payment.success comes again with its own id | an order that was paid and then refunded    | order stays refunded   |
      | b | payment.success comes again under a new id  | an order that was paid and then refunded    | order stays refunded   |
      | c | policy.issued comes again with its own id   | a policy that was issued and then cancelled | policy stays cancelled |
      | d | policy.issued comes again under a new id    | a policy that was issued and then cancelled | policy stays cancelled |
