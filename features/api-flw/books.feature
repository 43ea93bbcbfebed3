Feature: The platform's books are read to the end

  Status and lists are how you find out what you missed. A list has pages, and the last one says that
  it is the last.

  @case:API-FLW-07 @severity:required
  @clause:000:1.3 @clause:000:4.1
  @defect:first-page-only @defect:page-loop
  Scenario Outline: Status and reports are read completely
    Given <books>
    When <question>
    Then <expected>

    @needs:api.buy @needs:api.status
    Examples:
      | x | books                                     | question                                            | expected                                                                          |
      | a | a sandbox at which a purchase was just made | the partner asks for the status of what was bought | it has asked for the right policy or payment, and its state is that of the sandbox |

    @needs:api.reconcile
    Examples:
      | x | books                                                                  | question                                    | expected                                                                            |
      | b | a sandbox with five payments, in pages of two, of which no webhook told | the partner reads the list of transactions | each page was fetched once, nothing after the last, and each payment is booked once |
      | c | a sandbox without a single payment                                     | the partner reads the list of transactions | the list was fetched once, without an error                                         |
