<?php

declare(strict_types=1);

namespace Shop;

/** SQLite through PDO. */
final class Store
{
    private \PDO $pdo;

    public function __construct(string $path)
    {
        $this->pdo = new \PDO("sqlite:$path", options: [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
            \PDO::ATTR_DEFAULT_FETCH_MODE => \PDO::FETCH_ASSOC,
            \PDO::ATTR_TIMEOUT => 4,
        ]);
    }

    public function create(string $schema): void
    {
        $this->pdo->exec('PRAGMA journal_mode = WAL');
        $this->pdo->exec($schema);
    }

    /** Everything in it is kept, or nothing is. Writers wait for one another. */
    public function transaction(callable $work): mixed
    {
        $this->pdo->exec('BEGIN IMMEDIATE');
        try {
            $result = $work();
        } catch (\Throwable $error) {
            $this->pdo->exec('ROLLBACK');
            throw $error;
        }
        $this->pdo->exec('COMMIT');
        return $result;
    }

    /** Returns how many rows changed. */
    public function run(string $sql, mixed ...$values): int
    {
        $statement = $this->pdo->prepare($sql);
        $statement->execute($values);
        return $statement->rowCount();
    }

    /** Returns the first row, or null. */
    public function row(string $sql, mixed ...$values): ?array
    {
        $statement = $this->pdo->prepare($sql);
        $statement->execute($values);
        return $statement->fetch() ?: null;
    }
}
