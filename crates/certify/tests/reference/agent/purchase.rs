//! A purchase, from the wish to the order.

mod bends;
mod bodies;
mod look;
mod naive;
mod pay;
mod shop;
mod threeds;
mod wire;

use std::env;

use serde_json::{Value, json};

use self::{
    look::{Wish, list, text},
    naive::naive,
    shop::{Op, Shop},
    wire::{Got, Wire},
};

/// Versions that the agent speaks, newest first.
const VERSIONS: [&str; 5] = [
    "2026-04-17",
    "2026-01-30",
    "2026-01-16",
    "2025-12-12",
    "2025-09-29",
];

/// Everything about one purchase.
#[derive(Debug)]
pub(crate) struct Purchase {
    item: String,
    task: String,
    provider: String,
    /// The provider's name in payment handlers.
    provider_name: String,
    /// The seller's account there, for versions whose sessions do not name it.
    merchant: String,
    /// A feed file of the shop, when the item is to be chosen from it.
    feed: Option<String>,
    shop: Shop,
    /// The discovery document, once it was read.
    document: Option<Value>,
    /// The newest answer about the session.
    session: Value,
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set"))
}

impl Purchase {
    pub(crate) fn from_environment() -> Result<Self, String> {
        let wire = Wire::new()?;
        Ok(Self {
            item: variable("ACP_ITEM_ID")?,
            task: variable("ACP_TASK").unwrap_or_else(|_| "buy".to_owned()),
            provider: variable("ACP_PSP_URL")?,
            provider_name: variable("ACP_PSP_NAME").unwrap_or_default(),
            merchant: variable("ACP_MERCHANT_ID").unwrap_or_default(),
            feed: variable("ACP_FEED").ok(),
            shop: Shop {
                wire,
                base: variable("ACP_SELLER_URL")?,
                mcp: variable("ACP_MCP_URL").ok(),
                version: variable("ACP_VERSION").unwrap_or_else(|_| VERSIONS[0].to_owned()),
            },
            document: None,
            session: Value::Null,
        })
    }

    /// Buys; the order's id, or why nothing was bought.
    pub(crate) async fn make(&mut self) -> Result<String, String> {
        if self.task == "domain-twice" {
            self.once().await?;
            self.session = Value::Null;
        }
        self.once().await
    }

    async fn once(&mut self) -> Result<String, String> {
        self.choose()?;
        if naive("fetches-feed") {
            let url = format!("{}/feeds/all", self.shop.base);
            self.shop
                .wire
                .send(&wire::Call::get(url, "", &self.shop.version))
                .await;
        }
        if naive("guesses-mcp") {
            let url = format!("{}/mcp", self.shop.base);
            self.shop
                .wire
                .send(&wire::Call::get(url, "", &self.shop.version))
                .await;
        }
        let mut code = (self.task == "code").then_some("SAVE5");
        let mut lines = vec![(self.item.clone(), 1)];
        if ["domain", "domain-twice", "cart", "code"].contains(&self.task.as_str())
            && self.shop.version == VERSIONS[0]
        {
            let document = match self.document.take() {
                Some(known) if !naive("discovery-again") => known,
                Some(_) | None => self.discover().await?,
            };
            self.document = Some(document.clone());
            let extensions = list(&document, "/capabilities/extensions").iter();
            let discounts = extensions.into_iter().any(|one| one["name"] == "discount");
            code = code.filter(|_| discounts || naive("codes-unasked"));
            let carts = list(&document, "/capabilities/services")
                .iter()
                .any(|one| one == "carts");
            if self.task == "cart" && (carts || naive("assumes-carts")) {
                lines = self.collect().await?;
            }
        }
        self.shop.greet().await;
        self.open(&lines, code).await?;
        self.address().await?;
        if self.task == "cancel" {
            return self.cancel().await;
        }
        let agreed = look::total(&self.session).ok_or("there is no total to show")?;
        self.fresh(agreed).await?;
        self.pay(agreed).await
    }

    /// Takes the item from the feed, when there is one.
    fn choose(&mut self) -> Result<(), String> {
        let Some(feed) = &self.feed else {
            return Ok(());
        };
        let feed = std::fs::read_to_string(feed).map_err(|error| error.to_string())?;
        let products = feed
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        for product in products {
            for variant in list(&product, "/variants") {
                let available = variant.pointer("/availability/available") == Some(&json!(true));
                if available || naive("ignores-feed") {
                    text(variant, "/id").clone_into(&mut self.item);
                    return Ok(());
                }
            }
        }
        Err("nothing of it is available".to_owned())
    }

    /// Reads what the seller's domain says; afterwards base address and version are those of the document.
    async fn discover(&mut self) -> Result<Value, String> {
        let found = self.shop.discover().await;
        let document = match found {
            Some(document) => document,
            None if naive("acp-everywhere") => return Ok(Value::Null),
            None => return Err("the seller does not speak ACP".to_owned()),
        };
        let has =
            |pointer: &str, what: &str| list(&document, pointer).iter().any(|one| one == what);
        if !has("/capabilities/services", "checkout") && !naive("acp-everywhere") {
            return Err("the seller offers no checkout".to_owned());
        }
        if !has("/transports", "rest") && !naive("acp-everywhere") {
            return Err("the seller does not speak REST".to_owned());
        }
        let base = text(&document, "/api_base_url");
        if base.is_empty() {
            return Err("the document names no base address".to_owned());
        }
        if !naive("base-guessed") {
            base.trim_end_matches('/').clone_into(&mut self.shop.base);
        }
        let spoken = list(&document, "/protocol/supported_versions");
        self.speak(spoken)?;
        Ok(document)
    }

    /// Goes on in the newest version that both speak, the present one if that is among them.
    fn speak(&mut self, listed: &[Value]) -> Result<(), String> {
        let speaks = |version: &str| listed.iter().any(|one| one == version);
        if speaks(&self.shop.version) || naive("one-version") {
            return Ok(());
        }
        let version = VERSIONS.into_iter().find(|version| speaks(version));
        version
            .ok_or("no version in common")?
            .clone_into(&mut self.shop.version);
        Ok(())
    }

    /// Puts the item into a cart, and reads what is in it.
    async fn collect(&self) -> Result<Vec<(String, i64)>, String> {
        let line =
            |quantity: i64| json!({ "line_items": [{ "id": self.item, "quantity": quantity }] });
        let document = |got: Got| {
            let answer = got.ok_or("the cart does not answer")?;
            answer.document().cloned().ok_or("the cart is refused")
        };
        let wire = &self.shop.wire;
        let made = document(
            wire.send(&self.shop.cart(reqwest::Method::POST, "", &line(2)))
                .await,
        )?;
        let path = format!("/{}", text(&made, "/id"));
        let replacement = if naive("cart-partial") {
            json!({ "line_items": [] })
        } else {
            line(1)
        };
        document(
            wire.send(&self.shop.cart(reqwest::Method::PUT, &path, &replacement))
                .await,
        )?;
        if naive("cart-unread") {
            return Ok(vec![(self.item.clone(), 2)]);
        }
        let read = document(
            wire.send(&self.shop.cart(reqwest::Method::GET, &path, &Value::Null))
                .await,
        )?;
        let lines = list(&read, "/line_items").iter();
        Ok(lines
            .map(|line| {
                (
                    text(line, "/item/id").to_owned(),
                    line["quantity"].as_i64().unwrap_or(1),
                )
            })
            .collect())
    }

    fn wish(&self) -> Wish<'_> {
        let known = text(&self.session, "/id");
        Wish {
            item: &self.item,
            city: bodies::CITY,
            session: (!known.is_empty()).then_some(known),
            agrees: false,
        }
    }

    /// Looks at an answer and keeps it as the newest.
    async fn take(&mut self, got: Got) -> Result<(), String> {
        let answer = got.ok_or("the seller does not answer")?;
        let fine = answer
            .document()
            .is_some_and(|one| one.get("line_items").is_some() && one.get("totals").is_some());
        let Some(session) = answer.json.filter(|_| fine) else {
            return Err(format!(
                "the seller answers {} and no session",
                answer.status
            ));
        };
        let known = ["mood", "confetti", "discounts"];
        let odd = known.iter().any(|name| session.get(name).is_some())
            || session.pointer("/capabilities/teleport").is_some();
        if odd && naive("strict-members") {
            return Err("the session has members that we do not know".to_owned());
        }
        look::fault(&session, &self.wish())?;
        self.session = session;
        if naive("fetches-pictures") {
            self.fetch_pictures().await;
        }
        Ok(())
    }

    /// Whatever looks like the address of a picture, out of any text.
    async fn fetch_pictures(&self) {
        let text = self.session.to_string();
        for part in text.split(['"', '\\', '(', ')', '<']) {
            if part.starts_with("http://") && part.ends_with(".png") {
                let call = wire::Call::get(part.to_owned(), "", &self.shop.version);
                self.shop.wire.send(&call).await;
            }
        }
    }

    fn id(&self) -> String {
        text(&self.session, "/id").to_owned()
    }

    /// Opens the session, in a version that the seller speaks.
    async fn open(&mut self, lines: &[(String, i64)], code: Option<&str>) -> Result<(), String> {
        let mut got = self
            .shop
            .send(
                Op::Create,
                "",
                &bodies::create(&self.shop.version, lines, code),
            )
            .await;
        if let Some(answer) = &got
            && answer.code() == "unsupported_api_version"
        {
            let listed = answer
                .json
                .as_ref()
                .map(|json| list(json, "/supported_versions"));
            let listed = listed.unwrap_or_default().to_vec();
            if naive("tries-versions") {
                for version in VERSIONS {
                    version.clone_into(&mut self.shop.version);
                    self.shop
                        .send(Op::Create, "", &bodies::create(version, lines, code))
                        .await;
                }
            }
            self.speak(&listed)?;
            let shape = if naive("shape-unchanged") {
                VERSIONS[0]
            } else {
                self.shop.version.as_str()
            };
            got = self
                .shop
                .send(Op::Create, "", &bodies::create(shape, lines, code))
                .await;
        }
        self.take(got).await
    }

    /// Says who buys and where to, and chooses the first delivery.
    async fn address(&mut self) -> Result<(), String> {
        let body = bodies::update_address(&self.shop.version);
        let mut got = self.shop.send(Op::Update, &self.id(), &body).await;
        if naive("repeats-refused")
            && got
                .as_ref()
                .is_some_and(|answer| answer.document().is_none())
        {
            got = self.shop.send(Op::Update, &self.id(), &body).await;
        }
        self.take(got).await?;
        if let Some(body) = bodies::update_option(&self.shop.version, &self.session) {
            let got = self.shop.send(Op::Update, &self.id(), &body).await;
            self.take(got).await?;
        }
        Ok(())
    }

    /// Reads the session once more; the buyer agreed to this total and to no other.
    async fn fresh(&mut self, agreed: i64) -> Result<(), String> {
        let got = self.shop.send(Op::Read, &self.id(), &Value::Null).await;
        self.take(got).await?;
        if look::total(&self.session) == Some(agreed) || naive("any-total") {
            return Ok(());
        }
        Err("the total is not the one that the buyer agreed to".to_owned())
    }

    async fn cancel(&self) -> Result<String, String> {
        let body = if self.shop.version == "2025-09-29" {
            json!({})
        } else {
            bodies::cancel()
        };
        self.shop.send(Op::Cancel, &self.id(), &body).await;
        Err("the buyer gave up".to_owned())
    }
}
