Feature: Callbacks that are no payment, and the answer that the platform looks for

  Callbacks about strangers and notices about schedules come to the same URL as payments. They are
  answered like the others and book nothing.

  @case:RC-JSON-16 @severity:required @needs:recurring.json
  @clause:002:B.3 @clause:001:5.2 @clause:001:11.1
  @defect:null-order-crash @defect:schedule-as-payment
  Scenario Outline: Unknown orders and schedule notices are never payments
    Given <subscription>
    And the callback endpoint has just booked a good payment
    When <message>
    Then the answer is not a server error
    And an answer other than 2xx is noted
    And <nothing happens>
    And the callback endpoint still books a good payment

    Examples:
      | x | message                                                                       | subscription                                  | nothing happens                             |
      | a | a recurring callback with a subscription history reports a successful payment | a subscription that the partner never created | nothing appears under the unknown reference |
      | b | the platform sends the schedule notice new_schedule with its own hash         | a pending subscription of 24.50 MYR           | no payment is booked for the subscription   |
      | c | the platform sends the schedule notice remove_schedule with its own hash      | a pending subscription of 24.50 MYR           | no payment is booked for the subscription   |
      | d | the platform sends the schedule notice terminate with its own hash            | a pending subscription of 24.50 MYR           | no payment is booked for the subscription   |

  @case:RC-JSON-17 @severity:recommended @needs:recurring.json
  @clause:002:0 @clause:001:2.3
  @defect:html-ack
  Scenario Outline: The acknowledgement is the bare text OK
    Given a pending subscription of 24.50 MYR
    When a payment is called back <times>
    Then every answer is 200 with the bare text OK

    Examples:
      | x | times |
      | a | once  |
      | b | twice |
