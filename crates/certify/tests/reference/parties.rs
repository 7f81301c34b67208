//! The reference parties: simple, correct, in memory. Every lane of the judge is tried on them.
#![allow(
    dead_code,
    reason = "each target that takes this module in uses a part"
)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken reference fails the test, and the reference's own JSON is known"
)]

mod authentication;
mod basics;
mod carts;
mod catalogue;
mod checkout;
mod configuration;
mod discounts;
mod discovery;
mod feed;
mod gate;
mod handlers;
mod mcp;
mod orders;
mod payment;
mod pricing;
mod psp;
mod receiver;
mod render;
mod render_old;
mod reply;
mod request;
mod rules;
mod seller;
mod serve;
mod session;
mod shapes;
mod strict;
mod threeds;
mod webhooks;

use std::{net::SocketAddr, sync::Arc};

use comptoir_certify::Target;
use tokio::{net::TcpListener, task::JoinHandle};

use configuration::Places;
use feed::Feeds;
use gate::Gate;
use psp::Psp;
use receiver::Receiver;
use seller::Seller;
use serve::{Party, serve};
use webhooks::Outbox;

/// Bearer keys, and secrets of signatures.
const AGENT_KEY: &str = "agent-key-for-the-reference";
const OTHER_KEY: &str = "other-key-for-the-reference";
const LIMITED_KEY: &str = "limited-key-for-the-reference";
const SIGNING_SECRET: &str = "request-secret-for-the-reference";
const WEBHOOK_SECRET: &str = "webhook-secret-for-the-reference";

/// What can be set.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Where the seller listens; any free port when absent. Likewise the others.
    pub(crate) seller: Option<SocketAddr>,
    pub(crate) psp: Option<SocketAddr>,
    pub(crate) receiver: Option<SocketAddr>,
    pub(crate) feed: Option<SocketAddr>,
    /// Where the seller sends order events; a free port when absent.
    pub(crate) webhooks: Option<SocketAddr>,
    /// Life of a checkout session, in seconds.
    pub(crate) session_lives_s: i64,
    /// Life of a cart, in seconds.
    pub(crate) cart_lives_s: i64,
    /// Life of a delegated authentication, in seconds.
    pub(crate) authentication_lives_s: i64,
    /// Whether the shop offers saved cards, gift cards, points and store credit.
    pub(crate) seller_backed: bool,
    /// Whether the shop has attribution, marketing consent and intent traces.
    pub(crate) extensions: bool,
    /// A rule that the provider leaves out, to show that the judge sees it.
    pub(crate) lax: Option<Lax>,
}

/// A rule that a provider may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lax {
    /// `display_last4` need not be the end of the number.
    Last4,
    /// An allowance may end at any time.
    Ends,
    /// A token pays after its end.
    Ended,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seller: None,
            psp: None,
            receiver: None,
            feed: None,
            webhooks: None,
            session_lives_s: 3600,
            cart_lives_s: 3600,
            authentication_lives_s: 6,
            seller_backed: true,
            extensions: true,
            lax: None,
        }
    }
}

/// The running parties; they end when this is dropped.
pub(crate) struct Reference {
    /// A configuration of the judge with all of them.
    pub(crate) target: Target,
    configuration: String,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Reference {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Reference {
    /// Starts every party on free loopback ports.
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// Starts every party as `options` say.
    pub(crate) async fn with(options: Options) -> Self {
        let (seller_at, seller) = bind(options.seller).await;
        let (psp_at, psp) = bind(options.psp).await;
        let (receiver_at, receiver) = bind(options.receiver).await;
        let (feed_at, feed) = bind(options.feed).await;
        let events = match options.webhooks {
            Some(address) => address,
            None => bind(None).await.0.local_addr().unwrap(),
        };
        let keys = || {
            [AGENT_KEY, OTHER_KEY, LIMITED_KEY]
                .map(str::to_owned)
                .into()
        };
        let gate = |fault| Gate::new(keys(), Some(SIGNING_SECRET.to_owned()), fault);
        let provider = Arc::new(Psp::new(psp.clone(), gate("invalid_card"), options.clone()));
        let outbox = Outbox::new(&format!("http://{events}"), WEBHOOK_SECRET.to_owned());
        let shared = Arc::clone(&provider);
        let shop = Seller::new(seller.clone(), gate("invalid"), shared, options, outbox);
        let places = Places {
            expired: shop.own_session(0),
            expired_cart: carts::own_cart(&shop, 0),
            storefront_cart: carts::own_cart(&shop, 3600),
            seller,
            psp,
            receiver,
            feed,
            events: events.to_string(),
        };
        let configuration = configuration::text(&places);
        let receiver = Receiver::new(WEBHOOK_SECRET.to_owned());
        let feeds = Feeds::new(Gate::new(keys(), None, "invalid"));
        let parties: [(TcpListener, Arc<dyn Party>); 4] = [
            (seller_at, Arc::new(shop)),
            (psp_at, provider),
            (receiver_at, Arc::new(receiver)),
            (feed_at, Arc::new(feeds)),
        ];
        Self {
            target: toml::from_str(&configuration).unwrap(),
            configuration,
            tasks: parties
                .map(|(listener, party)| serve(listener, party))
                .into(),
        }
    }

    /// The target as `certify.toml`.
    pub(crate) fn configuration(&self) -> &str {
        &self.configuration
    }

    /// Waits as long as the parties run.
    pub(crate) async fn run(mut self) {
        for task in &mut self.tasks {
            task.await.unwrap();
        }
    }
}

async fn bind(address: Option<SocketAddr>) -> (TcpListener, String) {
    let address = address.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
    let listener = TcpListener::bind(address).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    (listener, base)
}
