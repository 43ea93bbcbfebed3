<?php

declare(strict_types=1);

namespace Shop;

/** Is this delivery authentic? Decided before anything in the body is believed. After Standard Webhooks, scheme v1. */
final class Verifier
{
    private const TOLERANCE_SECONDS = 300;

    /** @var list<string> keys as bytes: one, or two while the secret is replaced */
    private array $keys = [];

    public function __construct(string ...$secrets)
    {
        foreach ($secrets as $secret) {
            $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
            if ($key === false || $key === '') {
                throw new \InvalidArgumentException('a webhook secret is empty or no base64');
            }
            $this->keys[] = $key;
        }
        if ($this->keys === []) {
            throw new \InvalidArgumentException('no webhook secret');
        }
    }

    /** PHP joins copies of a header with a comma: such an id was never signed, such a timestamp is no number. */
    public function verify(string $body, string $id, string $timestamp, string $signatures): void
    {
        if ($id === '' || $signatures === '' || preg_match('/\A[0-9]{1,12}\z/', $timestamp) !== 1) {
            throw new NotAuthentic('a security header is missing or unusable');
        }
        if (abs(time() - (int) $timestamp) > self::TOLERANCE_SECONDS) {
            throw new NotAuthentic('timestamp is outside the window');
        }
        foreach ($this->keys as $key) {
            $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
            foreach (explode(' ', $signatures) as $signature) {
                if (hash_equals($expected, $signature)) {
                    return;
                }
            }
        }
        throw new NotAuthentic('no signature fits');
    }
}
