//! What the reference provider does not do by itself: limits, overlaps, days, TLS, addresses.

use std::{collections::HashMap, net::SocketAddr};

use comptoir_certify::{CheckResult, Key, Lane, PspTarget, SpecVersion, Target, Verdict};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::{
    Answered, Asked, Bend, bent,
    psp_requests::{refusal, text},
    results,
};
use crate::reference::{Options, Reference};

const VERSION: SpecVersion = SpecVersion::LATEST;

fn verdict(results: &[CheckResult]) -> Verdict {
    assert_eq!(results.len(), 1, "one check was asked for");
    results[0].verdict
}

/// What one check says of the reference behind a bend.
async fn says(id: &str, good: &Target, bend: Box<dyn Bend>) -> Verdict {
    verdict(&bent(Lane::Psp, VERSION, good, bend, &[id]).await)
}

/// Refuses from the twentieth request on.
struct Limit(u32, Answered);

impl Bend for Limit {
    fn request(&mut self, _asked: &mut Asked) -> Option<Answered> {
        self.0 += 1;
        (self.0 > 20).then(|| self.1.clone())
    }
}

fn too_many(kind: &str) -> Answered {
    let error = json!({ "type": kind, "code": "too_many_requests", "message": "slower" });
    let mut answered = Answered::new(429, &error);
    answered.set("retry-after", "60");
    answered
}

/// A rate limit is judged by its answer, and not tested without an agent for it.
#[tokio::test(flavor = "multi_thread")]
async fn rate_limits() {
    const ID: &str = "psp.limits.rate";
    let mut reference = Reference::start().await;
    if let Some(psp) = reference.target.psp.as_mut() {
        psp.rate_key = None;
    }
    let limit = |kind: &str| Box::new(Limit(0, too_many(kind)));
    let untested = says(ID, &reference.target, limit("rate_limit_exceeded")).await;
    assert_eq!(untested, Verdict::NotTested);
    let psp = reference.target.psp.as_mut().unwrap();
    psp.rate_key = Some(psp.key.clone());
    psp.rate_requests_max = 40;
    let good = &reference.target;
    assert_eq!(
        says(ID, good, limit("rate_limit_exceeded")).await,
        Verdict::Pass
    );
    assert_eq!(
        says(ID, good, limit("invalid_request")).await,
        Verdict::Violated
    );
    let mut silent = too_many("rate_limit_exceeded");
    silent.headers.remove("retry-after");
    assert_eq!(
        says(ID, good, Box::new(Limit(0, silent))).await,
        Verdict::Warning
    );
    assert_eq!(
        says(ID, good, Box::new(super::Honest)).await,
        Verdict::NotTested
    );
}

/// A rate limit in the way of another check is no refusal that it may count.
#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_is_no_refusal() {
    let reference = Reference::start().await;
    let limit = Box::new(Limit(20, too_many("rate_limit_exceeded")));
    let found = says("psp.errors.exp-month-13", &reference.target, limit).await;
    assert_eq!(found, Verdict::NotTested);
}

/// Answers the second request with a key as if the first one still ran.
struct Busy(HashMap<String, u32>, Answered);

impl Bend for Busy {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let times = self.0.entry(text(asked, "idempotency-key")).or_default();
        *times += 1;
        (*times == 2).then(|| self.1.clone())
    }
}

fn in_flight(code: &str, retry_after: Option<&'static str>) -> Box<dyn Bend> {
    let error = json!({ "type": "invalid_request", "code": code, "message": "still running" });
    let mut answered = Answered::new(409, &error);
    if let Some(seconds) = retry_after {
        answered.set("retry-after", seconds);
    }
    Box::new(Busy(HashMap::new(), answered))
}

/// A request in flight is told with its code and with `Retry-After`.
#[tokio::test(flavor = "multi_thread")]
async fn requests_in_flight() {
    let reference = Reference::start().await;
    let good = &reference.target;
    let (flight, retry) = (
        "psp.concurrency.in-flight",
        "psp.concurrency.in-flight-retry-after",
    );
    let well = || in_flight("idempotency_in_flight", Some("1"));
    assert_eq!(says(flight, good, well()).await, Verdict::Pass);
    assert_eq!(says(retry, good, well()).await, Verdict::Pass);
    let conflict = in_flight("idempotency_conflict", Some("1"));
    assert_eq!(says(flight, good, conflict).await, Verdict::Violated);
    for wrong in [None, Some("soon")] {
        let bend = in_flight("idempotency_in_flight", wrong);
        assert_eq!(says(retry, good, bend).await, Verdict::Violated);
    }
}

/// Refuses every request with one well-formed error.
struct Closed;

impl Bend for Closed {
    fn request(&mut self, _asked: &mut Asked) -> Option<Answered> {
        Some(refusal(400))
    }
}

/// A provider that refuses everything passes no check of a refusal.
#[tokio::test(flavor = "multi_thread")]
async fn refusing_everything_is_not_green() {
    let reference = Reference::start().await;
    for id in [
        "psp.errors.exp-month-13",
        "psp.fuzz.allowance-max-amount-type",
        "psp.auth.unknown-key",
        "psp.versions.unknown",
        "psp.signatures.body-changed",
    ] {
        let found = says(id, &reference.target, Box::new(Closed)).await;
        assert_eq!(found, Verdict::NotTested, "{id}");
    }
}

/// A dead provider passes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_provider_is_not_green() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut reference = Reference::start().await;
    reference.target.psp.as_mut().unwrap().url = format!("http://{address}").parse().unwrap();
    let results = results(Lane::Psp, VERSION, reference.target.clone(), &[]).await;
    let green: Vec<_> = results
        .iter()
        .filter(|result| result.verdict == Verdict::Pass)
        .map(|result| &result.id)
        .collect();
    assert!(green.is_empty(), "{green:?}");
}

/// Makes the provider forget a key: it gets another one.
struct Forgets;

impl Bend for Forgets {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let other = format!("{}-x", text(asked, "idempotency-key"));
        asked.set("idempotency-key", &other);
        None
    }
}

fn aged(path: &std::path::Path, name: &str, hours: i64) {
    let mut memory: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "the judge lives by the real time"
    )]
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours);
    memory[name]["made_at"] = json!(then.to_string());
    std::fs::write(path, memory.to_string()).unwrap();
}

/// A key of yesterday still replays; one of long ago is new.
#[tokio::test(flavor = "multi_thread")]
async fn keys_of_other_days() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.json");
    let mut reference = Reference::start().await;
    reference.target.psp.as_mut().unwrap().memory = Some(path.clone());
    let good = &reference.target;
    let honest = || Box::new(super::Honest);

    let kept = "psp.idempotency.retention";
    assert_eq!(says(kept, good, honest()).await, Verdict::NotTested);
    assert_eq!(says(kept, good, honest()).await, Verdict::NotTested);
    aged(&path, "retention", 22);
    assert_eq!(says(kept, good, honest()).await, Verdict::Pass);
    assert_eq!(says(kept, good, Box::new(Forgets)).await, Verdict::Violated);

    let expired = "psp.idempotency.expired-key";
    assert_eq!(says(expired, good, honest()).await, Verdict::NotTested);
    aged(&path, "expired", 30);
    // The reference keeps keys for ever, as it may.
    assert_eq!(says(expired, good, honest()).await, Verdict::NotTested);
    assert_eq!(
        says(expired, good, Box::new(Closed)).await,
        Verdict::Violated
    );
    assert_eq!(says(expired, good, Box::new(Forgets)).await, Verdict::Pass);
}

/// Shows sessions as if they never ended.
struct Endless;

impl Bend for Endless {
    fn answer(&mut self, _asked: &Asked, answered: &mut Answered) {
        answered.edit(|json| {
            if ["expired", "challenge_abandoned"]
                .contains(&json["status"].as_str().unwrap_or_default())
            {
                json["status"] = json!("pending");
            }
        });
    }
}

/// Sessions of delegate authentication end.
#[tokio::test(flavor = "multi_thread")]
async fn authentication_sessions_end() {
    let options = Options {
        authentication_lives_s: 1,
        ..Options::default()
    };
    let mut reference = Reference::with(options).await;
    reference
        .target
        .psp
        .as_mut()
        .unwrap()
        .authentication_lives_s = Some(1);
    for id in [
        "psp.expiry.authentication-expired",
        "psp.expiry.challenge-abandoned",
    ] {
        let good = &reference.target;
        assert_eq!(
            says(id, good, Box::new(super::Honest)).await,
            Verdict::Pass,
            "{id}"
        );
        assert_eq!(
            says(id, good, Box::new(Endless)).await,
            Verdict::Violated,
            "{id}"
        );
    }
}

/// Answers every connection with these bytes, whatever it says.
async fn speaker(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0; 512];
            let _ = stream.read(&mut hello).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    address
}

/// A server that takes an old version of TLS is found by its `ServerHello`.
#[tokio::test(flavor = "multi_thread")]
async fn versions_of_tls() {
    let server_hello = &[22, 3, 3, 0, 2, 2, 0];
    let alert = &[21, 3, 3, 0, 2, 2, 70];
    for (bytes, expected) in [
        (server_hello.as_slice(), Verdict::Violated),
        (alert.as_slice(), Verdict::Pass),
        (&[], Verdict::Pass),
    ] {
        let address = speaker(bytes).await;
        let psp = PspTarget {
            test_mode: true,
            delegate_authentication: true,
            ..PspTarget::new(
                format!("https://{address}").parse().unwrap(),
                Key::new("key"),
                "merchant",
            )
        };
        let target = Target {
            psp: Some(psp),
            ..Target::default()
        };
        for id in ["psp.auth.tls-1-3", "psp.auth.authentication-tls"] {
            let found = verdict(&results(Lane::Psp, VERSION, target.clone(), &[id]).await);
            assert_eq!(found, expected, "{id} {bytes:?}");
        }
    }
}

/// Passes connections on to `to`, but for those from 127.0.0.2.
async fn doorman(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut near, from)) = listener.accept().await {
            if from.ip().to_string() == "127.0.0.2" {
                continue;
            }
            tokio::spawn(async move {
                let mut far = TcpStream::connect(to).await.unwrap();
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    address
}

/// A provider that takes calls from anywhere is found by a call from another address.
#[tokio::test(flavor = "multi_thread")]
async fn calls_from_strange_addresses() {
    const ID: &str = "psp.auth.authentication-origin";
    let mut reference = Reference::start().await;
    let psp = reference.target.psp.as_mut().unwrap();
    psp.stranger_address = Some("127.0.0.2".parse().unwrap());
    let open = format!(
        "{}:{}",
        psp.url.host_str().unwrap(),
        psp.url.port().unwrap()
    );
    // Behind a proxy every caller comes from the proxy's own address: nobody is turned away.
    let everybody = super::Proxy::start(&psp.url, Box::new(super::Honest))
        .await
        .unwrap();
    let mut target = reference.target.clone();
    if let Some(psp) = target.psp.as_mut() {
        psp.url = everybody.url.clone();
    }
    let found = results(Lane::Psp, VERSION, target, &[ID]).await;
    assert_eq!(verdict(&found), Verdict::Violated);

    let address = doorman(open.parse().unwrap()).await;
    let psp = reference.target.psp.as_mut().unwrap();
    psp.url = format!("http://{address}").parse().unwrap();
    let found = results(Lane::Psp, VERSION, reference.target.clone(), &[ID]).await;
    assert_eq!(verdict(&found), Verdict::Pass);
}
