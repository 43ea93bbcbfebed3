<?php

declare(strict_types=1);

namespace Shop;

/** An authentic body: read strictly where it matters, and blind to members that it does not know. */
final class Event
{
    private const STATUSES = [
        'payment.success' => ['success'],
        'payment.failed' => ['failed'],
        'policy.issued' => ['issued'],
        'policy.cancelled' => ['cancelled'],
        'refund.processed' => ['processed'],
        'claim.submitted' => ['submitted'],
        'claim.updated' => ['under_review', 'more_information_needed', 'approved', 'rejected', 'paid'],
    ];

    // RFC 3339, with its zone: a time without one is no instant.
    private const TIME = '/\A\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\z/';

    private function __construct(
        public readonly string $id,
        public readonly string $type,
        private readonly array $members,
    ) {
    }

    public static function read(string $body): self
    {
        try {
            // Refuses bytes that are no UTF-8, and halves of surrogate pairs.
            $members = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
        } catch (\JsonException) {
            throw new Malformed('no JSON');
        }
        if (!is_array($members)) {
            throw new Malformed('no JSON object');
        }
        return new self(self::member($members, 'id'), self::member($members, 'type'), $members);
    }

    public function known(): bool
    {
        return isset(self::STATUSES[$this->type]);
    }

    /** Whether the status is one that this type can have. If not, the event is never read as a success. */
    public function coherent(): bool
    {
        return in_array($this->text('status'), self::STATUSES[$this->type], true);
    }

    /** When the fact happened. Instants are compared, never texts, and never the order of arrival. */
    public function at(): \DateTimeImmutable
    {
        $written = self::member($this->members, 'created_at');
        $at = preg_match(self::TIME, $written) === 1 ? date_create_immutable($written) : false;
        if ($at === false || \DateTimeImmutable::getLastErrors() !== false) {
            throw new Malformed('created_at is no time with a zone');
        }
        return $at->setTimezone(new \DateTimeZone('UTC'));
    }

    public function text(string $name): string
    {
        return self::member($this->data(), $name);
    }

    public function sen(): int
    {
        return self::inSen($this->text('amount'));
    }

    public function customerName(): ?string
    {
        $name = $this->data()['metadata']['customer_name'] ?? null;
        return is_string($name) ? $name : null;
    }

    /** The amount in sen: money is never a float. */
    public static function inSen(string $amount): int
    {
        if (preg_match('/\A[0-9]{1,15}\.[0-9]{2}\z/', $amount) !== 1) {
            throw new Malformed('amount is no sum with two decimals');
        }
        return (int) str_replace('.', '', $amount);
    }

    public static function member(array $members, string $name): string
    {
        $value = $members[$name] ?? null;
        if (!is_string($value) || preg_match('/\A.{1,255}\z/su', $value) !== 1) {
            throw new Malformed("$name is missing or no text");
        }
        return $value;
    }

    private function data(): array
    {
        $data = $this->members['data'] ?? null;
        return is_array($data) ? $data : throw new Malformed('data is missing');
    }
}
