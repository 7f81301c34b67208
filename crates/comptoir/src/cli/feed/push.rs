//! `comptoir feed push FILE`: a feed in parts, through the agent's Feed API.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result, bail};
use comptoir_agent::FEED_BODY_BYTES_MAX;
use comptoir_feed::{Availability, FeedReader, Product};
use comptoir_signing::environment::Environment;
use reqwest::{Client, Method};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::http_client;

/// Products in one request at most.
const PRODUCTS_MAX: usize = 1_000;
/// Bytes of products in one request: the agent's limit, less room for what is around them.
const PRODUCT_BYTES_MAX: usize = FEED_BODY_BYTES_MAX - 64 * 1_024;
/// How long one request may take; the agent indexes before it answers.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// Where a feed goes.
pub(crate) struct Target<'a> {
    /// Address of the agent.
    pub(crate) agent: &'a str,
    /// The shop's key there.
    pub(crate) key: &'a SecretString,
    /// The feed to update; a new one when absent.
    pub(crate) feed: Option<&'a str>,
    /// Country of a new feed.
    pub(crate) country: Option<&'a str>,
}

/// How far a push is.
pub(crate) struct Pushed {
    pub(crate) feed_id: String,
    /// Products of the file that the agent has accepted.
    pub(crate) products: usize,
    /// Products that the feed had and the file has no more, taken from sale. None when nobody knows,
    /// because a part of the file could not be read.
    pub(crate) withdrawn: Option<usize>,
}

/// Sends every product that the reader accepts; `progress` is called after each request. Products
/// that a feed had before and the file has no more are withdrawn: the protocol's feed knows no
/// deletion, so they are sent as discontinued.
pub(crate) async fn push(
    target: &Target<'_>,
    reader: &mut FeedReader,
    mut progress: impl FnMut(&Pushed),
) -> Result<Pushed> {
    let api = FeedApi {
        url: target.agent.trim_end_matches('/'),
        key: target.key,
        client: http_client(target.agent, REQUEST_TIMEOUT)?,
    };
    let feed_id = match target.feed {
        Some(id) => id.to_owned(),
        None => api.create(target.country).await?,
    };
    let mut pushed = Pushed {
        feed_id,
        products: 0,
        withdrawn: Some(0),
    };
    let mut sent = BTreeSet::new();
    let mut part = Part::default();
    for product in reader.by_ref().filter_map(Result::ok) {
        let encoded = encode(&product)?;
        if part.is_full_for(&encoded) {
            pushed.products += api.upsert(&pushed, std::mem::take(&mut part)).await?;
            progress(&pushed);
        }
        part.add(&encoded);
        sent.insert(product.id);
    }
    if part.products > 0 {
        pushed.products += api.upsert(&pushed, part).await?;
        progress(&pushed);
    }
    if target.feed.is_some() {
        let report = reader.report();
        pushed.withdrawn = if report.complete && report.rejected == 0 {
            Some(withdraw(&api, &pushed, &sent).await?)
        } else {
            None
        };
    }
    read_back(&api, &pushed, &sent).await?;
    Ok(pushed)
}

/// What was sent is there: the agent's word that it accepted is not enough.
async fn read_back(api: &FeedApi<'_>, pushed: &Pushed, sent: &BTreeSet<String>) -> Result<()> {
    let products = api.products(&pushed.feed_id).await?;
    let there: BTreeSet<&str> = products.iter().map(|product| product.id.as_str()).collect();
    let missing = sent.iter().filter(|id| !there.contains(id.as_str()));
    let (count, first) = (missing.clone().count(), missing.clone().next());
    match first {
        Some(first) => {
            bail!("the agent accepted {count} products that its feed does not have, {first} first")
        }
        None => Ok(()),
    }
}

/// Takes from sale what the feed has and `sent` has not. The number of those products.
async fn withdraw(api: &FeedApi<'_>, pushed: &Pushed, sent: &BTreeSet<String>) -> Result<usize> {
    let gone = Availability {
        available: Some(false),
        status: Some("discontinued".to_owned()),
    };
    let (mut part, mut withdrawn) = (Part::default(), 0);
    for mut product in api.products(&pushed.feed_id).await? {
        let offered = product
            .variants
            .iter()
            .any(|variant| variant.availability.as_ref() != Some(&gone));
        if sent.contains(&product.id) || !offered {
            continue;
        }
        for variant in &mut product.variants {
            variant.availability = Some(gone.clone());
        }
        let encoded = encode(&product)?;
        if part.is_full_for(&encoded) {
            withdrawn += api.upsert(pushed, std::mem::take(&mut part)).await?;
        }
        part.add(&encoded);
    }
    if part.products > 0 {
        withdrawn += api.upsert(pushed, part).await?;
    }
    Ok(withdrawn)
}

fn encode(product: &Product) -> Result<Vec<u8>> {
    let encoded = serde_json::to_vec(product)?;
    if encoded.len() > PRODUCT_BYTES_MAX {
        bail!("product {} is larger than one request may be", product.id);
    }
    Ok(encoded)
}

/// Products of one request, joined by commas.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    products: usize,
}

impl Part {
    fn is_full_for(&self, product: &[u8]) -> bool {
        self.products >= PRODUCTS_MAX || self.bytes.len() + product.len() >= PRODUCT_BYTES_MAX
    }

    fn add(&mut self, product: &[u8]) {
        if self.products > 0 {
            self.bytes.push(b',');
        }
        self.bytes.extend_from_slice(product);
        self.products += 1;
    }

    fn into_body(self) -> Vec<u8> {
        [br#"{"products":["#.as_slice(), &self.bytes, b"]}"].concat()
    }
}

/// The agent's Feed API.
struct FeedApi<'a> {
    url: &'a str,
    key: &'a SecretString,
    client: Client,
}

impl FeedApi<'_> {
    async fn create(&self, country: Option<&str>) -> Result<String> {
        let body = match country {
            Some(country) => json!({ "target_country": country }),
            None => json!({}),
        };
        let answer = self
            .send(Method::POST, "/feeds", serde_json::to_vec(&body)?)
            .await?;
        let id = answer.get("id").and_then(Value::as_str).map(str::to_owned);
        id.context("the agent created a feed without an id")
    }

    /// Everything that the feed has.
    async fn products(&self, feed: &str) -> Result<Vec<Product>> {
        #[derive(Deserialize)]
        struct Products {
            products: Vec<Product>,
        }
        let path = format!("/feeds/{feed}/products");
        let answer = self.send(Method::GET, &path, Vec::new()).await?;
        let read: Products = serde_json::from_value(answer)
            .context("the agent's list of the feed's products cannot be read")?;
        Ok(read.products)
    }

    /// All or nothing: the agent takes every product of a part, or says which one it refuses. The
    /// number of those products.
    async fn upsert(&self, pushed: &Pushed, part: Part) -> Result<usize> {
        let products = part.products;
        let path = format!("/feeds/{}/products", pushed.feed_id);
        let answer = self
            .send(Method::PATCH, &path, part.into_body())
            .await
            .with_context(|| {
                format!(
                    "{} products were accepted before this failed",
                    pushed.products
                )
            })?;
        if answer.get("accepted") != Some(&Value::Bool(true)) {
            bail!("the agent did not accept {products} products: {answer}");
        }
        Ok(products)
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Value> {
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.url))
            .bearer_auth(self.key.expose_secret())
            .header("content-type", "application/json")
            .header(
                "api-version",
                comptoir_acp::version::ApiVersion::LATEST.to_string(),
            );
        if method != Method::GET {
            request = request.header("idempotency-key", Environment::system().new_id("idem"));
        }
        let answer = request
            .body(body)
            .send()
            .await
            .with_context(|| format!("cannot reach the agent at {}", self.url))?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        let json: Value = serde_json::from_slice(&bytes).with_context(|| {
            format!(
                "{} is no agent: it answered {status} without JSON",
                self.url
            )
        })?;
        if status.is_success() {
            return Ok(json);
        }
        let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or("-");
        bail!(
            "the agent refused ({status}, {}, at {}): {}",
            text("code"),
            text("param"),
            text("message")
        );
    }
}
