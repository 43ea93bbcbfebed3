Feature: Many events, one claim

  A claim is submitted once and then moves on, and each move is an event. They all speak of the same
  claim id, and your customer sees one claim.

  @case:WH-DEL-06 @severity:required
  @clause:000:1.3 @clause:000:5.2 @clause:001:1.3 @clause:001:5.1
  @defect:claim-per-event
  Scenario Outline: claim.submitted and claim.updated drive one claim through its life
    Given an issued policy on which a claim is made
    When signed events tell one after another that the claim is <course>
    Then each of them is acknowledged in time
    And after each of them there is one claim, in the state just told

    Examples:
      | x | course                                                     |
      | a | submitted                                                  |
      | b | submitted, under review, more information needed, approved |
