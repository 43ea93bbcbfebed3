Feature: Callbacks under your own parameter names

  With return URL parameters of your own, return and callback come under your names, and the hash
  covers your template: the secret, then the template with its values URL-encoded and [HASH] left
  where the hash goes.

  @case:RC-RET-01 @severity:required @needs:return-template
  @clause:002:C.1 @clause:002:C.2
  @defect:copied-typo-template
  Scenario: The registered template is sound
    When the registered return URL template is read
    Then the gateway can fill it and you can verify what comes of it

  @case:RC-RET-02 @severity:required @needs:return-template
  @clause:002:C.1 @clause:002:C.2
  @defect:default-hash-on-custom @defect:default-keys-only
  Scenario Outline: Callbacks under the template's names are understood and their hash is verified
    Given a pending subscription of 24.50 MYR
    When a callback by the template <carries a message>
    Then it is acknowledged in time
    And the payment is booked exactly once

    @needs:return-template.json
    Examples:
      | x | carries a message                              |
      | a | in JSON carries the message Payment successful |
      | b | in JSON carries the message a&b=c+d            |
      | c | in JSON carries the message bayaran café 成功    |

    @needs:return-template.form
    Examples:
      | x | carries a message                                |
      | d | as a form carries the message Payment successful |
      | e | as a form carries the message a&b=c+d            |
      | f | as a form carries the message bayaran café 成功    |

  @case:RC-RET-03 @severity:required @needs:return-template
  @clause:002:C.1 @clause:002:B.6
  @defect:hash-unchecked
  Scenario Outline: Changed values are refused
    Given a pending subscription of 24.50 MYR
    And the return page has just shown a good payment, and a callback by the template was booked
    When a callback by the template is delivered with <change>
    Then the callback is <fate>
    And the answer is not a server error
    And a callback by the template is still booked

    Examples:
      | x | change                            | fate                   |
      | a | another status under the old hash | refused without effect |

    @needs:return-template.amount
    Examples:
      | x | change                            | fate                   |
      | b | another amount under the old hash | refused without effect |

    Examples:
      | x | change                               | fate                           |
      | c | another order id under the old hash  | refused without effect         |
      | d | another reference under the old hash | refused without effect         |
      | e | its parameters in another order      | taken rightly or not at all    |

  @case:RC-RET-04 @severity:required @needs:return-template
  @clause:002:C.1 @clause:002:C.2
  @defect:default-key-fallback
  Scenario Outline: Parameters under default names do not override the template
    Given a pending subscription of 24.50 MYR
    And the return page has just shown a good payment, and a callback by the template was booked
    When a callback by the template <how> reports a failed payment, with status_id 1 and a hash beside
    Then no payment is booked
    And the answer is not a server error
    And a callback by the template is still booked

    @needs:return-template.json
    Examples:
      | x | how     |
      | a | in JSON |

    @needs:return-template.form
    Examples:
      | x | how       |
      | b | as a form |
