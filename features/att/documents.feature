Feature: Documents that are safe to send and belong to what was tested

  A support request goes by mail to people who need to know what happened and nothing else. A certificate
  belongs to one build that was tested in a sandbox.

  @case:ATT-05 @severity:required
  @clause:000:6.1 @clause:000:11.2 @clause:001:12.2
  @defect:unmasked-bundle
  Scenario Outline: A support request that can be sent safely; a run that was made in the sandbox
    When <what>
    Then <outcome>

    Examples:
      | x | what                                                          | outcome                                                            |
      | a | a support request is made about a delivery with personal data | it has what support needs and shows no secret and no personal data |
      | b | hosts, keys and build of the run are looked at                | they are those of a sandbox and the build is named                 |
