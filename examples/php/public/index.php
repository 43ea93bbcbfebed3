<?php

declare(strict_types=1);

// A shop that sells insurance and takes the platform's webhooks. All requests come here.

use Shop\BackOffice;
use Shop\Books;
use Shop\Event;
use Shop\Log;
use Shop\Malformed;
use Shop\NotAuthentic;
use Shop\Store;
use Shop\Verifier;

ini_set('display_errors', '0');
require dirname(__DIR__) . '/src/autoload.php';

$log = new Log(data_folder() . '/webhooks.log');
$path = array_map('rawurldecode', explode('/', trim(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '', '/')));
$request = [$_SERVER['REQUEST_METHOD'], ...$path];

try {
    if ($request === ['POST', 'webhooks', 'senang']) {
        [$status, $answer] = webhook($log);
    } elseif (!hash_equals('Bearer ' . setting('SHOP_TOKEN'), $_SERVER['HTTP_AUTHORIZATION'] ?? '')) {
        [$status, $answer] = [401, ['message' => 'staff only']];
    } else {
        [$status, $answer] = back_office($request, $log);
    }
} catch (Malformed $reason) {
    [$status, $answer] = [400, ['message' => $reason->getMessage()]];
} catch (Throwable $error) {
    error_log($error::class . ' in ' . basename($error->getFile()) . ':' . $error->getLine());
    [$status, $answer] = [500, ['message' => 'try again later']];
}
http_response_code($status);
header('Content-Type: application/json');
echo json_encode($answer, JSON_THROW_ON_ERROR);

function webhook(Log $log): array
{
    // The bytes as they arrived, because these are what was signed.
    $body = file_get_contents('php://input', length: LARGEST_BODY + 1);
    // PHP's own server leaves blanks behind a value.
    [$id, $timestamp, $signatures] = array_map(
        fn (string $name) => isset($_SERVER[$name]) ? trim($_SERVER[$name], " \t") : null,
        ['HTTP_WEBHOOK_ID', 'HTTP_WEBHOOK_TIMESTAMP', 'HTTP_WEBHOOK_SIGNATURE'],
    );
    $type = null;
    if (strlen($body) > LARGEST_BODY) {
        $log->write('warn', $id, null, 'refused', 'body is too large');
        return [413, ['message' => 'body is too large']];
    }
    try {
        // Two secrets while the secret is replaced.
        $secrets = array_filter([setting('SENANG_WEBHOOK_SECRET'), getenv('SENANG_WEBHOOK_SECRET_NEXT') ?: null]);
        (new Verifier(...$secrets))->verify($body, $id ?? '', $timestamp ?? '', $signatures ?? '');
        $event = Event::read($body);
        [$id, $type] = [$event->id, $event->type];
        $result = (new Books(new Store(data_folder() . '/shop.sqlite')))->take($event);
    } catch (NotAuthentic $reason) {
        $log->write('warn', $id, null, 'refused', $reason->getMessage());
        return [401, ['message' => 'not authentic']];
    } catch (Malformed $reason) {
        $log->write('warn', $id, $type, 'malformed', $reason->getMessage());
        return [400, ['message' => $reason->getMessage()]];
    } catch (Throwable $error) {
        // Nothing was kept. The platform is told so, and sends the event again.
        $log->write('error', $id, $type, 'failed', $error::class);
        return [500, ['message' => 'try again later']];
    }
    $log->write(in_array($result, ['held', 'unmatched'], true) ? 'warn' : 'info', $id, $type, $result);
    return [200, ['message' => 'ok']];
}

function back_office(array $request, Log $log): array
{
    $store = new Store(data_folder() . '/shop.sqlite');
    $office = new BackOffice($store, new Books($store));
    [$method, $place, $name] = $request + [null, null, null];
    $found = match (true) {
        $request === ['POST', 'orders'] => $office->createOrder(json_body()),
        $method !== 'GET' => null,
        $place === 'orders' => $office->order($name ?? ''),
        $place === 'policies' => $office->policy($name ?? ''),
        $place === 'claims' => $office->claim($name ?? ''),
        $place === 'support-requests' => support_request($request[3] ?? '', $log),
        default => null,
    };
    return $found === null ? [404, ['message' => 'unknown']] : [$method === 'POST' ? 201 : 200, $found];
}

function json_body(): array
{
    $body = json_decode(file_get_contents('php://input'), true);
    return is_array($body) ? $body : throw new Malformed('no JSON object');
}

/** What we would send to the platform's support: ids and log lines, no payload and no key. */
function support_request(string $eventId, Log $log): array
{
    return [
        'partner_id' => 'example-php',
        'api_key_reference' => '…' . substr(setting('SENANG_WEBHOOK_SECRET'), -4),
        'event_id' => $eventId,
        'time' => gmdate(DATE_RFC3339),
        'description' => 'Our record of this delivery differs from yours, please compare.',
        'log' => $log->about($eventId),
    ];
}
