Feature: The API may grow, and versions end

  A version of the API gets new members, headers and values without notice; that is what makes it last.
  When it ends, that is announced, and then answered with 410.

  @case:FWD-04 @severity:required @needs:api.buy
  @clause:000:10.1 @clause:000:10.2
  @defect:deny-unknown-fields @defect:id-truncated
  Scenario Outline: The API may grow
    Given a sandbox whose answers have grown by <what>
    When the partner runs its operation buy
    Then the partner has met what is new
    And quotation, customer, issuance, payment and status follow each other, each with what the one before returned
    And the purchase ends as paid, once

    Examples:
      | x | what                             |
      | a | members that nobody knows yet      |
      | b | header lines that nobody knows yet |
      | c | a new product and a new variant    |
      | d | ids of 64 characters               |

  @case:FWD-05 @severity:informational @needs:api.buy
  @clause:000:10.1 @clause:000:10.2 @clause:001:11.1
  @defect:unpinned @defect:retired-retry
  Scenario Outline: Version is pinned; retirement and deprecation are noticed
    Given <sandbox>
    When the partner runs its operation buy
    Then <expected>

    Examples:
      | x | sandbox                                         | expected                                                                     |
      | a | a sandbox that answers honestly                 | every call names the same version                                            |
      | b | a sandbox that announces the end of this version | the purchase goes on, and what the log says of the announcement is noted    |
      | c | a sandbox that has retired this version         | one call is made, and the operation ends as failed for a stated reason       |
