Feature: Requests keep to the published shapes

  What the platform publishes as OpenAPI is what it takes. This looks back over every request that the
  simulated API received in the whole run, after causing some of its own. Requests for which the harness
  itself handed out nonsense, to see what comes of it, are left out.

  @case:API-VAL-01 @severity:required @needs:api.buy @lane:closing
  @clause:000:3.3 @clause:000:6.2
  @defect:schema-drift @defect:form-instead-of-json
  Scenario: Everything sent is valid against the published shapes
    Given a sandbox that answers honestly
    When the partner runs its operation buy
    Then no request of this run departs from the published shapes, media types or encoding
