//! The guarded sender against real sockets.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use comptoir_webhooks::address::{AddressError, AddressPolicy};
use comptoir_webhooks::sender::{
    BoxFuture, GuardedSender, Lookup, Lookups, Outgoing, Reply, SendError, SenderOptions, Transport,
};
use http::HeaderMap;

use crate::peer::{Act, Peer, status};

fn message(url: &str) -> Outgoing {
    Outgoing {
        url: url.to_owned(),
        headers: HeaderMap::new(),
        body: b"{}".to_vec(),
    }
}

fn sender(total: Duration) -> GuardedSender {
    GuardedSender::new(SenderOptions {
        total,
        ..SenderOptions::allow_loopback()
    })
    .unwrap()
}

async fn send(url: &str) -> Result<Reply, SendError> {
    sender(Duration::from_secs(15)).send(&message(url)).await
}

/// Answers every look-up with the next of a list of addresses.
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Lookup for Names {
    fn lookup(&self, _: String) -> BoxFuture<'static, Lookups> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self
            .answers
            .get(asked.min(self.answers.len() - 1))
            .unwrap()
            .clone();
        Box::pin(async move { Ok(answer) })
    }
}

fn resolving(policy: AddressPolicy, answers: &[&[&str]]) -> (GuardedSender, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let answers = answers
        .iter()
        .map(|answer| answer.iter().map(|text| text.parse().unwrap()).collect())
        .collect();
    let lookup = Arc::new(Names {
        answers,
        asked: asked.clone(),
    });
    let options = SenderOptions {
        policy,
        lookup,
        total: Duration::from_secs(5),
        ..SenderOptions::default()
    };
    (GuardedSender::new(options).unwrap(), asked)
}

#[tokio::test]
async fn sends_exactly_the_body_and_headers_and_reads_the_answer() {
    let peer = Peer::start(|_, _| {
        let head = "HTTP/1.1 503 X\r\nretry-after: 7\r\ncontent-length: 5\r\n".to_owned();
        Act::Answer(head, b"later".to_vec())
    })
    .await;
    let mut message = message(&peer.url());
    message
        .headers
        .insert("request-id", "evt_1".parse().unwrap());
    let reply = sender(Duration::from_secs(5)).send(&message).await.unwrap();
    assert_eq!(
        reply,
        Reply {
            status: 503,
            retry_after: Some("7".to_owned()),
            body: b"later".to_vec()
        }
    );
    let requests = peer.requests();
    let [request] = requests.as_slice() else {
        panic!("one request")
    };
    assert!(request.starts_with("POST /hooks HTTP/1.1\r\n"));
    assert!(request.contains("request-id: evt_1\r\n") && request.ends_with("\r\n\r\n{}"));
    assert!(
        !request.to_lowercase().contains("accept-encoding"),
        "no compressed answers, hence no bombs"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Peer::start(|_, _| status(200)).await;
    let location = target.url();
    for code in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let peer = Peer::start(move |_, _| {
            let head =
                format!("HTTP/1.1 {code} X\r\nlocation: {location}\r\ncontent-length: 0\r\n");
            Act::Answer(head, Vec::new())
        })
        .await;
        assert_eq!(send(&peer.url()).await.unwrap().status, code);
    }
    assert!(target.requests().is_empty());
}

#[tokio::test]
async fn a_receiver_that_never_answers_or_trickles_its_head_is_cut_off() {
    for act in [Act::Hang, Act::DripHead] {
        let peer = Peer::start(move |_, _| act.clone()).await;
        let start = Instant::now();
        let outcome = sender(Duration::from_millis(300))
            .send(&message(&peer.url()))
            .await;
        assert!(matches!(outcome, Err(SendError::Timeout)), "{outcome:?}");
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_at_64_kib() {
    let peer = Peer::start(|_, _| Act::Endless).await;
    let start = Instant::now();
    let reply = send(&peer.url()).await.unwrap();
    assert_eq!((reply.status, reply.body.len()), (500, 64 * 1_024));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_trickling_body_does_not_undo_an_acknowledgement() {
    let peer = Peer::start(|_, _| Act::Drip(200)).await;
    let start = Instant::now();
    assert_eq!(send(&peer.url()).await.unwrap().status, 200);
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn broken_and_refused_connections_are_told_apart() {
    let peer = Peer::start(|_, _| Act::Close).await;
    assert!(matches!(send(&peer.url()).await, Err(SendError::Broken(_))));
    assert_eq!(
        peer.requests().len(),
        1,
        "never sent twice behind the dispatcher's back"
    );
    let free = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    assert!(matches!(
        send(&format!("http://{free}/")).await,
        Err(SendError::Connect(_))
    ));
}

#[tokio::test]
async fn by_default_neither_loopback_nor_http_is_sent_to() {
    let peer = Peer::start(|_, _| status(200)).await;
    let guarded = GuardedSender::new(SenderOptions::default()).unwrap();
    for url in [
        peer.url(),
        peer.url().replace("http:", "https:"),
        format!("https://localhost:{}/", peer.address.port()),
    ] {
        assert!(
            matches!(
                guarded.send(&message(&url)).await,
                Err(SendError::Address(_))
            ),
            "{url}"
        );
    }
    assert!(peer.requests().is_empty());
}

// Field defect 26.
#[tokio::test]
async fn a_public_name_with_a_forbidden_address_is_not_dialled() {
    for addresses in [
        &["127.0.0.1"][..],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
        &["fd00::1"],
        &["0.0.0.0"],
        // One good address among bad ones does not help, in either order.
        &["93.184.215.14", "127.0.0.1"],
        &["127.0.0.1", "93.184.215.14"],
    ] {
        for policy in [
            AddressPolicy::public(),
            AddressPolicy::public().allow_loopback(),
        ] {
            let (guarded, asked) = resolving(policy, &[addresses]);
            let outcome = guarded.send(&message("https://agent.example.com/")).await;
            assert!(
                matches!(
                    outcome,
                    Err(SendError::Address(AddressError::NotPublicAddress(_)))
                ),
                "{addresses:?}: {outcome:?}"
            );
            assert_eq!(asked.load(Ordering::SeqCst), 1);
        }
    }
}

// Field defect 26.
#[tokio::test]
async fn a_name_is_resolved_once_and_the_address_checked_is_the_one_dialled() {
    // The first answer passes the check; a second look-up would lead elsewhere. There is none.
    let peer = Peer::start(|_, _| status(200)).await;
    let policy = AddressPolicy::public().allow_loopback();
    let (guarded, asked) = resolving(policy, &[&["127.0.0.1"], &["10.0.0.1"]]);
    let url = format!("http://localhost:{}/hooks", peer.address.port());
    assert_eq!(guarded.send(&message(&url)).await.unwrap().status, 200);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // A new connection asks again, and the new answer is checked again.
    let (guarded, _) = resolving(AddressPolicy::public().allow_loopback(), &[&["10.0.0.1"]]);
    assert!(matches!(
        guarded.send(&message(&url)).await,
        Err(SendError::Address(_))
    ));
}
