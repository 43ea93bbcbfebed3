//! How something is made to happen at the partner, and how its consequences are seen.

use super::word::words;

words! {
    /// How a case makes something happen.
    Trigger, "trigger" {
        /// Webhooks, callbacks and browser returns over an ordinary client.
        HttpOut = "http-out",
        /// The same, written byte by byte.
        RawOut = "raw-out",
        /// The simulated API answers by a script.
        Sandbox = "sandbox",
        /// The simulated API misbehaves below HTTP.
        RawSandbox = "raw-sandbox",
        /// One of the partner's own operations is started.
        Start = "start",
        /// The partner is stopped, started or reconfigured.
        Control = "control",
        /// Files or pages are read.
        Files = "files",
        /// Questions are answered by a person.
        Form = "form",
    }
}

words! {
    /// What a case looks at.
    Observation, "observation" {
        /// Status, headers, body and time of the answer.
        Resp = "resp",
        /// What the simulated API received.
        Seen = "seen",
        /// Count and state of business effects.
        Effect = "effect",
        /// The partner's log.
        Log = "log",
        /// Handshake facts.
        Tls = "tls",
        /// Listeners that nobody may call.
        Canary = "canary",
        /// Files and fetched pages.
        Static = "static",
        /// Signed answers.
        Attest = "attest",
    }
}

words! {
    /// What becomes of a case when the partner declares no effect channel.
    WithoutEffect, "rule for a missing effect channel" {
        /// The case does not count effects.
        NotAffected = "not-affected",
        /// It may pass on the status of the answer, with grade C.
        ByStatus = "by-status",
        /// It may pass on what the sandbox saw, with grade B.
        BySandbox = "by-sandbox",
        /// It may pass on log lines that carry the result, with grade B; otherwise it is inconclusive.
        ByLog = "by-log",
    }
}
