use super::*;
use crate::actors::sandbox::SandboxError;

#[tokio::test]
async fn requests_belong_to_their_mount_and_to_nobody_after_it() {
    let recorder = recorder();
    let sandbox = Sandbox::start(options(), recorder.clone()).await.unwrap();
    let (one, other) = (scope("API-FLW-01/a"), scope("API-FLW-01/b"));
    let mounts = (
        sandbox.open(&one, Script::default()).unwrap(),
        sandbox.open(&other, Script::default()).unwrap(),
    );
    assert!(matches!(
        sandbox.open(&one, Script::default()),
        Err(SandboxError::AlreadyOpen(name)) if name == "api-flw-01-a-1"
    ));
    let base = mounts.0.base_url().to_owned();
    let partner = Partner::new(&base, None).await;
    partner.get("/v1/products").await;
    let elsewhere = Partner {
        base: mounts.1.base_url().to_owned(),
        http: client(None),
        token: partner.token.clone(),
    };
    assert_eq!(elsewhere.get("/v1/products").await.status, 200);
    assert_eq!((mounts.0.count(), mounts.1.count()), (2, 1));
    assert_eq!((recorder.of(&one).len(), recorder.of(&other).len()), (2, 1));
    assert!(mounts.0.last_activity() < mounts.1.last_activity());
    mounts.0.close().await;
    let late = partner.get("/v1/products").await;
    assert_eq!(late.status, 410);
    assert_eq!(recorder.of(&one).len(), 2);
    let reopened = sandbox.open(&one, Script::default()).unwrap();
    assert_eq!(reopened.base_url(), base);
}

#[tokio::test]
async fn a_watch_claims_what_mentions_its_text() {
    let recorder = recorder();
    let sandbox = Sandbox::start(options(), recorder.clone()).await.unwrap();
    let scope = scope("WH-SIG-17/a");
    let watch = sandbox.watch(&scope, "txn_forged");
    let partner = Partner::without_token(&sandbox.default_base_url());
    partner.get("/v1/payments/txn_honest").await;
    assert_eq!(watch.count(), 0);
    partner.get("/v1/payments/txn_forged").await;
    watch.changed().await;
    partner
        .post("/v1/claims", &json!({"about": "txn_forged"}), None)
        .await;
    assert_eq!(watch.count(), 2);
    assert_eq!(recorder.of(&scope).len(), 2);
    watch.close().await;
    partner.get("/v1/payments/txn_forged").await;
    assert_eq!(recorder.of(&scope).len(), 2);
}

#[tokio::test]
async fn the_fixed_address_belongs_to_one_example_at_a_time() {
    let sandbox = started(SandboxOptions {
        base: Base::Fixed,
        ..options()
    })
    .await;
    let mount = sandbox.open(&scope("API-FLW-01/a"), Script::default()).unwrap();
    assert_eq!(mount.base_url(), sandbox.default_base_url());
    assert!(matches!(
        sandbox.open(&scope("API-FLW-01/b"), Script::default()),
        Err(SandboxError::Occupied(_))
    ));
    Partner::new(mount.base_url(), None).await;
    assert_eq!(mount.count(), 1);
    drop(mount);
    assert!(sandbox.open(&scope("API-FLW-01/b"), Script::default()).is_ok());
}

#[tokio::test]
async fn behind_a_tunnel_the_public_origin_is_handed_out() {
    let public = |url: &str| SandboxOptions {
        public_url: Some(url.to_owned()),
        ..options()
    };
    let sandbox = started(public("https://sandbox.example/")).await;
    assert_eq!(sandbox.default_base_url(), "https://sandbox.example");
    for wrong in ["sandbox.example", "https://a.example/path", "ftp://a.example"] {
        let refused = Sandbox::start(public(wrong), recorder()).await;
        assert!(matches!(refused, Err(SandboxError::PublicUrl(url)) if url == wrong));
    }
}

#[tokio::test]
async fn nothing_secret_is_shown_for_debugging() {
    let sandbox = started(options()).await;
    let mount = sandbox.open(&scope("API-FLW-01/a"), Script::default()).unwrap();
    let partner = Partner::new(mount.base_url(), None).await;
    let shown = format!(
        "{sandbox:?} {mount:?} {:?} {:?}",
        options(),
        sandbox.watch(&scope("API-FLW-01/b"), "x")
    );
    for secret in [partner.token.as_str(), "client-secret-1", "api-key-1234567"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
