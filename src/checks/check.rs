//! Every check, as data. Evaluating one is a pure function of records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    api::Scheme,
    disclosure::Disclosure,
    effect::{Allowed, Field, Target},
    flow_check::FlowCheck,
    misdelivered::Way,
    ordeal::family::Family,
    outage::Obstacle,
    ownership::End,
    page::{Aspect, Place},
    secrets::{Purpose, Registered},
    trial::Expectation,
    trip::Fact,
};
use crate::{config::batch::Reject, contract::id::AreaId, transcript::exchange::Role, wire::fault::ApiCall};

/// A check with its parameters. All times are milliseconds unless the name says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "each variant names the function that documents it and its parameters"
)]
pub enum Check {
    Acknowledged {
        within: u64,
    },
    Calm {
        role: Role,
        within: u64,
    },
    Refused {
        success_allowed: bool,
    },
    TookEffect {
        target: Target,
        times: u64,
        status_suffices: bool,
    },
    NoEffect {
        target: Target,
        #[serde(flatten)]
        allowed: Allowed,
        code: String,
    },
    Recorded {
        target: Target,
        field: Field,
        value: String,
    },
    StateIs {
        target: Target,
        one_of: Vec<String>,
    },
    InState {
        target: Target,
        one_of: Vec<String>,
    },
    NotInState {
        target: Target,
        none_of: Vec<String>,
    },
    Untouched {
        target: Target,
    },
    EachItsOwn {
        ends: Vec<End>,
    },
    OneClaimThroughout {
        target: Target,
        states: Vec<String>,
    },
    NotTakenInSilence {
        target: Target,
        code: String,
    },
    UnchangedSince {
        target: Target,
        count: u64,
        code: String,
    },
    Alive {
        before: Target,
        after: Target,
    },
    ClockAgrees {
        timestamp_header: String,
        tolerance_seconds: u64,
    },
    CopiesAcknowledged {
        within: u64,
    },
    RaceSettled {
        copies: u32,
    },
    Simultaneous {
        copies: u32,
        within: u64,
    },
    Remembered {
        target: Target,
        pause: u64,
        horizon: u64,
    },
    Authenticated {
        scheme: Scheme,
    },
    FinalError {
        call: ApiCall,
    },
    RetryAfterObeyed {
        seconds: u64,
        slack: u64,
        patience_seconds: u64,
    },
    RetriesEnd {
        most: u32,
        window: u64,
        late: u64,
        rate_limited: bool,
    },
    NoHotLoop {
        per_second: u32,
        most: u32,
        window: u64,
    },
    AllPause {
        operations: u32,
        pause: u64,
        grace: u64,
        slack: u64,
        probes: u32,
    },
    CallerTold {
        quiet: u64,
        within: u64,
    },
    LivesUnderLimit {
        operations: u32,
        within: u64,
        refused_percent: u32,
    },
    OutageSurvived {
        most: u32,
    },
    PausesGrow {
        operations: u32,
        percent: u32,
        unhurried: u64,
        rate: u32,
        rate_window: u64,
        tolerance: u64,
    },
    SameWrite {
        changing: Vec<String>,
    },
    SettledOnce {
        target: Target,
    },
    KeysApart {
        operations: u32,
        longest: u32,
    },
    NoRetryStorm {
        operations: u32,
        attempts: u32,
        rate: u32,
        rate_window: u64,
    },
    NotAskedFor {
        mention: String,
    },
    TokensUsed {
        scheme: Scheme,
    },
    NoLoginLoop {
        reference: String,
        calls: usize,
        token_requests: usize,
    },
    ErrorShown {
        reference: String,
        call: ApiCall,
        fields: Vec<String>,
    },
    ConflictResolved {
        reference: String,
        call: ApiCall,
        pause: Option<u64>,
    },
    NotTakenForDone {
        reference: String,
        call: ApiCall,
        target: Target,
    },
    AttemptsBounded {
        reference: String,
        call: ApiCall,
        most: u32,
    },
    GivesUp {
        reference: String,
        call: ApiCall,
        within: u64,
    },
    LeftOpen {
        reference: String,
        target: Target,
        may_have_moved: bool,
    },
    CutOff {
        reference: String,
        call: ApiCall,
        within: u64,
    },
    WorksAgain {
        reference: String,
    },
    EndsUnreached {
        reference: String,
        within: u64,
    },
    CertificateRefused {
        reference: String,
    },
    NothingSentOn {
        reference: String,
        plain: bool,
    },
    StoppedAtFailure {
        reference: String,
        call: ApiCall,
    },
    ResumedOnce {
        reference: String,
        target: Target,
    },
    ToldApart {
        family: Family,
        references: Vec<(Family, String)>,
    },
    Traceable {
        reference: String,
        call: ApiCall,
        family: Family,
        marker: String,
    },
    Logged {
        event_type: String,
        tolerance: u64,
    },
    NotLoggedAsProcessed {
        processed: Vec<String>,
    },
    EachLoggedAsProcessed {
        processed: Vec<String>,
    },
    NoSecretInLog {
        digests: bool,
    },
    Arrived {
        events: Vec<Target>,
        obstacle: Obstacle,
    },
    KeptOrRefused {
        target: Target,
    },
    LastAcknowledged {
        after: u32,
        within: u64,
    },
    AlarmRaised {
        failures: String,
        within_seconds: u64,
    },
    RefusalsAre4xx {
        area: AreaId,
        until: u64,
    },
    RefusalsTellNothing {
        area: AreaId,
        labels: Vec<String>,
        until: u64,
    },
    SentWithin {
        deliveries: u32,
        within: u64,
    },
    Absorbed {
        any_heals: bool,
    },
    EachOnce {
        targets: Vec<Target>,
    },
    SteadilyAcknowledged,
    SteadilyQuick {
        within: u64,
    },
    NotSlowing {
        time: u64,
        floor: u64,
    },
    EndsAs {
        target: Target,
        one_of: Vec<String>,
    },
    OneOnFile {
        target: Target,
    },
    NotFulfilledLate {
        target: Target,
    },
    TakenWithin {
        attempts: u32,
    },
    TakenRightOrRefused {
        target: Target,
        field: Field,
        value: String,
        within: u64,
    },
    HarmlessOrRight {
        target: Target,
        amount: String,
        transaction: String,
        within: u64,
    },
    SizeAnswered {
        within: u64,
    },
    CanaryNotCalled,
    Trial {
        index: u32,
        target: Target,
        expects: Expectation,
        within: u64,
    },
    CausedRequests,
    AcknowledgedMeanwhile {
        within: u64,
    },
    OnceByAnyPath {
        target: Target,
    },
    IssuedAtMostOnce {
        order: String,
    },
    CameInOrder {
        webhook_first: bool,
    },
    EarlyEventKept,
    ProcessingFailed,
    Recovered {
        target: Target,
    },
    Reconciled {
        target: Target,
        transaction: String,
    },
    TemplateIsSound {
        template: String,
        goes_on: bool,
        remark: String,
    },
    PageClaimsNoSuccess {
        phrase: Option<String>,
    },
    PageEscapes {
        markup: String,
    },
    PageTellsNothing {
        details: Vec<String>,
    },
    CheckoutSigned,
    CheckoutComplete {
        hosts: Vec<String>,
        reference: String,
        amount: String,
    },
    CheckoutOfTheServer {
        reference: String,
        amount: String,
    },
    CheckoutAnew {
        hosts: Vec<String>,
    },
    SecondPaymentFlagged {
        target: Target,
    },
    EmbeddingPage {
        aspect: Aspect,
        hosts: Vec<String>,
    },
    NothingSecretIn {
        place: Place,
    },
    PublicEndpoint,
    ModernTls,
    CertificateFits,
    ChainComplete,
    NotProcessed {
        target: Target,
        way: Way,
    },
    NoBrowserNeeded,
    Undisturbed {
        within: u64,
    },
    NoCanaryInLog {
        whose: String,
        card: bool,
    },
    LoggedApart {
        processed: Vec<String>,
    },
    NoForgedRecord {
        id: String,
    },
    ErrorAnswersRevealNothing {
        what: Disclosure,
        until: u64,
    },
    AddressesBare {
        until: u64,
    },
    RegisteredBare {
        addresses: Vec<Registered>,
    },
    OnlyIssuedKeys {
        until: u64,
        fingerprints: Option<usize>,
        shared: Vec<String>,
    },
    OrderIdIsWhole {
        order: String,
    },
    EachItsOwnSecret {
        secrets: Vec<Purpose>,
    },
    KeyReplaced,
    NextPayment {
        target: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<String>,
    },
    PlainOk,
    FailureRecorded {
        target: Target,
    },
    BookedAtMost {
        target: Target,
        times: u64,
    },
    ClaimNotRecorded {
        target: Target,
        field: Field,
        claimed: String,
    },
    NextPaymentWithin {
        target: Target,
        latest_unix_seconds: i64,
    },
    ApiFlow {
        what: FlowCheck,
    },
    RequestsAsPublished {
        until: u64,
    },
    SumsAsAgreed {
        amount: String,
        currency: String,
    },
    ReferencesOfTheirOwn {
        attempts: usize,
    },
    DescribedPlainly,
    SurvivesTheTrip {
        fact: Fact,
        value: String,
        zone: String,
    },
    StoppedBeforeTheApi {
        field: String,
        value: String,
        told: bool,
    },
    NonsenseNotPassedOn,
    BatchTaken {
        file_id: String,
        targets: Vec<Target>,
        total: String,
    },
    BatchOnce {
        file_id: String,
        targets: Vec<Target>,
    },
    BatchGapNoticed {
        file_id: String,
        before: String,
        targets: Vec<Target>,
    },
    BatchNothingTaken {
        file_id: String,
        targets: Vec<Target>,
    },
    BatchReasonGiven {
        file_id: String,
    },
    BatchPolicyFollowed {
        file_id: String,
        good: Vec<Target>,
        bad: Target,
        reject: Reject,
    },
    BatchRowNamed {
        file_id: String,
        row_id: String,
        reject: Reject,
    },
    BatchAlive {
        before: Vec<Target>,
        after: Vec<Target>,
    },
    BatchTextKept {
        file_id: String,
        target: Target,
        text: String,
    },
    BatchExportInert {
        file_id: String,
        reference: String,
        mark: String,
    },
    Answered {
        question: String,
        fields: Vec<String>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        due: BTreeMap<String, Vec<String>>,
    },
    ScopeAgrees {
        question: String,
        field: String,
        under_test: Vec<String>,
    },
    ConstantTime {
        question: String,
    },
    SupportIsMasked,
    SupportIsComplete,
    SandboxOnly,
    BuildNamed,
}

impl Check {
    /// Whether it is about retries or rate limits, so that the times of the attempts explain its findings.
    pub fn is_about_attempts(&self) -> bool {
        matches!(
            self,
            Self::FinalError { .. }
                | Self::RetryAfterObeyed { .. }
                | Self::RetriesEnd { .. }
                | Self::NoHotLoop { .. }
                | Self::AllPause { .. }
                | Self::CallerTold { .. }
                | Self::LivesUnderLimit { .. }
                | Self::OutageSurvived { .. }
                | Self::PausesGrow { .. }
                | Self::SameWrite { .. }
                | Self::SettledOnce { .. }
                | Self::NoRetryStorm { .. }
        )
    }

    /// Whether an inconclusive outcome of this check means that the stimulus was not given as
    /// described, so that the attempt is void and worth repeating with fresh references.
    pub fn voids(&self) -> bool {
        matches!(self, Self::Simultaneous { .. } | Self::CameInOrder { .. })
    }
}
