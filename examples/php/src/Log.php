<?php

declare(strict_types=1);

namespace Shop;

/** The log: one JSON object a line, with ids, types and results. Never bodies, headers, keys or personal data. */
final class Log
{
    public function __construct(private readonly string $path)
    {
    }

    public function write(string $level, ?string $id, ?string $type, string $result, string $message = ''): void
    {
        $line = json_encode([ // escapes line breaks: nobody writes a line of their own into this file
            'time' => (new \DateTimeImmutable())->format('Y-m-d\TH:i:s.uP'),
            'level' => $level,
            'event_id' => $id === null ? null : substr($id, 0, 1020),
            'type' => $type,
            'result' => $result,
            'message' => $message,
        ], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES);
        file_put_contents($this->path, "$line\n", FILE_APPEND | LOCK_EX);
    }

    /** @return list<array<string, mixed>> */
    public function about(string $eventId): array
    {
        $lines = array_map(fn (string $line) => json_decode($line, true), file($this->path) ?: []);
        return array_values(array_filter($lines, fn (?array $line) => ($line['event_id'] ?? null) === $eventId));
    }
}
