//! `comptoir agent buy`: one purchase by a fresh agent, for judges of agents.
//!
//! It is the agent that `agent serve` serves, with a database of its own that is gone afterwards, and
//! it buys by the face that its page uses. Seller, provider, item and task come from the environment
//! that `comptoir certify agent` gives to its `buy_command`.

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use clap::Args;
use comptoir_agent::{
    Agent, Card, Confirmation, Confirmed, Destination, ItemChoice, Language, PurchaseError,
    PurchaseState, PurchaseStatus,
};
use comptoir_feed::read_path;
use comptoir_signing::environment::Environment;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Target, push, say};
use crate::{
    config::{AgentFile, Key, PspOfAgent, SellerOfAgent},
    demo::scripted::Fresh,
    servers::{self, bind},
};

/// Name of the seller at the agent.
const SELLER: &str = "shop";
/// The buyer's principal at the agent.
const OWNER: &str = "buyer";
/// How long a payment may take; the agent repeats what got lost within it.
const PATIENCE: Duration = Duration::from_mins(2);

/// What to buy, where, and how the buyer behaves.
#[derive(Args)]
pub(super) struct Options {
    /// Address of the seller.
    #[arg(long, env = "ACP_SELLER_URL")]
    seller: String,
    /// Address of the payment service provider.
    #[arg(long, env = "ACP_PSP_URL")]
    psp: String,
    /// Id of the item; of a feed, of the product.
    #[arg(long, env = "ACP_ITEM_ID")]
    item: String,
    /// What the buyer does: buy, pay-again, say-no, cancel, feed. Nothing is bought for another task.
    #[arg(long, env = "ACP_TASK", default_value = "buy")]
    task: String,
    /// A feed file with the item. Without one the item is listed at --price.
    #[arg(long, env = "ACP_FEED")]
    feed: Option<PathBuf>,
    /// The item's price when there is no feed, in minor units.
    #[arg(long, default_value_t = 2_000)]
    price: i64,
    /// Currency of that price, ISO 4217.
    #[arg(long, default_value = "USD")]
    currency: String,
    /// Bearer key at seller and provider.
    #[arg(long, env = "ACP_KEY", hide_env_values = true)]
    key: Option<SecretString>,
}

/// Buys, and says how it ended. That nothing was bought is no failure of the command.
pub(super) async fn run(options: Options) -> Result<ExitCode> {
    if !["buy", "pay-again", "say-no", "cancel", "feed"].contains(&options.task.as_str()) {
        say(&format!(
            "not bought: this agent does not know the task {}",
            options.task
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let folder = Fresh::make()?;
    let feed_key = SecretString::from(Environment::system().new_id("feed"));
    let stop = CancellationToken::new();
    let listener = bind("127.0.0.1:0").await?;
    let file = configuration(&options, &folder, &feed_key);
    let (running, agent, _) = servers::agent::start_on(listener, file, stop.clone())?;
    let outcome = purchase(&options, &folder, &running.url, &feed_key, &agent).await;
    stop.cancel();
    running.finished().await;
    match outcome {
        Ok(ended) => say(&ended),
        Err(error) => say(&format!("not bought: {error:#}")),
    }
    Ok(ExitCode::SUCCESS)
}

fn configuration(options: &Options, folder: &Fresh, feed_key: &SecretString) -> AgentFile {
    let environment = Environment::system();
    let secret = || Key::given(&hex::encode(environment.random::<32>()));
    let key = match &options.key {
        Some(key) => Key::given(key.expose_secret()),
        None => secret(),
    };
    AgentFile {
        listen: String::new(),
        database: folder.0.join("agent.db"),
        index: folder.0.join("index"),
        public_url: None,
        consent_key: secret(),
        psp: PspOfAgent {
            base_url: options.psp.clone(),
            key: key.clone(),
            simulated: true,
        },
        sellers: vec![SellerOfAgent {
            id: SELLER.to_owned(),
            name: "Shop".to_owned(),
            base_url: options.seller.clone(),
            key,
            webhook_secret: secret(),
            feed_key: Key::given(feed_key.expose_secret()),
        }],
    }
}

/// From the feed to the end of the payment.
async fn purchase(
    options: &Options,
    folder: &Fresh,
    url: &str,
    feed_key: &SecretString,
    agent: &Agent,
) -> Result<String> {
    let choice = list(options, folder, url, feed_key).await?;
    let id = agent
        .start_purchase(OWNER, Language::En, SELLER, &[choice])
        .await
        .context("no checkout")?;
    agent
        .set_address(OWNER, &id, destination())
        .await
        .context("address")?;
    if let Some((delivery, ..)) = agent.delivery_options(OWNER, &id).await?.first() {
        agent
            .choose_shipping(OWNER, &id, delivery)
            .await
            .context("delivery")?;
    }
    if options.task == "cancel" {
        let total = agent
            .review(OWNER, &id)
            .await
            .context("order card")?
            .total();
        agent.cancel_purchase(OWNER, &id).await?;
        return Ok(format!("not bought: given up at a total of {total}"));
    }
    let mut status = pay(options, agent, &id).await?;
    if options.task == "pay-again" && status.state == PurchaseState::Open {
        status = pay(options, agent, &id).await?;
    }
    Ok(match status.order {
        Some(order) => format!("bought: order {} is {}", order.number, order.status),
        None => format!("not bought: {:?}, {:?}", status.state, status.notice),
    })
}

/// A feed of the item alone.
fn written(options: &Options, folder: &Fresh) -> Result<PathBuf> {
    let product = json!({
        "id": options.item, "title": options.item,
        "variants": [{
            "id": options.item, "title": options.item,
            "price": { "amount": options.price, "currency": options.currency },
            "availability": { "available": true, "status": "in_stock" },
        }],
    });
    let file = folder.0.join("feed.jsonl");
    fs::write(&file, format!("{product}\n"))?;
    Ok(file)
}

/// Pushes the feed to the agent, as the shop would, and says what to choose from it.
async fn list(
    options: &Options,
    folder: &Fresh,
    url: &str,
    feed_key: &SecretString,
) -> Result<ItemChoice> {
    let file = match &options.feed {
        Some(file) => file.clone(),
        None => written(options, folder)?,
    };
    let product = read_path(&file)?
        .filter_map(Result::ok)
        .find(|product| product.id == options.item)
        .context("the feed does not have the item")?;
    let variant = product
        .variants
        .iter()
        .find(|variant| {
            let availability = variant.availability.as_ref();
            variant.price.is_some() && availability.is_none_or(|one| one.available != Some(false))
        })
        .context("no variant of the item can be had")?;
    let target = Target {
        agent: url,
        key: feed_key,
        feed: None,
        country: None,
    };
    push(&target, &mut read_path(&file)?, |_| {}).await?;
    Ok(ItemChoice {
        product_id: product.id.clone(),
        variant_id: variant.id.clone(),
        quantity: 1,
    })
}

/// Reads the order card and presses the button once. Who says no gives up when something changed.
async fn pay(options: &Options, agent: &Agent, id: &str) -> Result<PurchaseStatus> {
    let order_card = agent.review(OWNER, id).await.context("order card")?;
    let now = Environment::system().now();
    let confirmation = Confirmation {
        card_digest: order_card.digest(),
        changes_seen: options.task != "say-no",
        card: Card::read("4242 4242 4242 4242", "12/32", "123", "Ada Martin", now)?,
        language: Language::En,
    };
    match agent.confirm(OWNER, id, confirmation).await {
        Ok(Confirmed::Started) => {}
        Ok(other) => return Err(anyhow::anyhow!("the order button says {other:?}")),
        Err(PurchaseError::ChangesNotSeen) => {
            agent.cancel_purchase(OWNER, id).await?;
            return Ok(agent.purchase_status(OWNER, id).await?);
        }
        Err(error) => return Err(error.into()),
    }
    let settled = tokio::time::timeout(PATIENCE, agent.settled(OWNER, id));
    Ok(settled.await.context("the payment does not end")??)
}

fn destination() -> Destination {
    Destination {
        name: "Ada Martin".to_owned(),
        line_one: "1 Market Street".to_owned(),
        line_two: String::new(),
        city: "San Francisco".to_owned(),
        state: "CA".to_owned(),
        country: "US".to_owned(),
        postal_code: "94105".to_owned(),
        email: "ada@example.com".to_owned(),
        phone: "+14155550100".to_owned(),
        notes: String::new(),
    }
}
