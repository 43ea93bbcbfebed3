Feature: The page that embeds the payment

  Card data stays at the gateway as long as your page lets nobody else in: no other frame, no other
  form, no field of its own, and no belief in what strange windows say.

  @case:EMB-05 @severity:recommended @needs:checkout
  @clause:000:2.1 @clause:000:7.1 @clause:000:7.3
  @defect:any-origin-message @defect:own-card-form
  Scenario Outline: The embedding page is clean
    When the embedding page is opened in a browser
    Then <what holds>

    Examples:
      | x | what holds                                        |
      | a | its frame or form leads to the gateway over https |
      | b | its policy lets in frames of the gateway only     |
      | c | its policy lets forms go to the gateway only      |
      | d | it has no fields for card data                    |
      | e | its listeners turn strangers' messages away       |
