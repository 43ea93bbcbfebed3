//! The reason codes that a finding may carry. The kill matrix compares them, so they are closed.

use super::word::words;

words! {
    /// What is wrong, as one stable word.
    FindingCode, "finding code" {
        /// No 2xx where a 2xx is due.
        NotAcknowledged = "not-acknowledged",
        /// A 2xx, after the deadline.
        LateAcknowledgement = "late-acknowledgement",
        /// A due effect is missing.
        NoEffect = "no-effect",
        /// An effect where none may be.
        EffectFollowed = "effect-followed",
        /// More than one effect where one is due.
        DuplicateEffect = "duplicate-effect",
        /// Another amount than was sent.
        WrongAmount = "wrong-amount",
        /// Another state than is due.
        WrongState = "wrong-state",
        /// Another recorded value than was sent.
        WrongValue = "wrong-value",
        /// Something changed that the event does not name.
        TouchedAnother = "touched-another",
        /// A payment of another sum or currency than the order's was taken.
        SumNotChecked = "sum-not-checked",
        /// 5xx where it is forbidden.
        ServerError = "server-error",
        /// Nothing came back in time.
        NoAnswer = "no-answer",
        /// 2xx to something that must be refused, judged by the status alone.
        Accepted = "accepted",
        /// A refusal that is not answered with 4xx.
        NotRefusedWith4xx = "not-refused-with-4xx",
        /// An answer that gives away the right signature or the key.
        Oracle = "oracle",
        /// A redirect where a direct answer is due.
        Redirected = "redirected",
        /// A duplicate answered with an error.
        DuplicateRefused = "duplicate-refused",
        /// An entity appeared for a reference that nobody created.
        Created = "created",
        /// Work began before the signature was checked.
        ProcessedBeforeVerified = "processed-before-verified",
        /// An API call without credentials.
        UnauthenticatedCall = "unauthenticated-call",
        /// A credential in a path or query.
        CredentialInUrl = "credential-in-url",
        /// More attempts than are allowed.
        Retried = "retried",
        /// An operation ended without an outcome.
        GaveUpSilently = "gave-up-silently",
        /// A failed operation that is not reported as failed.
        NotReportedFailed = "not-reported-failed",
        /// Later steps after a failed one.
        ContinuedAfterError = "continued-after-error",
        /// A retry sooner than the answer asked for.
        TooEarly = "too-early",
        /// No log line for a delivery.
        NotLogged = "not-logged",
        /// A log line without a field that is due.
        IncompleteLogLine = "incomplete-log-line",
        /// More than one policy issued for one order.
        IssuedTwice = "issued-twice",
        /// A 2xx for an event that could not be kept.
        AcknowledgedUnkept = "acknowledged-unkept",
        /// Repeated failures without an alarm.
        NoAlarm = "no-alarm",
        /// A secret in the log.
        SecretInLog = "secret-in-log",
        /// Another status than those that are due.
        WrongStatus = "wrong-status",
        /// An address that stood in a payload was called.
        FetchedUrl = "fetched-url",
        /// Answers take longer the longer the traffic lasts.
        SlowingDown = "slowing-down",
        /// The registered URL is not https.
        NotHttps = "not-https",
        /// The endpoint's name leads to an address that is not on the public internet.
        PrivateAddress = "private-address",
        /// The endpoint's name does not resolve, or nobody takes connections there.
        Unreachable = "unreachable",
        /// No handshake in TLS 1.2 or 1.3.
        NoModernTls = "no-modern-tls",
        /// A certificate for another host.
        WrongHost = "wrong-host",
        /// A certificate that is not valid now.
        ExpiredCertificate = "expired-certificate",
        /// The server does not send the whole chain.
        IncompleteChain = "incomplete-chain",
        /// A certificate that no trusted authority stands behind.
        UntrustedCertificate = "untrusted-certificate",
        /// An answer that only a browser can do something with.
        BrowserExpected = "browser-expected",
        /// A good delivery that suffered from what came before it on its connection.
        ConnectionDisturbed = "connection-disturbed",
        /// An error answer that shows how the program is built.
        DisclosesInternals = "discloses-internals",
        /// An error answer that shows a secret or the environment.
        DisclosesSecrets = "discloses-secrets",
        /// An error answer that is far too long.
        OversizedAnswer = "oversized-answer",
        /// The log does not tell a delivery that was not processed from one that was.
        ResultsAlike = "results-alike",
        /// Card data in the log.
        CardInLog = "card-in-log",
        /// Personal data in the log.
        PersonalDataInLog = "personal-data-in-log",
        /// Text from outside stands in the log as a record of its own.
        ForgedLogRecord = "forged-log-record",
        /// A subscription counts as paid for longer than its plan allows.
        PaidThroughMoved = "paid-through-moved",
        /// A registered return URL template that cannot be filled or verified.
        UnsoundTemplate = "unsound-template",
        /// A page that calls a payment successful of which nothing is proven.
        PageClaimsSuccess = "page-claims-success",
        /// Text from outside that stands in a page as markup.
        Unescaped = "unescaped",
        /// A page that shows a customer's data to whoever asks.
        DetailsShown = "details-shown",
        /// An acknowledgement that is not the bare text that is due.
        NotPlainOk = "not-plain-ok",
        /// A checkout request whose hash is not the rule's.
        WrongHash = "wrong-hash",
        /// A checkout request that lacks a field or has one outside its limits.
        IncompleteRequest = "incomplete-request",
        /// A checkout request or a frame that leads to another host than the gateway's.
        NotTheGateway = "not-the-gateway",
        /// A sum or an order of a checkout request that only the browser named.
        TakenFromBrowser = "taken-from-browser",
        /// A second attempt that cannot be told from the first.
        ReferenceReused = "reference-reused",
        /// A second payment that nobody is told of.
        SecondPaymentUnnoticed = "second-payment-unnoticed",
        /// A page that lets in frames or lets out forms of any host.
        PolicyTooWide = "policy-too-wide",
        /// A field for card data on the partner's own page.
        CardField = "card-field",
        /// A listener that acts on messages of any origin.
        OriginUnchecked = "origin-unchecked",
        /// A secret in something that is delivered to browsers.
        SecretInPage = "secret-in-page",
        /// A registered address that carries a password.
        PasswordInRegisteredUrl = "password-in-registered-url",
        /// A key that was never issued for the test system.
        ForeignKey = "foreign-key",
        /// A key of production in the test system.
        ProductionKey = "production-key",
        /// One secret for several purposes.
        OneSecret = "one-secret",
        /// A key that a rotation has ended is still sent.
        OldKeyUsed = "old-key-used",
        /// An operation that fails although the new key was taken.
        FailsWithNewKey = "fails-with-new-key",
    }
}
