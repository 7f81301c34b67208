//! The calls of carts, as a well-behaved agent makes them.

use std::{collections::BTreeMap, sync::Arc};

use http::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::super::{
    discovery::Discovery,
    documents::{self, with},
    seller::{Seller, Session, repeated},
};
use crate::{Answer, Case, Check, Lane, Outcome, Request, Stop, Topic};

/// The seller under test, whose carts are looked at.
#[derive(Debug, Clone)]
pub(super) struct Carts {
    pub(super) seller: Seller,
}

/// A cart as the seller answered it.
#[derive(Debug, Clone)]
pub(super) struct Cart {
    pub(super) id: String,
    pub(super) json: Value,
    pub(super) answer: Answer,
}

/// Whether the seller of this run has carts; asked once.
#[derive(Debug, Default)]
struct Offer(OnceCell<Outcome>);

/// A check of this lane, which begins with a seller that has carts.
pub(super) fn row<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Carts) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    let run = Arc::new(run);
    Check::new(Lane::Carts, topic, name, title, move |case| {
        let run = Arc::clone(&run);
        async move { run(Carts::of(&case).await?).await }
    })
}

impl Carts {
    /// The seller of this case; not applicable when it does not offer carts.
    pub(super) async fn of(case: &Arc<Case>) -> Outcome<Self> {
        let seller = Seller::of(case)?;
        let carts = Self { seller };
        let offer = case.shared::<Offer>();
        offer.0.get_or_init(|| carts.offered()).await.clone()?;
        Ok(carts)
    }

    /// A seller offers carts when the configuration says so, when its discovery document lists them,
    /// or when `POST /carts` simply works.
    async fn offered(&self) -> Outcome {
        if self.seller.target().offers("carts") || self.listed().await? == Some(true) {
            return Ok(());
        }
        let request = self.create_request(&self.body()?)?;
        let answer = self.seller.send(request).await?;
        if answer.is_success() {
            return Ok(());
        }
        Err(Stop::NotApplicable(format!(
            "not offered: carts is not in capabilities.services, and POST /carts answers {}",
            answer.status
        )))
    }

    /// Whether the discovery document lists carts; `None` without a document.
    pub(super) async fn listed(&self) -> Outcome<Option<bool>> {
        let discovery = Discovery::of(&self.seller.shared_case())?;
        let answer = discovery.fetch().await?;
        if answer.status != 200 {
            return Ok(None);
        }
        let services = answer.pointer("/capabilities/services");
        let services = services.and_then(Value::as_array);
        Ok(services.map(|all| all.iter().any(|one| one == "carts")))
    }

    pub(super) fn case(&self) -> &Case {
        self.seller.case()
    }

    /// A body with one unit of the first item.
    pub(super) fn body(&self) -> Outcome<Value> {
        Ok(self.body_of(&[(self.seller.item()?, 1)]))
    }

    /// A body with so many units of each item.
    pub(super) fn body_of(&self, lines: &[(&str, u32)]) -> Value {
        json!({ "line_items": self.seller.dialect().lines(lines) })
    }

    /// The same with the configured buyer.
    pub(super) fn body_with_buyer(&self) -> Outcome<Value> {
        let buyer = json!(self.seller.target().buyer);
        Ok(with(self.body()?, "/buyer", buyer))
    }

    pub(super) fn create_request(&self, body: &Value) -> Outcome<Request> {
        self.seller.post_request("/carts", body)
    }

    /// A PUT; it carries a key, which agents must send and sellers need not demand.
    pub(super) fn replace_request(&self, id: &str, body: &Value) -> Outcome<Request> {
        let request = self.seller.post_request(cart_path(id, ""), body)?;
        Ok(Request {
            method: Method::PUT,
            ..request
        })
    }

    /// A cancellation without a body.
    pub(super) fn cancel_request(&self, id: &str) -> Outcome<Request> {
        let request = self
            .seller
            .post_request(cart_path(id, "/cancel"), &Value::Null)?;
        Ok(Request {
            body: None,
            ..request.without("Content-Type")
        })
    }

    pub(super) async fn send(&self, request: Request) -> Outcome<Answer> {
        self.seller.send(request).await
    }

    pub(super) async fn create(&self, body: &Value) -> Outcome<Answer> {
        self.send(self.create_request(body)?).await
    }

    pub(super) async fn get(&self, id: &str) -> Outcome<Answer> {
        self.send(self.seller.get_request(cart_path(id, ""))?).await
    }

    pub(super) async fn replace(&self, id: &str, body: &Value) -> Outcome<Answer> {
        self.send(self.replace_request(id, body)?).await
    }

    pub(super) async fn cancel(&self, id: &str) -> Outcome<Answer> {
        self.send(self.cancel_request(id)?).await
    }

    /// The cart of an answer with this status; a violated MUST when there is none.
    pub(super) fn cart(&self, answer: &Answer, status: u16) -> Outcome<Cart> {
        self.case().status(answer, &[status])?;
        let json = self.case().json(answer)?.clone();
        let id = json.get("id").and_then(Value::as_str).unwrap_or_default();
        self.case().must(
            !id.is_empty() && json.get("line_items").is_some_and(Value::is_array),
            answer,
            "the answer is a cart with id and line_items",
            || self.case().excerpt(answer),
        )?;
        Ok(Cart {
            id: id.to_owned(),
            json,
            answer: answer.clone(),
        })
    }

    /// A new cart with one unit of the first item.
    pub(super) async fn new_cart(&self) -> Outcome<Cart> {
        let answer = self.create(&self.body()?).await?;
        self.cart(&answer, 201)
    }

    /// A new cart with so many units. Schema and examples disagree about quantities: where the
    /// seller refuses one, the id is repeated instead.
    pub(super) async fn new_cart_of(&self, lines: &[(&str, u32)]) -> Outcome<Cart> {
        let mut answer = self.create(&self.body_of(lines)).await?;
        if answer.status == 400 {
            answer = self
                .create(&json!({ "line_items": repeated(lines) }))
                .await?;
        }
        self.cart(&answer, 201)
    }

    /// The cart after its lines were replaced by so many units.
    pub(super) async fn replaced_by(&self, id: &str, lines: &[(&str, u32)]) -> Outcome<Cart> {
        let mut answer = self.replace(id, &self.body_of(lines)).await?;
        if answer.status == 400 {
            answer = self
                .replace(id, &json!({ "line_items": repeated(lines) }))
                .await?;
        }
        self.cart(&answer, 200)
    }

    /// The cart as GET shows it.
    pub(super) async fn read(&self, id: &str) -> Outcome<Cart> {
        let answer = self.get(id).await?;
        self.cart(&answer, 200)
    }

    /// A cart that was canceled, as the cancellation answered it.
    pub(super) async fn canceled(&self) -> Outcome<Cart> {
        let cart = self.new_cart().await?;
        let answer = self.cancel(&cart.id).await?;
        self.cart(&answer, 200)
    }

    /// An id that was never issued, in the form of those that are.
    pub(super) async fn unknown_id(&self) -> Outcome<String> {
        let real = self.new_cart().await?.id;
        let random = self.case().fresh_key()?.replace('-', "");
        let mut random = random.chars().cycle();
        let tail = real.chars().count().saturating_sub(8);
        let other = real.chars().enumerate().map(|(place, char)| {
            if place < tail || !char.is_ascii_alphanumeric() {
                return char;
            }
            if char.is_ascii_digit() {
                random.find(char::is_ascii_digit).unwrap_or('0')
            } else {
                random.next().unwrap_or('f')
            }
        });
        let other: String = other.collect();
        Ok(if other == real {
            format!("{real}f")
        } else {
            other
        })
    }

    /// The cart is as it was: same lines, units, currency and totals.
    pub(super) async fn unchanged(&self, before: &Cart, what: &str) -> Outcome {
        let after = self.read(&before.id).await?;
        self.same_state(before, &after, &format!("{what} changes nothing"))
    }

    /// Two readings of one cart agree in everything but the times that each may compute anew.
    pub(super) fn same_state(&self, before: &Cart, after: &Cart, rule: &str) -> Outcome {
        let members = ["id", "line_items", "buyer", "currency", "totals"];
        let differing: Vec<_> = members
            .into_iter()
            .filter(|member| before.json.get(member) != after.json.get(member))
            .collect();
        self.case()
            .must(differing.is_empty(), &after.answer, rule, || {
                format!(
                    "differs from exchange {} in {}",
                    before.answer.exchange,
                    differing.join(", ")
                )
            })
    }
}

impl Cart {
    pub(super) fn lines(&self) -> &[Value] {
        self.list("line_items")
    }

    pub(super) fn messages(&self) -> &[Value] {
        self.list("messages")
    }

    pub(super) fn list(&self, member: &str) -> &[Value] {
        documents::list(&self.json, member)
    }

    /// Units by item id, over all lines.
    pub(super) fn units(&self) -> BTreeMap<String, u64> {
        let mut units = BTreeMap::new();
        for line in self.lines() {
            if let (Some(id), quantity) = Session::item_of(line) {
                let sum: &mut u64 = units.entry(id.to_owned()).or_default();
                *sum = sum.saturating_add(quantity.unwrap_or(1));
            }
        }
        units
    }
}

/// The path of a cart, with an action such as `/cancel`.
pub(super) fn cart_path(id: &str, action: &str) -> String {
    format!("/carts/{id}{action}")
}
