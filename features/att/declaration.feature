Feature: What only people can answer

  Some duties leave no trace in traffic. They are asked for once, in a declaration of which every answer has
  a name, a role and a date. An answer never makes up for something that was observed to be wrong.

  @case:ATT-01 @severity:required
  @clause:000:P @clause:000:2.2 @clause:000:3.1 @clause:000:3.2 @clause:000:3.3 @clause:001:P
  @defect:no-contact
  Scenario Outline: Prerequisites and scope are settled
    When the declaration is asked <what>
    Then somebody with name, role and date has answered

    Examples:
      | x | what                                                 |
      | a | who holds sandbox access and credentials             |
      | b | which documentation was read and accepted            |
      | c | which use case, methods and event types are in scope |
      | d | whom to ask about technical matters                  |
      | e | how the team was briefed                             |
      | f | how it stands with the commercial agreement          |

  @case:ATT-02 @severity:required
  @clause:000:7.4
  @defect:blank-form
  Scenario Outline: Customer data are protected by more than technology
    When the declaration is asked <what>
    Then somebody with name, role and date has answered

    Examples:
      | x | what                                                                 |
      | a | on what basis customer data are processed and how customers are told |
      | b | how long customer data are kept                                      |
      | c | who can see logs and payloads                                        |

  @case:ATT-03 @severity:required
  @clause:000:7.3 @clause:000:9.1 @clause:000:9.2 @clause:001:4.3
  @defect:string-equals
  Scenario Outline: Keys are in good custody and signatures are compared in constant time
    When the declaration is asked <what>
    Then somebody with name, role and date has answered

    Examples:
      | x | what                                           |
      | a | where keys and secrets live                    |
      | b | who can read them                              |
      | c | how production keys are kept out of test       |
      | d | where signatures are compared in constant time |

  @case:ATT-04 @severity:required
  @clause:000:9.3 @clause:000:10.1 @clause:001:6.4 @clause:001:9.1 @clause:001:10.2
  @defect:blank-form
  Scenario Outline: Somebody runs it
    When the declaration is asked <what>
    Then somebody with name, role and date has answered

    Examples:
      | x | what                                                |
      | a | how webhook failures are noticed and who is on call |
      | b | how a failure is escalated                          |
      | c | how changes of the API are followed                 |
      | d | who owns corrective action after a suspension       |
      | e | how long webhook logs are kept                      |
