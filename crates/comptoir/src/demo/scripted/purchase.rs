//! The buyer's side: from a sentence to a refund.

use std::time::Duration;

use anyhow::{Context, Result};
use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};
use comptoir_agent::{
    Agent, Card, Confirmation, Confirmed, Destination, ItemChoice, Language, OrderCard,
    OrderStatus, PurchaseState,
};
use comptoir_commerce::consent::SignedReceipt;
use comptoir_search::{Hit, PriceLimit, understand};
use comptoir_signing::environment::Environment;
use comptoir_store::Collection;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    SHOP,
    steps::{Steps, expect, require},
};
use crate::{cli::OperatorApi, demo::Street};

/// What the buyer writes.
const SENTENCE: &str = "chaussures de course à moins de 100 €";
/// The most that it allows, in minor units.
const PRICE_MAX: i64 = 10_000;
/// The buyer's principal at the agent.
const OWNER: &str = "scripted-buyer";
/// How long a shop, the PSP or a webhook may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Tracking number of the parcel.
const TRACKING: &str = "SIM-0001-FR";

/// A placed order, as the buyer knows it.
pub(super) struct Placed {
    purchase_id: String,
    order: OrderStatus,
    total: i64,
    session_id: String,
}

/// Somebody who buys, and the shop's operator who looks after the order.
pub(super) struct Buyer<'a> {
    street: &'a Street,
    agent: &'a Agent,
    operator: OperatorApi,
    shop_id: String,
}

impl<'a> Buyer<'a> {
    pub(super) fn new(street: &'a Street) -> Result<Self> {
        let keys = street
            .keys
            .shops
            .get(SHOP)
            .context("the demo has no shops")?;
        let url = street.shop_url(SHOP).context("the demo has no shops")?;
        let key = SecretString::from(keys.operator.as_str());
        Ok(Self {
            street,
            agent: street.agent(),
            operator: OperatorApi::new(url, key)?,
            shop_id: keys.shop.clone(),
        })
    }

    /// Finds, reviews, orders and pays.
    pub(super) async fn order(&mut self, steps: &mut Steps) -> Result<Placed> {
        let hit = self.find(steps)?;
        let card = self.check_out(steps, &hit).await?;
        let placed = self.confirm(steps, &card).await?;
        self.check_consent(steps, &placed).await?;
        self.check_token(steps, &placed, &card).await?;
        self.check_webhook(steps, &placed).await?;
        Ok(placed)
    }

    fn find(&self, steps: &mut Steps) -> Result<Hit> {
        let mut query = understand(SENTENCE);
        let limit = Money::new(MinorUnits::new(PRICE_MAX), Currency::from_code("EUR")?);
        expect(
            "price limit",
            &Some(PriceLimit::of(limit)),
            &query.price_max,
        )?;
        expect("kind of product", &Some("shoe"), &query.category.as_deref())?;
        query.now = Some(Environment::system().now());
        steps.done(&format!(
            "sentence understood: \"{SENTENCE}\" asks for shoes up to {}",
            limit.display()
        ));
        let hits = self.street.index().search(&query, 8)?;
        for hit in &hits {
            let price = price_of(hit).context("a product without a price was found")?;
            require(
                "price of a product found",
                price <= PRICE_MAX,
                "at most 100.00 EUR",
                &price,
            )?;
        }
        let mine = hits
            .iter()
            .find(|hit| hit.seller == self.shop_id && hit.complete);
        let hit = mine
            .context("no running shoes were found in the running shop")?
            .clone();
        let title = hit.product.title.clone().unwrap_or_default();
        steps.done(&format!(
            "{} products found, all up to 100.00 EUR; first: {title}",
            hits.len()
        ));
        Ok(hit)
    }

    async fn check_out(&self, steps: &mut Steps, hit: &Hit) -> Result<OrderCard> {
        let choice = ItemChoice {
            product_id: hit.product_id.clone(),
            variant_id: hit.variant_id.clone(),
            quantity: 1,
        };
        let id = self
            .agent
            .start_purchase(OWNER, Language::Fr, &hit.seller, &[choice])
            .await
            .context("no checkout was opened")?;
        steps.done(&format!(
            "checkout created at {}: purchase {id}",
            hit.seller
        ));
        self.agent
            .set_address(OWNER, &id, destination())
            .await
            .context("address refused")?;
        let options = self.agent.delivery_options(OWNER, &id).await?;
        require(
            "delivery options",
            options.len() >= 2,
            "two or more",
            &options,
        )?;
        let (option, title, _) = options.get(1).context("no second delivery option")?;
        self.agent
            .choose_shipping(OWNER, &id, option)
            .await
            .context("delivery refused")?;
        steps.done(&format!(
            "address set, {} delivery options, {title} chosen",
            options.len()
        ));
        let card = self
            .agent
            .review(OWNER, &id)
            .await
            .context("no order card")?;
        check_sum(&card, price_of(hit))?;
        steps.done(&format!(
            "order card: {} rows add up to {}",
            card.summary.totals.len(),
            money(&card)
        ));
        Ok(card)
    }

    async fn confirm(&self, steps: &mut Steps, card: &OrderCard) -> Result<Placed> {
        let now = Environment::system().now();
        let confirmation = Confirmation {
            card_digest: card.digest(),
            changes_seen: true,
            card: Card::read("4242 4242 4242 4242", "12/32", "123", "Ada Martin", now)?,
            language: Language::Fr,
        };
        let id = &card.purchase_id;
        let pressed = self.agent.confirm(OWNER, id, confirmation).await?;
        expect("order button", &Confirmed::Started, &pressed)?;
        let settled = tokio::time::timeout(PATIENCE, self.agent.settled(OWNER, id))
            .await
            .context("the payment is not over after 20 s")??;
        require(
            "state of the purchase",
            settled.state == PurchaseState::Ordered,
            "Ordered",
            &(settled.state, settled.notice),
        )?;
        let order = settled
            .order
            .context("the purchase is ordered but has no order")?;
        steps.done(&format!(
            "completed: order {} is {}",
            order.number, order.status
        ));
        Ok(Placed {
            purchase_id: id.clone(),
            order,
            total: card.total(),
            session_id: card.summary.checkout_session_id.to_string(),
        })
    }

    async fn check_consent(&self, steps: &mut Steps, placed: &Placed) -> Result<()> {
        let records = self
            .street
            .agent_records(Collection::Consents, &placed.purchase_id)
            .await?;
        expect("consent receipts of the purchase", &1, &records.len())?;
        let record = records.first().context("no consent receipt")?;
        let receipt: SignedReceipt = serde_json::from_slice(&record.document)?;
        receipt
            .verify_seal(&self.agent.consent_public_key())
            .context("the seal of the consent receipt does not verify")?;
        expect(
            "limit of the consent",
            &placed.total,
            &receipt.receipt.token_limit.get(),
        )?;
        let hash = receipt.receipt.hash()?.to_hex();
        let short = hash.get(..16).unwrap_or(&hash);
        steps.done(&format!(
            "consent receipt sealed before paying: sha-256 {short}…, seal verified"
        ));
        Ok(())
    }

    async fn check_token(
        &self,
        steps: &mut Steps,
        placed: &Placed,
        card: &OrderCard,
    ) -> Result<()> {
        let records = self
            .street
            .psp_records(Collection::PaymentTokens, &placed.session_id)
            .await?;
        expect("payment tokens of the session", &1, &records.len())?;
        let record = records.first().context("no token")?;
        let document: Value = serde_json::from_slice(&record.document)?;
        let limit = |name: &str| {
            document
                .pointer(&format!("/token/allowance/{name}"))
                .cloned()
        };
        expect(
            "limit of the token",
            &Some(json!(placed.total)),
            &limit("max_amount"),
        )?;
        expect(
            "seller of the token",
            &Some(json!(card.merchant_id)),
            &limit("merchant_id"),
        )?;
        expect(
            "session of the token",
            &Some(json!(placed.session_id)),
            &limit("checkout_session_id"),
        )?;
        expect("state of the token", &"consumed", &record.state.as_str())?;
        let entries = self.street.issuer_ledger(&placed.session_id).await?;
        expect("charges at the simulated issuer", &1, &entries.len())?;
        let entry = entries.first().context("no charge")?;
        expect("amount charged", &placed.total, &entry.amount)?;
        expect("captures", &1, &entry.captures)?;
        steps.done(&format!(
            "token limited to {} and {}, used once; one charge in the issuer's ledger",
            money(card),
            card.merchant_id
        ));
        Ok(())
    }

    async fn check_webhook(&self, steps: &mut Steps, placed: &Placed) -> Result<()> {
        let order = self
            .wait(placed, "a verified webhook", |order| {
                order.revision.is_some()
            })
            .await?;
        let revision = order.revision.unwrap_or_default();
        steps.done(&format!(
            "webhook received and its signature verified: revision {revision}"
        ));
        Ok(())
    }

    /// The operator ships; the buyer sees the parcel.
    pub(super) async fn ship(&self, steps: &mut Steps, placed: &Placed) -> Result<()> {
        let body = json!({ "carrier": "Simulated Post", "tracking_number": TRACKING });
        let shipped = self.operator.act(&placed.order.id, "ship", &body).await?;
        expect(
            "status at the shop",
            &Some("shipped"),
            &shipped.get("status").and_then(Value::as_str),
        )?;
        steps.done(&format!(
            "order {} shipped by the operator",
            placed.order.number
        ));
        let order = self
            .wait(placed, "the tracking number", |order| {
                order.tracking.iter().any(|number| number == TRACKING)
            })
            .await?;
        steps.done(&format!(
            "agent shows {} with tracking number {TRACKING}",
            order.status
        ));
        Ok(())
    }

    /// The operator refunds everything; buyer and issuer see the same amount.
    pub(super) async fn refund(&self, steps: &mut Steps, placed: &Placed) -> Result<()> {
        let body = json!({ "reason": "changed_mind" });
        self.operator.act(&placed.order.id, "refund", &body).await?;
        steps.done(&format!(
            "order {} refunded by the operator",
            placed.order.number
        ));
        let total = placed.total;
        self.wait(placed, "the refund", |order| order.refunded == total)
            .await?;
        steps.done(&format!("agent shows {total} minor units refunded"));
        let entries = self.street.issuer_ledger(&placed.session_id).await?;
        expect("charges at the simulated issuer", &1, &entries.len())?;
        let refunded = entries.first().map(|entry| entry.amount_refunded);
        expect("refund at the simulated issuer", &Some(total), &refunded)?;
        steps.done(&format!(
            "issuer's ledger: one charge of {total}, refunded {total}"
        ));
        Ok(())
    }

    /// Looks at the order until it shows what is waited for.
    async fn wait(
        &self,
        placed: &Placed,
        what: &str,
        shown: impl Fn(&OrderStatus) -> bool,
    ) -> Result<OrderStatus> {
        let look = async {
            loop {
                let status = self
                    .agent
                    .purchase_status(OWNER, &placed.purchase_id)
                    .await?;
                match status.order {
                    Some(order) if shown(&order) => return anyhow::Ok(order),
                    _ => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, look).await;
        found.with_context(|| format!("{what} did not reach the agent within 20 s"))?
    }
}

/// Adds the rows up again: lines and delivery and tax must be the total, and the price the one shown.
fn check_sum(card: &OrderCard, shown: Option<i64>) -> Result<()> {
    let sum = card
        .summary
        .totals
        .iter()
        .try_fold(0_i64, |sum, row| sum.checked_add(row.amount.get()))
        .context("the rows of the order card overflow")?;
    expect("sum of the order card", &card.total(), &sum)?;
    expect(
        "price on the order card",
        &shown,
        &card.lines.first().and_then(|line| line.unit_amount),
    )
}

fn price_of(hit: &Hit) -> Option<i64> {
    Some(hit.variant()?.price.as_ref()?.amount.get())
}

fn money(card: &OrderCard) -> String {
    Money::new(MinorUnits::new(card.total()), card.currency()).display()
}

fn destination() -> Destination {
    Destination {
        name: "Ada Martin".to_owned(),
        line_one: "1 rue de la Paix".to_owned(),
        line_two: String::new(),
        city: "Lyon".to_owned(),
        state: String::new(),
        country: "FR".to_owned(),
        postal_code: "69001".to_owned(),
        email: "ada@example.com".to_owned(),
        phone: String::new(),
        notes: String::new(),
    }
}
