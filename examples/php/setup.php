<?php

declare(strict_types=1);

// Makes the database and the log, where they do not exist yet.

require __DIR__ . '/src/autoload.php';

$data = data_folder();
if (!is_dir($data)) {
    mkdir($data, 0o750, true);
}
(new Shop\Store("$data/shop.sqlite"))->create(file_get_contents(__DIR__ . '/schema.sql'));
touch("$data/webhooks.log");
