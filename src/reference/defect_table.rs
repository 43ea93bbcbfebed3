//! The defects as a table: name, what goes wrong, which cases must notice. One line is one switch.

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// The switch.
    pub defect: Defect,
    /// Catalogue name.
    pub name: &'static str,
    /// One sentence.
    pub description: &'static str,
    /// Case ids.
    pub cases: &'static [&'static str],
}

/// Makes the enum and its rows from one list, so that no switch can be missing from one of them.
macro_rules! defects {
    (
        defects { $($defect:ident, $name:literal, $description:literal, $cases:expr;)* }
        broken { $($whole:ident, $whole_name:literal, $whole_description:literal, $whole_cases:expr;)* }
    ) => {
        /// One mistake that can be switched on. Switches combine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Defect {
            $(#[doc = concat!("`", $name, "`: ", $description, ".")] $defect,)*
            $(#[doc = concat!("`", $whole_name, "`: ", $whole_description, ".")] $whole,)*
        }

        impl Defect {
            /// Every defect of an otherwise working partner.
            pub const ALL: &'static [Self] = &[$(Self::$defect,)*];

            /// Partners that are broken as a whole; none of them may ever look conformant.
            pub const BROKEN_PARTNERS: &'static [Self] = &[$(Self::$whole,)*];
        }

        /// All rows, in the order of the enum.
        pub static ROWS: &[Row] = &[
            $(Row { defect: Defect::$defect, name: $name, description: $description, cases: $cases },)*
            $(Row { defect: Defect::$whole, name: $whole_name, description: $whole_description, cases: $whole_cases },)*
        ];
    };
}

#[rustfmt::skip]
defects! {
    defects {
        AckDrop, "ack-drop", "answers 200 and never applies the event", &["WH-DEL-01"];
        AnyEventIsSuccess, "any-event-is-success", "books a failed payment like a successful one", &["WH-DEL-02"];
        PhantomOrder, "phantom-order", "creates a paid order or an issued policy for a reference it has never seen", &["WH-DEL-08"];
        NullOrderCrash, "null-order-crash", "fails with 500 when the named order does not exist", &["WH-DEL-08", "RC-JSON-16"];
        PolicyEventsIgnored, "policy-events-ignored", "acts on payment events only and drops all others with 200", &["WH-DEL-03"];
        CancelByCustomer, "cancel-by-customer", "cancels every policy of the customer whose policy was cancelled", &["WH-DEL-04"];
        PartialRefundAsFull, "partial-refund-as-full", "books any refund as a refund of the whole order", &["WH-DEL-05"];
        ClaimPerEvent, "claim-per-event", "opens a new claim for each claim event", &["WH-DEL-06", "API-FLW-08"];
        LastOrderWins, "last-order-wins", "keeps the order it works on in one shared place, where the next delivery replaces it", &["WH-DEL-07"];
        AmountBlind, "amount-blind", "never compares the paid sum with the price of the order", &["WH-DEL-09"];
        SlowSyncHandler, "slow-sync-handler", "finishes six seconds of follow-up work before it acknowledges", &["WH-DEL-10"];
        RejectsAll, "rejects-all", "refuses every webhook delivery, genuine ones too", &["WH-SIG-01"];
        FailOpenNoHeader, "fail-open-no-header", "skips verification when one of the security headers is absent or empty", &["WH-SIG-02"];
        SigIgnored, "sig-ignored", "never looks at the signature header", &["WH-SIG-03"];
        EmptySecret, "empty-secret", "also accepts deliveries signed with the empty key, as if a variable were unset", &["WH-SIG-04"];
        MagicSkipSecret, "magic-skip-secret", "also accepts deliveries signed with placeholder keys such as `changeme`", &["WH-SIG-04"];
        SigNotOverBody, "sig-not-over-body", "checks that a signature of the right form is present, not what it covers", &["WH-SIG-05"];
        SigBodyOnly, "sig-body-only", "does not bind the signature to the id and timestamp headers that arrived", &["WH-SIG-06"];
        NoReplayWindow, "no-replay-window", "accepts a signed delivery however old it is", &["WH-SIG-07"];
        ZeroToleranceClock, "zero-tolerance-clock", "refuses timestamps older than 30 seconds or in the future", &["WH-SIG-08"];
        PastOnlyWindow, "past-only-window", "accepts timestamps however far in the future", &["WH-SIG-09"];
        PrefixCompare, "prefix-compare", "compares only as many signature characters as were sent", &["WH-SIG-10"];
        ParseintTimestamp, "parseint-timestamp", "reads the leading digits of the timestamp and ignores the rest", &["WH-SIG-10"];
        VersionBlind, "version-blind", "accepts the right digest under any version label", &["WH-SIG-11"];
        AcceptsLegacySha1, "accepts-legacy-sha1", "still accepts HMAC-SHA1 digests", &["WH-SIG-11"];
        FirstSignatureOnly, "first-signature-only", "looks only at the first entry of the signature list", &["WH-SIG-12"];
        LastSignatureOnly, "last-signature-only", "looks only at the last entry of the signature list", &["WH-SIG-12"];
        Reserialize, "reserialize", "verifies the signature over the parsed and rewritten body", &["WH-SIG-13"];
        AsciiHmac, "ascii-hmac", "replaces non-ASCII characters by question marks before hashing", &["WH-SIG-14"];
        CaseSensitiveHeader, "case-sensitive-header", "finds the signature header only when it is spelt in lower case", &["WH-SIG-15"];
        FirstHeaderWins, "first-header-wins", "verifies with the first copy of a repeated header and uses the last one", &["WH-SIG-16"];
        ProcessThenVerify, "process-then-verify", "looks the transaction up at the API before it verifies the delivery", &["WH-SIG-17"];
        OkOnBadSignature, "ok-on-bad-signature", "answers 200 to deliveries it refuses", &["WH-SIG-18"];
        OracleResponse, "oracle-response", "shows the expected signature in the refusal", &["WH-SIG-19"];
        NoDedupe, "no-dedupe", "applies every delivery again", &["WH-DUP-01"];
        ErrorOnDuplicate, "error-on-duplicate", "answers 409 to a delivery it has already processed", &["WH-DUP-01"];
        CheckThenInsert, "check-then-insert", "looks for an earlier delivery first and inserts later, without a constraint", &["WH-DUP-02"];
        DedupeBySignature, "dedupe-by-signature", "recognises repeats by their signature instead of the event id", &["WH-DUP-03"];
        MemoryDedupe, "memory-dedupe", "recognises repeats by a list in memory that a restart empties", &["WH-DUP-05"];
        NoRestartRecovery, "no-restart-recovery", "answers 503 to every delivery after a restart until somebody repairs it", &["WH-ORD-08"];
        MaintenanceOk, "maintenance-200", "shows a maintenance page that answers 200 to everything while it is stopped", &["WH-ORD-08"];
        AckThenLose, "ack-then-lose", "answers 200 to deliveries that it cannot store", &["WH-ORD-10"];
        PartialBodyProcessed, "partial-body-processed", "acts on the part of a body that arrived before the connection broke", &["WH-ORD-11"];
        WorkerLeak, "worker-leak", "loses a worker to every delivery whose connection breaks", &["WH-ORD-11"];
        OldKeyForever, "old-key-forever", "keeps every webhook key it ever had", &["SEC-05"];
        HardSwitch, "hard-switch", "replaces the webhook key at once, without an overlap", &["SEC-05"];
        NobodyLooks, "nobody-looks", "raises no alarm however often deliveries fail or are refused", &["LOG-08"];
        Ttl5minDedupe, "ttl-5min-dedupe", "remembers event ids for five minutes", &["WH-DUP-04"];
        UpsertByEventId, "upsert-by-event-id", "writes over what is stored under an event id and applies it again", &["WH-DUP-06"];
        DedupeByEventIdOnly, "dedupe-by-event-id-only", "recognises repeats by the event id alone; payments and policies have no unique key", &["WH-DUP-07"];
        DedupeByTransaction, "dedupe-by-transaction", "takes every event on a transaction for a repeat of the first one", &["WH-DUP-08"];
        IdTruncated, "id-truncated", "stores event ids in a column of 190 characters that ignores case, and ids of API answers in one of 36", &["WH-DUP-08", "FWD-04"];
        EventTimeAsReplayCheck, "event-time-as-replay-check", "refuses events that happened more than five minutes ago, as if they were replays", &["WH-ORD-01"];
        LastWriteWins, "last-write-wins", "applies events in the order of their arrival", &["WH-ORD-02", "WH-ORD-03", "WH-ORD-05"];
        FailedIsFinal, "failed-is-final", "ignores the success that follows a failed attempt", &["WH-ORD-04"];
        UpdateNeedsCreate, "update-needs-create", "drops the update of a claim whose submission has not arrived", &["WH-ORD-05"];
        Resurrect, "resurrect", "fulfils again on any success event, even after a refund or a cancellation", &["WH-ORD-06"];
        NaiveLocalTime, "naive-local-time", "ignores the zone of event times", &["WH-PAY-09"];
        StringTimeCompare, "string-time-compare", "compares event times as text", &["WH-PAY-09"];
        ParseCrash, "parse-crash", "fails with 500 when a body is not JSON", &["WH-PAY-02"];
        Utf8Panic, "utf8-panic", "fails with 500 when a body is not UTF-8", &["WH-PAY-02"];
        StrictContentType, "strict-content-type", "compares the media type as one string and reads no body otherwise", &["WH-PAY-01"];
        NeedsContentLength, "needs-content-length", "refuses bodies that declare no length", &["WH-PAY-01"];
        DefaultFill, "default-fill", "fills missing members: status with success, id and time with new ones", &["WH-PAY-03"];
        NullDeref, "null-deref", "uses members of metadata without asking whether it is null", &["WH-PAY-04"];
        TypeCoerce, "type-coerce", "takes the first item of a list and the whole part of a number", &["WH-PAY-04"];
        TypeOnly, "type-only", "looks at the type of an event, never at its status", &["WH-PAY-05"];
        PrefixMatchType, "prefix-match-type", "takes every type that begins like payment.success once case and separators are gone", &["WH-PAY-05"];
        FloatMoney, "float-money", "keeps amounts as single-precision floating point", &["WH-PAY-06"];
        Limit16k, "limit-16k", "refuses bodies over 16 KiB", &["WH-PAY-07"];
        OomOnLarge, "oom-on-large", "collects bodies of any size and runs out of memory", &["WH-PAY-07"];
        SqlConcat, "sql-concat", "puts SQL together from strings", &["WH-PAY-08"];
        TemplateEval, "template-eval", "renders text of the payload as a template", &["WH-PAY-08"];
        UrlFetcher, "url-fetcher", "downloads the documents that an event names", &["WH-PAY-10"];
        SlashRedirect, "slash-redirect", "registers a URL that redirects to its other slash form", &["EP-TLS-05"];
        HttpToHttpsRedirect, "http-to-https-redirect", "registers a URL that redirects to another scheme", &["EP-TLS-05"];
        UnknownType500, "unknown-type-500", "fails with 500 on event types it does not know", &["FWD-01"];
        ScopeCrash, "scope-crash", "fails with 500 on documented event types outside its scope (claims)", &["FWD-01"];
        DenyUnknownFields, "deny-unknown-fields", "refuses events, JSON callbacks and API answers with a member it does not know", &["FWD-02", "FWD-04"];
        NotFailedMeansPaid, "not-failed-means-paid", "books a payment as paid whenever its status is not `failed`", &["FWD-03"];
        HmacWhereSha256, "hmac-where-sha256", "computes the recurring hash with HMAC, so that genuine callbacks are refused", &["RC-JSON-01"];
        HashUnchecked, "hash-unchecked", "ignores the recurring hash", &["RC-JSON-05", "RC-FORM-02", "RC-RET-03"];
        HashPartial, "hash-partial", "accepts the recurring hash for any status, so the status is not covered", &["RC-JSON-05"];
        NoCallbackDedupe, "no-callback-dedupe", "books every recurring callback again", &["RC-JSON-10"];
        DedupeIncludesMsg, "dedupe-includes-msg", "recognises repeated recurring callbacks by their hash, so by a text that may change", &["RC-JSON-10"];
        DedupeByOrder, "dedupe-by-order", "takes recurring callbacks only while the order is pending", &["RC-JSON-11"];
        DedupeIgnoresStatus, "dedupe-ignores-status", "recognises repeated recurring callbacks by the transaction alone, whatever they report", &["RC-JSON-11"];
        FailureCancelsAll, "failure-cancels-all", "cancels the whole subscription when one payment is reported as failed", &["RC-JSON-12"];
        MsEpoch, "ms-epoch", "reads next_payment_date as milliseconds", &["RC-JSON-13"];
        UtcDate, "utc-date", "takes the calendar day of next_payment_date in UTC", &["RC-JSON-13"];
        RigidDetails, "rigid-details", "fails with 500 when payment_details is empty, long or has an unknown member", &["RC-JSON-14"];
        MsgNormalisedBeforeHash, "msg-normalised-before-hash", "decodes msg, trims it and closes gaps in it before it computes the recurring hash", &["RC-JSON-15"];
        ScheduleAsPayment, "schedule-as-payment", "books a payment when a recurring schedule is set up", &["RC-JSON-16"];
        HtmlAck, "html-ack", "answers recurring callbacks with a page instead of the text OK", &["RC-JSON-17"];
        NoAuthOnSome, "no-auth-on-some", "lists products without credentials", &["API-FLW-01"];
        KeyInQuery, "key-in-query", "repeats the credential in the query of API calls", &["API-FLW-01", "SEC-02"];
        RetryEverything, "retry-everything", "retries every answer that is not a success", &["API-ERR-01"];
        AuthLoop, "auth-loop", "gets a new token and tries again as long as it is refused", &["API-ERR-02"];
        ErrorSwallow, "error-swallow", "reports every failure of a call as `something went wrong`", &["API-ERR-03"];
        ConflictRecreate, "conflict-recreate", "creates again under a new key after a conflict", &["API-ERR-04"];
        FivexxAsSuccess, "5xx-as-success", "catches server errors and carries on as if the call had worked", &["API-ERR-05"];
        StatusCodeOnly, "status-code-only", "takes every 2xx for success and never reads the body", &["API-ERR-06"];
        BlindTrust, "blind-trust", "never compares the payment that is answered with the one that was asked for", &["API-ERR-06"];
        NoTimeout, "no-timeout", "waits for connections and answers without a limit", &["API-ERR-07"];
        ReadTimeoutOnly, "read-timeout-only", "limits the pause between two bytes, never the whole answer", &["API-ERR-08"];
        UnboundedRead, "unbounded-read", "collects answers of any size", &["API-ERR-08"];
        PartialAsSuccess, "partial-as-success", "reads what came of an answer that broke off", &["API-ERR-09"];
        ContinueOnError, "continue-on-error", "goes on with the next step when one has failed", &["API-ERR-10"];
        RestartFromZero, "restart-from-zero", "begins a resumed purchase anew, with steps that are done and paid", &["API-ERR-10"];
        OneErrorFitsAll, "one-error-fits-all", "reports every failure of a call under the same category", &["API-ERR-11"];
        VerifyOff, "verify-off", "accepts any certificate of the API", &["EP-TLS-09"];
        RedirectLeak, "redirect-leak", "follows redirects of the API with headers and body", &["EP-TLS-10"];
        StacktraceOnly, "stacktrace-only", "logs a stack trace for a failed call, without any id", &["LOG-06"];
        IgnoresRetryAfter, "ignores-retry-after", "retries after 100 milliseconds whatever pause the answer asks for", &["API-RL-01"];
        DateUnparsed, "date-unparsed", "takes a Retry-After that is a date for no pause at all", &["API-RL-02"];
        NanDelay, "nan-delay", "computes with a missing or unreadable Retry-After and retries at once when the result is no positive number", &["API-RL-03"];
        InfiniteRetry, "infinite-retry", "repeats calls for as long as the API is down or refuses", &["API-RL-04", "API-RTY-02"];
        PerRequestBackoff, "per-request-backoff", "keeps a pause for the refused call alone while all others go on", &["API-RL-05"];
        SleepsAnHour, "sleeps-an-hour", "sleeps through a pause of any length with the caller waiting", &["API-RL-06"];
        NoThrottle, "no-throttle", "sends whatever there is to send and tries again until it gets through", &["API-RL-07"];
        NoRetry, "no-retry", "gives an operation up on the first error of any kind", &["API-RTY-01"];
        Fixed100ms, "fixed-100ms", "retries after 100 milliseconds each time", &["API-RTY-03"];
        Lockstep, "lockstep", "retries after pauses without any random part", &["API-RTY-03"];
        NewKeyPerTry, "new-key-per-try", "makes a new idempotency key for each try of a write", &["API-RTY-04"];
        DoubleIssue, "double-issue", "takes a write without a clear answer for not done and does it anew", &["API-RTY-05"];
        ConstantKey, "constant-key", "makes the idempotency key from the date and the content of the request", &["API-RTY-06"];
        RetryStorm, "retry-storm", "retries in two layers, so that their tries multiply", &["API-RTY-07"];
        SilentHandler, "silent-handler", "writes no log line for deliveries", &["LOG-01"];
        NoResult, "no-result", "logs that a delivery came, never what became of it", &["LOG-01"];
        HeaderDump, "header-dump", "logs request headers with the credentials in them", &["LOG-05"];
        InlineFetch, "inline-fetch", "asks the API about the payment before it acknowledges", &["WH-DEL-11"];
        MarkBeforeProcess, "mark-before-process", "remembers an event before it is processed and never forgets one that failed", &["WH-DUP-09"];
        TwoPathsTwoIssues, "two-paths-two-issues", "fulfils an order once for the API's answer and once more for the webhook", &["WH-DUP-10"];
        Race404, "race-404", "files an order only when the API has answered, and drops events that come earlier", &["WH-ORD-07"];
        WebhookOnly, "webhook-only", "never asks the API how a payment stands", &["WH-ORD-09"];
        OracleLog, "oracle-log", "logs the expected signature or hash next to the received one", &["LOG-05"];
        DropsUnderBurst, "drops-under-burst", "acknowledges at once and drops what its short queue cannot hold", &["LOAD-01"];
        PoolDeadlock, "pool-deadlock", "takes two connections of a small pool for each delivery, so that many at once wait for each other", &["LOAD-01"];
        SlowCreep, "slow-creep", "walks through everything that piled up before it answers", &["LOAD-02"];
        IpBan, "ip-ban", "bans the sender's address for a while after many bad signatures", &["LOAD-03"];
        Slowloris, "slowloris", "serves connections with a handful of workers that wait for slow senders", &["LOAD-03"];
        LostUpdate, "lost-update", "reads a claim, thinks, and writes it back without a lock", &["LOAD-04"];
        JsonOnly, "json-only", "reads recurring callbacks in JSON only", &["RC-FORM-01"];
        UrlencodedOnly, "urlencoded-only", "reads no multipart forms", &["RC-FORM-01"];
        ArrayParamBypass, "array-param-bypass", "takes a parameter written as a list for the parameter itself", &["RC-FORM-02"];
        DoubleDecode, "double-decode", "decodes form values once more before it hashes them", &["RC-FORM-03"];
        RequestMerge, "request-merge", "verifies the form and then works with query, cookies and form in one heap", &["RC-FORM-04"];
        ModeMisread, "mode-misread", "reads a callback in the other format as an empty one and acknowledges it", &["RC-FORM-05"];
        CopiedTypoTemplate, "copied-typo-template", "registers the template of the guide with its stray quotes", &["RC-RET-01"];
        DefaultHashOnCustom, "default-hash-on-custom", "hashes the default fields although a template is registered", &["RC-RET-02"];
        DefaultKeysOnly, "default-keys-only", "looks for the default names although a template is registered", &["RC-RET-02"];
        DefaultKeyFallback, "default-key-fallback", "prefers a parameter under its default name to the one of the template", &["RC-RET-04"];
        ReturnTrusted, "return-trusted", "marks an order paid on the browser's word", &["RC-RET-05", "EMB-03"];
        ReturnAndCallbackDouble, "return-and-callback-double", "books a payment on the return page and on the callback, each for itself", &["RC-RET-06"];
        ReturnOnly, "return-only", "books a payment only when the browser comes back", &["RC-RET-07"];
        ReflectedMsg, "reflected-msg", "prints the message into the return page as it comes", &["RC-RET-08"];
        OrderEnumeration, "order-enumeration", "shows the order's details on the return page to whoever names it", &["RC-RET-08"];
        WrongHashOrder, "wrong-hash-order", "joins the fields of the checkout hash in another order", &["EMB-01"];
        ClientPrice, "client-price", "signs whatever order and price the browser sends", &["EMB-02"];
        DoubleFulfil, "double-fulfil", "fulfils an order once for each transaction that paid it", &["EMB-04"];
        AnyOriginMessage, "any-origin-message", "believes window messages of any origin", &["EMB-05"];
        OwnCardForm, "own-card-form", "asks for card data on its own page", &["EMB-05"];
        TokenPerCall, "token-per-call", "asks for a new token before every API call", &["API-FLW-02"];
        RefreshStampede, "refresh-stampede", "lets every operation that meets an expired token fetch a new one", &["API-FLW-02"];
        HardcodedQuote, "hardcoded-quote", "asks for policies with the quotation id of the documentation", &["API-FLW-03"];
        SkipsStatus, "skips-status", "never asks what became of a policy after the payment", &["API-FLW-03"];
        PiiInQuery, "pii-in-query", "looks customers up by identity number in the query of an API call", &["API-FLW-04"];
        IssueAnyway, "issue-anyway", "asks for the policy whatever became of the customer's data", &["API-FLW-05"];
        OptimisticFulfil, "optimistic-fulfil", "books a payment whose status is pending as paid", &["API-FLW-06"];
        BusyPoll, "busy-poll", "asks for the status of a pending payment many times a second without end", &["API-FLW-06"];
        FirstPageOnly, "first-page-only", "reads the first page of a list and ignores the mark of the next one", &["API-FLW-07"];
        PageLoop, "page-loop", "starts again with the first page when a list has ended", &["API-FLW-07"];
        StalePrice, "stale-price", "asks for the policy again with the quotation that was refused and its old price", &["API-FLW-09"];
        OrphanPayment, "orphan-payment", "rolls the whole purchase back in its books when the policy cannot be confirmed, the payment included", &["API-FLW-10"];
        RefundTwice, "refund-twice", "asks for the refund once more when the webhook reports it", &["API-FLW-11"];
        Unpinned, "unpinned", "reads without a version in the path", &["FWD-05"];
        RetiredRetry, "retired-retry", "retries calls to a version that is gone", &["FWD-05"];
        SecretInPage, "secret-in-page", "puts the secret key into an address that the browser opens", &["SEC-01"];
        SecretInBundle, "secret-in-bundle", "compiles environment variables into the front end", &["SEC-01"];
        PrivateEndpoint, "private-endpoint", "registers a URL at an address that is only reachable inside a private network", &["EP-TLS-01"];
        IncompleteChain, "incomplete-chain", "sends its own certificate without the intermediate one", &["EP-TLS-02"];
        WrongHostCert, "wrong-host-cert", "shows the certificate of the hosting company's default site", &["EP-TLS-02"];
        ExpiredCert, "expired-cert", "shows a certificate that ended 30 days ago", &["EP-TLS-02"];
        SelfSignedCert, "self-signed-cert", "shows a certificate that it signed itself", &["EP-TLS-02"];
        HttpAlso, "http-also", "serves the same application over plain HTTP on another port", &["EP-TLS-03"];
        AnyMethod, "any-method", "processes an event whatever method it comes with", &["EP-TLS-04"];
        CsrfGuard, "csrf-guard", "asks webhooks for a CSRF token and answers 403 without one", &["EP-TLS-06"];
        BotWall, "bot-wall", "shows clients that it does not know a challenge page with status 200", &["EP-TLS-06"];
        KeepaliveDesync, "keepalive-desync", "leaves the body of a refused request in the stream", &["EP-TLS-07"];
        DebugPage, "debug-page", "answers errors with a page that shows trace, query and environment", &["EP-TLS-08"];
        AllOkLog, "all-ok-log", "logs every delivery as processed, whatever became of it", &["LOG-02"];
        DumpBody, "dump-body", "logs the bodies of deliveries, API requests and error answers", &["LOG-03", "LOG-04"];
        EmailInLog, "email-in-log", "logs to whom it sends mail", &["LOG-04"];
        LogInjection, "log-injection", "writes text from events into the log as it came", &["LOG-07"];
        AnyCallbackIsPaid, "any-callback-is-paid", "books a payment whenever a callback with a right hash arrives", &["RC-JSON-02"];
        FalsyZero, "falsy-zero", "takes the number 0 in a callback for a missing field", &["RC-JSON-03"];
        PrecisionLoss, "precision-loss", "keeps callback ids that consist of digits as double-precision numbers", &["RC-JSON-03"];
        PendingAsPaid, "pending-as-paid", "books the callback status 3 as paid", &["RC-JSON-04"];
        LooseEquals, "loose-equals", "compares the callback status with 1 after converting its type", &["RC-JSON-04"];
        LooseHashCompare, "loose-hash-compare", "finds the hash equal to the value true and fails on lists and objects", &["RC-JSON-06"];
        LooseStatusSplit, "loose-status-split", "reads the callback status as a whole number, so that 01 means 1", &["RC-JSON-07"];
        UndelimitedTrust, "undelimited-trust", "believes order and transaction of every callback whose hash fits", &["RC-JSON-08"];
        RecurringIdTrusted, "recurring-id-trusted", "finds the subscription by recurring_id alone", &["RC-JSON-09"];
        DateTrusted, "date-trusted", "sets the expiry from next_payment_date, however far away", &["RC-JSON-09"];
        SchemaDrift, "schema-drift", "sends a field of the customer record under the name of an older contract", &["API-VAL-01"];
        FormInsteadOfJson, "form-instead-of-json", "sends writes as forms", &["API-VAL-01"];
        FloatAmount, "float-amount", "adds amounts up in floating point and sends what prints", &["API-VAL-02"];
        SenRinggitMixup, "sen-ringgit-mixup", "sends sen where ringgit are agreed", &["API-VAL-02"];
        ReusedOrderId, "reused-order-id", "pays again under the reference of a declined payment", &["API-VAL-03"];
        UnescapedDetail, "unescaped-detail", "describes a payment by the product's name as it is", &["API-VAL-03"];
        Mojibake, "mojibake", "takes the bytes of a text for Latin-1 and encodes them again", &["API-VAL-04"];
        LocalDate, "local-date", "turns a day into a moment and prints its day in UTC", &["API-VAL-04"];
        DigitsAsNumber, "digits-as-number", "keeps identity and phone numbers as whole numbers", &["API-VAL-04"];
        ValidateLate, "validate-late", "leaves all checks of the input to the platform", &["API-VAL-05"];
        QuoteBlind, "quote-blind", "sells whatever the quotation says", &["API-VAL-06"];
        LastRowLost, "last-row-lost", "loses the last row of a batch file that does not end with a line break", &["BAT-01"];
        FileReplay, "file-replay", "keeps no record of batch files and rows it has taken in", &["BAT-02"];
        PartialLoad, "partial-load", "keeps the rows of a batch file one by one while it reads", &["BAT-03"];
        SkipSilently, "skip-silently", "drops bad rows of a batch file and reports it as taken in", &["BAT-04"];
        NaiveSplit, "naive-split", "splits batch files at line breaks and commas", &["BAT-05"];
        NoContact, "no-contact", "leaves the technical contact of its declaration empty", &["ATT-01"];
        BlankForm, "blank-form", "answers questions of its declaration with blanks and placeholders", &["ATT-02", "ATT-04"];
        StringEquals, "string-equals", "compares digests with an ordinary comparison", &["ATT-03"];
        UnmaskedBundle, "unmasked-bundle", "attaches raw payloads and keys to support requests", &["ATT-05"];
        CsvInjection, "csv-injection", "exports text from batch files as it came, formulas too", &["BAT-05"];
        TokenInUrl, "token-in-url", "registers an address with a token in its query, and takes nothing without it", &["SEC-02"];
        ProdKeyInTest, "prod-key-in-test", "tries the client secret of production before the one of the sandbox", &["SEC-03"];
        OneSecret, "one-secret", "uses one secret for the API, for webhooks and for recurring callbacks", &["SEC-03"];
        BakedInKey, "baked-in-key", "has its API credentials built in, so that a new setting changes nothing", &["SEC-04"];
    }
    broken {
        Always200, "always-200", "answers 200 and an empty object to everything and does nothing", &[];
        RefuseAll, "refuse-all", "answers 403 to everything", &[];
        Hangs, "hangs", "reads webhooks and callbacks and never answers them", &[];
        CannedAnswers, "canned-answers", "answers from fixed texts that claim success", &[];
    }
}

/// The row of a defect.
pub fn row_of(defect: Defect) -> &'static Row {
    &ROWS[defect as usize]
}

/// The defect with exactly this name.
pub fn find(name: &str) -> Option<Defect> {
    ROWS.iter().find(|row| row.name == name).map(|row| row.defect)
}

/// Up to three names close to `name`, nearest first.
pub fn near(name: &str) -> Vec<&'static str> {
    const FAR: usize = 4;
    let name: String = name
        .chars()
        .take(64)
        .collect::<String>()
        .to_lowercase()
        .replace('_', "-");
    let mut scored: Vec<_> = ROWS
        .iter()
        .map(|row| {
            let inside = !name.is_empty() && (row.name.contains(&name) || name.contains(row.name));
            (if inside { 1 } else { distance(&name, row.name) }, row.name)
        })
        .filter(|(distance, _)| *distance <= FAR)
        .collect();
    scored.sort_unstable();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Levenshtein distance in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let change = previous[column] + usize::from(from != *to);
            current.push(change.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    previous.last().copied().unwrap_or_default()
}
