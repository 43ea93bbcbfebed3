Feature: The endpoint is public and shows a good certificate

  The platform's servers come from outside, know no tunnel and no private network, and look at every
  certificate. What a browser forgives, they do not: it remembers missing certificates, they do not.

  @case:EP-TLS-01 @severity:required
  @clause:000:5.3 @clause:001:3.1
  @defect:private-endpoint
  Scenario: The endpoint is a public HTTPS URL
    When the registered URL is resolved and a connection is made
    Then it is https, all its addresses are public, and the handshake succeeds

  @case:EP-TLS-02 @severity:required
  @clause:000:5.3 @clause:001:3.1 @clause:001:3.2
  @defect:incomplete-chain @defect:wrong-host-cert @defect:expired-cert @defect:self-signed-cert
  Scenario Outline: Modern TLS with a valid certificate chain
    When a handshake <manner> is made
    Then TLS 1.2 or 1.3 is spoken
    And the certificate is for this host and valid now
    And the certificates sent lead to a trusted authority
    And a certificate that ends within 14 days is noted

    Examples:
      | x | manner                                         |
      | a | with the platform's own settings               |
      | b | that offers TLS 1.2 only                       |
      | c | that offers TLS 1.1 only                       |
      | d | validated from what the server sends alone     |
