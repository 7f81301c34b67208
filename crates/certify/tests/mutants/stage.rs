//! How the parties stand while a fault is planted.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU16, Ordering},
};

use anyhow::{Context, Result};
use comptoir_certify::{Lane, Payment, Target};
use tokio::net::TcpListener;
use url::Url;

use super::{
    proxy::{Answered, Asked, Bend, Proxy},
    psp_keys,
};
use crate::reference::{Options, Reference};

/// How the parties stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// As the reference starts them.
    Usual,
    /// Checkout sessions end after two seconds.
    BriefSessions,
}

impl Stage {
    fn options(self) -> Options {
        let mut options = Options::default();
        if self == Self::BriefSessions {
            options.session_lives_s = 2;
        }
        options
    }
}

/// The parties at work, one of them behind a proxy; they end when this is dropped.
pub(crate) struct Stand {
    /// What the judge is told.
    pub(crate) target: Target,
    _reference: Reference,
    _proxy: Proxy,
}

/// Breaks nothing, but for the card that provokes an outage.
pub(crate) struct Honest;

impl Bend for Honest {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let fails = String::from_utf8_lossy(&asked.body).contains(psp_keys::BROKEN_CARD);
        fails.then(psp_keys::broken)
    }
}

impl Stand {
    /// Starts fresh parties, with a bend before the one that this lane looks at.
    pub(crate) async fn start(
        lane: Lane,
        stage: Stage,
        spoil: fn(&mut Options),
        bend: Box<dyn Bend>,
    ) -> Result<Self> {
        let mut options = stage.options();
        spoil(&mut options);
        if lane == Lane::WebhookSender {
            return Self::of_sender(options, bend).await;
        }
        let reference = Reference::with(options).await;
        let mut target = reference.target.clone();
        let proxy = before(lane, &mut target, bend).await?;
        Ok(Self {
            target: patient(target),
            _reference: reference,
            _proxy: proxy,
        })
    }

    /// Events go to the proxy, and from there to the judge.
    async fn of_sender(mut options: Options, bend: Box<dyn Bend>) -> Result<Self> {
        let judge = free().await?;
        let proxy = Proxy::start(&Url::parse(&format!("http://{judge}"))?, bend).await?;
        let port = proxy.url.port().context("the proxy has a port")?;
        let host = proxy.url.host_str().context("the proxy has an address")?;
        options.webhooks = Some(SocketAddr::new(host.parse()?, port));
        let reference = Reference::with(options).await;
        let mut target = reference.target.clone();
        let webhooks = target.webhooks.as_mut().context("the reference sends")?;
        webhooks.listen = judge;
        webhooks.wait_s = 2;
        webhooks.quiet_ms = 200;
        Ok(Self {
            target: patient(target),
            _reference: reference,
            _proxy: proxy,
        })
    }
}

/// Puts a proxy before the party that a lane looks at.
pub(crate) async fn before(lane: Lane, target: &mut Target, bend: Box<dyn Bend>) -> Result<Proxy> {
    let missing = || format!("the reference has no party for {lane}");
    let place = match lane {
        Lane::Psp => &mut target.psp.as_mut().with_context(missing)?.url,
        Lane::Mcp => &mut target.mcp.as_mut().with_context(missing)?.url,
        Lane::WebhookReceiver => &mut target.receiver.as_mut().with_context(missing)?.url,
        Lane::FeedReceiver => &mut target.feed.as_mut().with_context(missing)?.url,
        _ => &mut target.seller.as_mut().with_context(missing)?.url,
    };
    let proxy = Proxy::start(place, bend).await?;
    *place = proxy.url.clone();
    if lane == Lane::Mcp {
        // The checks that compare with REST must see the same party.
        target.seller.as_mut().with_context(missing)?.url = proxy.url.join("/")?;
    }
    if lane == Lane::Psp {
        let psp = target.psp.as_mut().with_context(missing)?;
        let card = psp_keys::BROKEN_CARD.to_owned();
        psp.cards.insert("server-error".to_owned(), card);
        let seller = target.seller.as_mut().with_context(missing)?;
        if let Some(Payment::Delegate { url, .. }) = &mut seller.payment {
            *url = proxy.url.clone();
        }
    }
    Ok(proxy)
}

/// Many stands share this machine: a run may take its time.
fn patient(mut target: Target) -> Target {
    target.limits.run_timeout_s = 1200;
    target.limits.requests_max = 200_000;
    target
}

/// An address to listen at later. It is this process's own, so that nobody else takes its port in
/// the meantime.
pub(crate) async fn free() -> Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let process = std::process::id().to_be_bytes();
    let own = if cfg!(target_os = "linux") {
        Ipv4Addr::new(127, 64 + process[1] % 64, process[2], process[3])
    } else {
        Ipv4Addr::LOCALHOST
    };
    for _ in 0..100 {
        let port = 20_000 + NEXT.fetch_add(1, Ordering::Relaxed) % 10_000;
        let listener = TcpListener::bind((own, port)).await;
        if let Ok(listener) = listener {
            return Ok(listener.local_addr()?);
        }
    }
    anyhow::bail!("no port is free at {own}")
}
