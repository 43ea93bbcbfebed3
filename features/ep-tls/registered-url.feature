Feature: The registered URL is the endpoint

  The platform posts to the URL that you registered and follows nothing: a redirect turns a POST
  into a GET, or sends a payment event to another host.

  @case:EP-TLS-05 @severity:required
  @clause:001:2.1 @clause:001:2.3
  @defect:slash-redirect @defect:http-to-https-redirect
  Scenario: The registered URL answers directly, without redirect
    Given a pending order of 100.00 MYR
    When a correctly signed payment.success is delivered
    Then it is acknowledged in time
    And the same URL with or without a trailing slash is tried for the report
