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
        /// Credentials fetched and refused over and over.
        LoginLoop = "login-loop",
        /// A failure that is not named by its family.
        NotNamed = "not-named",
        /// An error of single fields of which nobody learns which.
        DetailsSwallowed = "details-swallowed",
        /// Made again under another key after a conflict.
        Recreated = "recreated",
        /// Repeated before the first request can be over.
        RepeatedTooSoon = "repeated-too-soon",
        /// A conflict after which the operation goes on as if it had been done.
        NotResolved = "not-resolved",
        /// Taken for done although no answer says so.
        ErrorAsSuccess = "error-as-success",
        /// A request built from data of somebody else, or from missing data.
        ForeignDataUsed = "foreign-data-used",
        /// A wait for an answer without end.
        NoTimeOut = "no-time-out",
        /// Given up for good although money may have moved.
        FailedForGood = "failed-for-good",
        /// An answer that drips was read on and on.
        NotCutOff = "not-cut-off",
        /// An answer of any size is read to its end.
        ReadEverything = "read-everything",
        /// More attempts than the profile allows.
        TooManyAttempts = "too-many-attempts",
        /// The operation that follows a failure does not work any more.
        NotAliveAfter = "not-alive-after",
        /// A step that was done was done again.
        RepeatedStep = "repeated-step",
        /// An operation that does not go on once its step works again.
        NotResumed = "not-resumed",
        /// Errors of different families that look alike afterwards.
        NotToldApart = "not-told-apart",
        /// A failure that cannot be led back to its request.
        NotTraceable = "not-traceable",
        /// The body of an answer in the log.
        BodyInLog = "body-in-log",
        /// A request to a server with a certificate that no client may accept.
        SentDespiteCertificate = "sent-despite-certificate",
        /// A credential sent to the other address of a redirect.
        CredentialSentOn = "credential-sent-on",
        /// Customer data sent to the other address of a redirect.
        DataSentOn = "data-sent-on",
        /// A redirect followed to an address without TLS.
        FollowedToHttp = "followed-to-http",
        /// A retry sooner than the answer asked for.
        TooEarly = "too-early",
        /// A failure that is reported under another family than its own.
        MisnamedFailure = "misnamed-failure",
        /// Requests in such a hurry that no pause lies between them.
        HotLoop = "hot-loop",
        /// A caller who is told nothing while the client waits.
        CallerKeptWaiting = "caller-kept-waiting",
        /// Too many requests that a rate limit had to refuse.
        LimitFought = "limit-fought",
        /// An operation that does not come to its end although nothing stands in its way any more.
        NotCompleted = "not-completed",
        /// A write that is repeated without anything by which it could be recognised.
        RepeatedWithoutKey = "repeated-without-key",
        /// Pauses between attempts that stay as short as the first.
        PausesNotGrowing = "pauses-not-growing",
        /// Pauses between attempts without a random part.
        NoJitter = "no-jitter",
        /// Another idempotency key on a repeated write.
        KeyChanged = "key-changed",
        /// A write without an idempotency key.
        KeyMissing = "key-missing",
        /// One idempotency key on different writes.
        KeyShared = "key-shared",
        /// An idempotency key that is too long, guessable or tells something.
        UnfitKey = "unfit-key",
        /// Another body on a repeated write.
        BodyChanged = "body-changed",
        /// A write that was done more than once at the platform.
        DuplicateWrite = "duplicate-write",
        /// More requests during an outage than operations may cause.
        RetryStorm = "retry-storm",
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
        /// More tokens asked for than a shared one needs.
        TokenForEachCall = "token-for-each-call",
        /// No new token after one has expired.
        NotRenewed = "not-renewed",
        /// More than one new token for one that has expired.
        RenewedAgain = "renewed-again",
        /// A call that was refused for its expired token, and left at that.
        NotRepeated = "not-repeated",
        /// Many operations that each renew the same expired token.
        Stampede = "stampede",
        /// An operation that fails although nothing stands in its way.
        DidNotComplete = "did-not-complete",
        /// A step of the purchase that is left out.
        StepMissing = "step-missing",
        /// An id that is not the one that the step before returned.
        NotEchoed = "not-echoed",
        /// Another price than the quoted one.
        OtherPrice = "other-price",
        /// Personal data in a URL or a header line.
        PersonalDataOutsideBody = "personal-data-outside-body",
        /// An issuance before the customer's data passed validation.
        IssuedUnvalidated = "issued-unvalidated",
        /// An order that counts as paid while its payment is pending.
        PaidWhilePending = "paid-while-pending",
        /// An order that counts as paid although its payment was declined.
        PaidThoughDeclined = "paid-though-declined",
        /// More status requests than are allowed.
        PolledTooOften = "polled-too-often",
        /// No second try after a declined payment.
        CannotTryAgain = "cannot-try-again",
        /// A question to the platform that is due and does not come.
        NotAsked = "not-asked",
        /// A question about something else.
        WrongId = "wrong-id",
        /// A page of a list that is fetched again.
        PageRepeated = "page-repeated",
        /// A page of a list that is never fetched.
        PageMissing = "page-missing",
        /// A claim that the platform cannot take as it is submitted.
        ClaimRefused = "claim-refused",
        /// One claim submitted as several.
        SubmittedTwice = "submitted-twice",
        /// A quotation used again that the platform called dead.
        DeadQuotationAgain = "dead-quotation-again",
        /// An issuance without a new quotation where one is due.
        NoNewQuotation = "no-new-quotation",
        /// A second payment for one order.
        PaidAgain = "paid-again",
        /// Cover that is shown although there is no policy.
        SilentlyActive = "silently-active",
        /// A payment without a policy that nobody is told of.
        NotDealtWith = "not-dealt-with",
        /// A refund or cancellation that is asked for twice.
        AskedTwice = "asked-twice",
        /// A refund or cancellation that is shown as done when it is only accepted.
        FinalTooEarly = "final-too-early",
        /// A call that names no version.
        Unpinned = "unpinned",
        /// Calls that name different versions.
        MixedVersions = "mixed-versions",
        /// A request that departs from the published shapes.
        SchemaViolation = "schema-violation",
        /// A request in another media type than is agreed.
        WrongMediaType = "wrong-media-type",
        /// An amount that is not written as agreed.
        WrongNotation = "wrong-notation",
        /// A request over another sum than is due.
        WrongSum = "wrong-sum",
        /// A request in another currency than is due.
        WrongCurrency = "wrong-currency",
        /// A reference with characters or a length that are not agreed.
        WrongAlphabet = "wrong-alphabet",
        /// A description with characters or a length that are not agreed.
        AwkwardDescription = "awkward-description",
        /// Text that does not arrive, or is not stored, as it was entered.
        TextChanged = "text-changed",
        /// A number written in digits that does not arrive as it was entered.
        DigitsChanged = "digits-changed",
        /// Another day than was entered.
        WrongDay = "wrong-day",
        /// A day that is not written as ISO 8601 has it.
        NotIso8601 = "not-iso-8601",
        /// Wrong input that was passed on to the platform.
        BadInputSent = "bad-input-sent",
        /// Wrong input that was taken for good.
        BadInputTaken = "bad-input-taken",
        /// A refusal that does not say which field is wrong.
        FieldNotNamed = "field-not-named",
        /// Steps that follow an answer that makes no sense.
        NonsensePassedOn = "nonsense-passed-on",
        /// An operation that fails because of what came before it.
        NoRecovery = "no-recovery",
        /// A row of a batch file without effect.
        RowLost = "row-lost",
        /// A good row of a batch file that was refused.
        GoodRowRefused = "good-row-refused",
        /// Recorded amounts that do not add up to the total of the batch file.
        WrongTotal = "wrong-total",
        /// A repeated batch file or row that took effect once more.
        TakenAgain = "taken-again",
        /// A batch file that was taken in before its turn, without a word.
        GapUnnoticed = "gap-unnoticed",
        /// A broken batch file of which something was kept.
        TakenInPart = "taken-in-part",
        /// A batch file that was not taken, and nobody is told why.
        RefusedInSilence = "refused-in-silence",
        /// A bad row of a batch file that took effect.
        BadRowTaken = "bad-row-taken",
        /// A batch file with a bad row that was not treated as declared.
        PolicyNotFollowed = "policy-not-followed",
        /// A bad row of a batch file that no report names.
        RowNotNamed = "row-not-named",
        /// An exported cell that a spreadsheet takes for a formula.
        FormulaLive = "formula-live",
        /// A question of the declaration without an answer, or without name, role or date.
        NotAnswered = "not-answered",
        /// A declared scope that is not the one under test.
        ScopeDiffers = "scope-differs",
        /// A place in the code that does not compare signatures in constant time.
        PlainComparison = "plain-comparison",
        /// A place in the code that does not exist.
        NoSuchPlace = "no-such-place",
        /// A support request that shows secrets or personal data.
        UnmaskedSupport = "unmasked-support",
        /// A support request that lacks what support needs.
        SupportIncomplete = "support-incomplete",
        /// A host or key of a run that is not the sandbox's.
        NotTheSandbox = "not-the-sandbox",
        /// A build that cannot be told from others.
        BuildUnnamed = "build-unnamed",
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
