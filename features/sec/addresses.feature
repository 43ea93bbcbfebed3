Feature: Keys and tokens stay out of addresses

  Addresses are copied into logs of proxies and servers, into histories and into the Referer of the next
  request. A key in one of them is known to many.

  @case:SEC-02 @severity:required @lane:closing
  @clause:000:7.1 @clause:000:7.3
  @defect:key-in-query @defect:token-in-url
  Scenario Outline: No secret in any URL
    When <looked over>
    Then <expectation>

    @needs:api.buy
    Examples:
      | x | looked over                                                                               | expectation                     |
      | a | everything that the platform was asked in this run is looked over, after one more purchase | no address holds a key or token |

    # A token in the registered address proves nothing that the signature does not: reported, not blocking.
    @severity:informational
    Examples:
      | x | looked over                                 | expectation                              |
      | b | the partner's own settings are looked over  | no registered address carries a password |
