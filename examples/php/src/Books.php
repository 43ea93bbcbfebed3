<?php

declare(strict_types=1);

namespace Shop;

/**
 * What an event does to the books.
 *
 * Nothing here looks at the order of arrival: a payment stays a payment when an older failure comes late, and what is
 * refunded or cancelled is never opened again.
 */
final class Books
{
    public function __construct(private readonly Store $store)
    {
    }

    /** Remembers the event and carries it out, in one transaction. Returns the result, as it stands in the log. */
    public function take(Event $event): string
    {
        if (!$event->known() || !$event->coherent()) {
            return 'ignored';
        }
        return $this->store->transaction(function () use ($event): string {
            $remembered = $this->store->run(
                'INSERT INTO events (id, type, received_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
                $event->id,
                $event->type,
                gmdate(DATE_RFC3339),
            );
            if ($remembered === 0) {
                return 'duplicate';
            }
            $result = match ($event->type) {
                'payment.success' => $this->pay($event),
                'payment.failed' => $this->fail($event),
                'refund.processed' => $this->refund($event),
                'policy.issued' => $this->issue($event),
                'policy.cancelled' => $this->cancel($event),
                'claim.submitted', 'claim.updated' => $this->claim($event),
            };
            if ($result === 'unmatched') {
                // It may be about something that we are about to hear of: a repeat gets another chance.
                $this->store->run('DELETE FROM events WHERE id = ?', $event->id);
            }
            return $result;
        });
    }

    public function refunded(string $order): int
    {
        $row = $this->store->row('SELECT coalesce(sum(amount), 0) AS sum FROM refunds WHERE order_reference = ?', $order);
        return (int) $row['sum'];
    }

    private function pay(Event $event): string
    {
        [$reference, $transaction] = [$event->text('order_id'), $event->text('transaction_id')];
        [$amount, $currency] = [$event->sen(), $event->text('currency')];
        $order = $this->find('orders', $reference);
        if ($order === null) {
            return 'unmatched';
        }
        if ($amount !== $order['amount'] || $currency !== $order['currency']) {
            return $this->hold($reference, "paid $amount sen in $currency");
        }
        if ($order['transaction_id'] !== null && $order['transaction_id'] !== $transaction) {
            return $this->hold($reference, 'paid twice');
        }
        if ($order['transaction_id'] !== null || $this->refunded($reference) >= $order['amount']) {
            return 'duplicate';
        }
        $this->store->run(
            'UPDATE orders SET transaction_id = ?, paid_at = ?, failed_at = NULL,
                 customer_name = coalesce(?, customer_name) WHERE reference = ?',
            $transaction,
            $this->iso($event),
            $event->customerName(),
            $reference,
        );
        return $this->queue('fulfil-order', $reference, $event);
    }

    private function fail(Event $event): string
    {
        $reference = $event->text('order_id');
        $order = $this->find('orders', $reference);
        if ($order === null) {
            return 'unmatched';
        }
        if ($order['transaction_id'] !== null) {
            return 'ignored'; // another attempt to pay succeeded, and that stands
        }
        $this->store->run('UPDATE orders SET failed_at = ? WHERE reference = ?', $this->iso($event), $reference);
        return 'processed';
    }

    private function refund(Event $event): string
    {
        [$reference, $refund] = [$event->text('order_id'), $event->text('refund_id')];
        [$amount, $currency] = [$event->sen(), $event->text('currency')];
        $order = $this->find('orders', $reference);
        if ($order === null) {
            return 'unmatched';
        }
        if ($this->store->row('SELECT id FROM refunds WHERE id = ?', $refund) !== null) {
            return 'duplicate';
        }
        if ($currency !== $order['currency'] || $this->refunded($reference) + $amount > $order['amount']) {
            return $this->hold($reference, "refund of $amount sen in $currency");
        }
        $this->store->run('INSERT INTO refunds (id, order_reference, amount) VALUES (?, ?, ?)', $refund, $reference, $amount);
        return 'processed';
    }

    private function issue(Event $event): string
    {
        [$reference, $number] = [$event->text('policy_id'), $event->text('policy_number')];
        $policy = $this->find('policies', $reference);
        if ($policy === null) {
            return 'unmatched';
        }
        if ($policy['issued_at'] !== null || $policy['cancelled_at'] !== null) {
            return 'duplicate';
        }
        $this->store->run(
            'UPDATE policies SET number = ?, issued_at = ? WHERE reference = ?',
            $number,
            $this->iso($event),
            $reference,
        );
        return $this->queue('send-policy', $reference, $event);
    }

    private function cancel(Event $event): string
    {
        $reference = $event->text('policy_id');
        $policy = $this->find('policies', $reference);
        if ($policy === null) {
            return 'unmatched';
        }
        if ($policy['cancelled_at'] !== null) {
            return 'duplicate';
        }
        $this->store->run('UPDATE policies SET cancelled_at = ? WHERE reference = ?', $this->iso($event), $reference);
        return 'processed';
    }

    private function claim(Event $event): string
    {
        [$reference, $policy, $state] = [$event->text('claim_id'), $event->text('policy_id'), $event->text('status')];
        $at = (int) $event->at()->format('Uu'); // microseconds
        if ($this->find('policies', $policy) === null) {
            return 'unmatched';
        }
        $claim = $this->find('claims', $reference);
        if ($claim === null) { // an update may overtake the submission
            $this->store->run('INSERT INTO claims VALUES (?, ?, ?, ?)', $reference, $policy, $state, $at);
            return $this->queue('open-claim', $reference, $event);
        }
        if ($claim['policy_reference'] !== $policy) {
            return 'held';
        }
        if ($at < $claim['decided_at'] || $at === $claim['decided_at'] && $claim['state'] !== 'submitted') {
            return 'ignored'; // an older state, come late
        }
        $this->store->run('UPDATE claims SET state = ?, decided_at = ? WHERE reference = ?', $state, $at, $reference);
        return 'processed';
    }

    /** The work itself (goods, letters, other systems) is done by a worker: the platform waits for no printer. */
    private function queue(string $task, string $reference, Event $event): string
    {
        $added = $this->store->run(
            'INSERT INTO outbox (task, reference, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
            $task,
            $reference,
            $event->id,
        );
        return $added === 1 ? 'processed' : 'duplicate';
    }

    private function hold(string $order, string $flag): string
    {
        $this->store->run('UPDATE orders SET flag = ? WHERE reference = ?', $flag, $order);
        return 'held';
    }

    private function find(string $table, string $reference): ?array
    {
        return $this->store->row("SELECT * FROM $table WHERE reference = ?", $reference);
    }

    private function iso(Event $event): string
    {
        return $event->at()->format('Y-m-d\TH:i:s.up');
    }
}
