<?php

declare(strict_types=1);

namespace Shop;

/** The rest of the shop, as far as it matters here: how an order begins, and what the back office sees. */
final class BackOffice
{
    public function __construct(private readonly Store $store, private readonly Books $books)
    {
    }

    public function createOrder(array $order): array
    {
        $reference = Event::member($order, 'reference');
        $amount = Event::inSen(Event::member($order, 'amount'));
        $currency = Event::member($order, 'currency');
        $policy = isset($order['policy']) ? Event::member($order, 'policy') : null;
        $this->store->transaction(function () use ($reference, $amount, $currency, $policy): void {
            $this->store->run(
                'INSERT INTO orders (reference, amount, currency) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
                $reference,
                $amount,
                $currency,
            );
            if ($policy !== null) {
                $this->store->run(
                    'INSERT INTO policies (reference, order_reference) VALUES (?, ?) ON CONFLICT DO NOTHING',
                    $policy,
                    $reference,
                );
            }
        });
        return ['reference' => $reference];
    }

    public function order(string $reference): ?array
    {
        $order = $this->store->row('SELECT * FROM orders WHERE reference = ?', $reference);
        if ($order === null) {
            return null;
        }
        $refunded = $this->books->refunded($reference);
        $paid = $order['transaction_id'] !== null;
        return [
            'state' => match (true) {
                $refunded >= $order['amount'] => 'refunded',
                $paid && $refunded > 0 => 'partially_refunded',
                $paid => 'paid',
                $order['failed_at'] !== null => 'failed',
                default => 'pending',
            },
            'fulfilments' => $this->queued('fulfil-order', $reference),
            'amount' => self::money($order['amount']),
            'refunded' => self::money($refunded),
            'transaction_id' => $order['transaction_id'],
            'customer_name' => $order['customer_name'],
            'flag' => $order['flag'],
        ];
    }

    public function policy(string $reference): ?array
    {
        $policy = $this->store->row('SELECT * FROM policies WHERE reference = ?', $reference);
        return $policy === null ? null : [
            'state' => match (true) {
                $policy['cancelled_at'] !== null => 'cancelled',
                $policy['issued_at'] !== null => 'issued',
                default => 'pending',
            },
            'issued' => $this->queued('send-policy', $reference),
            'number' => $policy['number'],
        ];
    }

    public function claim(string $reference): ?array
    {
        $claim = $this->store->row('SELECT * FROM claims WHERE reference = ?', $reference);
        return $claim === null ? null : [
            'state' => $claim['state'],
            'opened' => $this->queued('open-claim', $reference),
        ];
    }

    private function queued(string $task, string $reference): int
    {
        return $this->store->row('SELECT count(*) AS n FROM outbox WHERE task = ? AND reference = ?', $task, $reference)['n'];
    }

    private static function money(int $sen): string
    {
        return sprintf('%d.%02d', intdiv($sen, 100), $sen % 100);
    }
}
