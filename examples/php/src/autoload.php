<?php

declare(strict_types=1);

// What Composer would do for the namespace in composer.json.
spl_autoload_register(function (string $class): void {
    if (str_starts_with($class, 'Shop\\')) {
        require __DIR__ . '/' . str_replace('\\', '/', substr($class, 5)) . '.php';
    }
});

const LARGEST_BODY = 1024 * 1024;

function setting(string $name): string
{
    return getenv($name) ?: throw new RuntimeException("$name is not set");
}

function data_folder(): string
{
    return getenv('DATA_DIR') ?: dirname(__DIR__) . '/var';
}
