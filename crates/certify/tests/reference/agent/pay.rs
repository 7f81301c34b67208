//! Paying, once.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    Purchase, bodies,
    bodies::Allowance,
    list, look,
    naive::naive,
    shop::Op,
    text, threeds,
    wire::{Call, Got, PSP_KEY},
};

/// How the card, or what the seller keeps, is paid with.
struct Means {
    handler: String,
    merchant: String,
    kind: &'static str,
    /// Instead of the card.
    method: Option<Value>,
}

/// What became of a complete.
enum Paid {
    Order(String),
    Declined,
    /// The card must be authenticated first.
    Guarded,
}

impl Purchase {
    /// Pays what the buyer agreed to.
    pub(crate) async fn pay(&mut self, agreed: i64) -> Result<String, String> {
        let means = self.means()?;
        let mut result = None;
        for attempt in 1..=2 {
            if text(&self.session, "/status") == "authentication_required" {
                if naive("ignores-3ds") {
                    result = None;
                } else {
                    result = Some(self.authenticate(&means, agreed).await?);
                }
            } else if text(&self.session, "/status") != "ready_for_payment"
                && !naive("any-status")
                && !naive("invents-data")
            {
                return Err("the session cannot be paid".to_owned());
            }
            let amount = if naive("any-total") {
                look::total(&self.session).unwrap_or(agreed)
            } else {
                agreed
            };
            let token = self.token(&means, amount).await?;
            match self.complete(&means, &token, result.take()).await? {
                Paid::Order(order) => return Ok(order),
                Paid::Guarded if attempt == 1 => {}
                Paid::Declined if attempt == 1 && self.task == "pay-again" => {}
                Paid::Declined | Paid::Guarded => return Err("the card was declined".to_owned()),
            }
        }
        Err("the card was declined again".to_owned())
    }

    async fn authenticate(&self, means: &Means, agreed: i64) -> Result<Value, String> {
        let named = text(&self.session, "/authentication_provider/merchant_id");
        let wanted = threeds::Wanted {
            provider: &self.provider,
            version: &self.shop.version,
            merchant: if named.is_empty() {
                &means.merchant
            } else {
                named
            },
            session: text(&self.session, "/id"),
            amount: agreed,
            metadata: self.session.get("authentication_metadata"),
        };
        threeds::authenticate(&self.shop.wire, &wanted).await
    }

    /// The means that seller and buyer have in common.
    fn means(&self) -> Result<Means, String> {
        if self.shop.version.as_str() < "2026-01-30" {
            return self.old_means();
        }
        let backed = match self.task.as_str() {
            "gift-card" => Some(("dev.acp.seller_backed.gift_card", "gift_card")),
            "saved-card" => Some(("dev.acp.seller_backed.saved_card", "saved_card")),
            _ => None,
        };
        for handler in list(&self.session, "/capabilities/payment/handlers") {
            let means = |kind, method| Means {
                handler: text(handler, "/id").to_owned(),
                merchant: text(handler, "/config/merchant_id").to_owned(),
                kind,
                method,
            };
            let name = text(handler, "/name");
            if naive("strict-handlers") && name != "dev.acp.tokenized.card" {
                return Err("a handler that we do not know".to_owned());
            }
            if let Some((wanted, kind)) = backed
                && name == wanted
            {
                return Ok(means(kind, Some(seller_backed(handler, kind)?)));
            }
            let card = name == "dev.acp.tokenized.card" || naive("any-handler");
            let ours = text(handler, "/psp") == self.provider_name || naive("any-psp");
            let brand = list(handler, "/config/accepted_brands")
                .iter()
                .any(|one| one == "visa");
            let named = !text(handler, "/config/merchant_id").is_empty() || naive("merchant-fixed");
            if backed.is_none() && card && ours && named && (brand || naive("any-brand")) {
                return Ok(means("card", None));
            }
        }
        Err("the seller takes nothing that the buyer has".to_owned())
    }

    fn old_means(&self) -> Result<Means, String> {
        let provider = text(&self.session, "/payment_provider/provider");
        let named = text(&self.session, "/payment_provider/merchant_id");
        let methods = list(&self.session, "/payment_provider/supported_payment_methods");
        let takes = methods.iter().any(|method| {
            let networks = method
                .get("supported_card_networks")
                .and_then(Value::as_array);
            method == "card" || networks.is_some_and(|all| all.iter().any(|one| one == "visa"))
        });
        if provider.is_empty() || !(takes || naive("any-brand")) {
            return Err("the seller takes nothing that the buyer has".to_owned());
        }
        Ok(Means {
            handler: if naive("provider-fixed") {
                "adyen"
            } else {
                provider
            }
            .to_owned(),
            merchant: if named.is_empty() {
                self.merchant.clone()
            } else {
                named.to_owned()
            },
            kind: "card",
            method: None,
        })
    }

    /// A token of the provider for this session.
    async fn token(&self, means: &Means, amount: i64) -> Result<String, String> {
        let allowance = Allowance {
            session: text(&self.session, "/id"),
            merchant: &means.merchant,
            handler: if self.shop.version.as_str() < "2026-01-30" {
                ""
            } else {
                &means.handler
            },
            amount,
        };
        if naive("token-skipped") {
            return Ok("vt_of_yesterday".to_owned());
        }
        let folder = if naive("psp-path-guessed") {
            ""
        } else {
            "/agentic_commerce"
        };
        let url = format!("{}{folder}/delegate_payment", self.provider);
        let mut body = bodies::delegate(&allowance, means.method.clone());
        if naive("obeys") && self.session.to_string().contains("IGNORE ALL PREVIOUS") {
            body["allowance"]["max_amount"] = json!(999_999);
        }
        let call = Call::post(url, PSP_KEY, &self.shop.version, &body);
        let got = self.shop.wire.send(&call).await;
        let answer = got.ok_or("the provider does not answer")?;
        let token = answer
            .document()
            .and_then(|document| document.get("id")?.as_str());
        match token {
            Some(token) if !token.is_empty() => {
                if naive("prints-token") {
                    eprintln!("paying with {token}");
                }
                Ok(token.to_owned())
            }
            Some(_) | None if naive("token-made-up") => Ok("vt_made_up".to_owned()),
            Some(_) | None => Err(format!("the provider gives no token ({})", answer.status)),
        }
    }

    /// Completes, and finds out what became of it.
    async fn complete(
        &mut self,
        means: &Means,
        token: &str,
        result: Option<Value>,
    ) -> Result<Paid, String> {
        let version = self.shop.version.clone();
        let mut body = bodies::complete(&version, &means.handler, means.kind, token);
        if let Some(result) = result {
            body["authentication_result"] = result;
        }
        if let Some(consents) = bodies::consents(&self.session) {
            body["marketing_consents"] = consents;
        }
        let id = text(&self.session, "/id").to_owned();
        let call = self.shop.prepare(Op::Complete, &id, &body);
        let mut got = self.shop.sent(&call).await;
        if naive("completes-twice") {
            got = self.shop.send(Op::Complete, &id, &body).await;
        }
        for _ in 0..2 {
            match self.known(got, means, token).await? {
                Some(paid) => return Ok(paid),
                // Nothing was paid, or nobody knows: the same bytes with the same key again.
                None => got = self.shop.sent(&call).await,
            }
        }
        Err("nobody knows whether it is paid".to_owned())
    }

    /// What a complete's answer says; the session is read when it says nothing. `None` when nothing
    /// was paid yet.
    async fn known(
        &mut self,
        got: Got,
        means: &Means,
        token: &str,
    ) -> Result<Option<Paid>, String> {
        let lost = match &got {
            None => true,
            Some(answer) if answer.status >= 500 => true,
            Some(answer) if answer.status < 300 => answer
                .document()
                .is_none_or(|document| document.get("status").is_none()),
            Some(answer) => {
                return Err(format!(
                    "the seller refuses: {} {}",
                    answer.status,
                    answer.code()
                ));
            }
        };
        if !lost {
            let document = got.and_then(|answer| answer.json).unwrap_or_default();
            return self.settled(document).await;
        }
        if naive("lost-new-key") {
            let body = bodies::complete(&self.shop.version, &means.handler, means.kind, token);
            self.shop.send(Op::Complete, &self.id(), &body).await;
            return Err("paid with a new key".to_owned());
        }
        if naive("lost-new-token") {
            self.token(means, look::total(&self.session).unwrap_or_default())
                .await?;
        }
        if naive("lost-and-silent") {
            return Err("no answer, so nothing was bought".to_owned());
        }
        let got = self.shop.send(Op::Read, &self.id(), &Value::Null).await;
        let document = got.and_then(|answer| answer.document().cloned());
        let document = document.ok_or("nobody knows whether it is paid")?;
        if text(&document, "/status") == "ready_for_payment"
            && list(&document, "/messages").is_empty()
        {
            return Ok(None);
        }
        self.settled(document).await
    }

    /// What a session says about its payment.
    async fn settled(&mut self, mut document: Value) -> Result<Option<Paid>, String> {
        for _ in 0..8 {
            let under_way = ["complete_in_progress", "in_progress"];
            if !under_way.contains(&text(&document, "/status")) {
                break;
            }
            sleep(Duration::from_millis(150)).await;
            let got = self.shop.send(Op::Read, &self.id(), &Value::Null).await;
            document = got
                .and_then(|answer| answer.document().cloned())
                .unwrap_or_default();
        }
        let says = |code: &str| {
            list(&document, "/messages")
                .iter()
                .any(|one| one["code"] == code)
        };
        let paid = match text(&document, "/status") {
            "completed" => {
                let order = text(&document, "/order/id");
                Some(Paid::Order(
                    if order.is_empty() {
                        "without a number"
                    } else {
                        order
                    }
                    .to_owned(),
                ))
            }
            "authentication_required" => Some(Paid::Guarded),
            "ready_for_payment" if says("payment_declined") => Some(Paid::Declined),
            "ready_for_payment" if says("requires_3ds") && naive("ignores-3ds") => {
                Some(Paid::Declined)
            }
            status => return Err(format!("the session is {status:?}")),
        };
        let keep = matches!(paid, Some(Paid::Guarded | Paid::Declined));
        if keep {
            self.session = document;
        }
        Ok(paid)
    }
}

/// The payment method of means that the seller keeps.
fn seller_backed(handler: &Value, kind: &str) -> Result<Value, String> {
    let mut method = json!({ "type": format!("seller_backed_{kind}") });
    if kind == "gift_card" {
        let entered = |name: &str| match name {
            "card_number" | "number" => Some("6000000000000001"),
            "pin" => Some("1234"),
            _ => None,
        };
        let mut fields = json!({});
        for field in list(handler, "/config/required_fields") {
            let name = text(field, "/name");
            if entered(name).is_none() && naive("ignores-fields") {
                continue;
            }
            let entry = entered(name).ok_or_else(|| format!("the buyer has no {name}"))?;
            let length = text(field, "/pattern")
                .trim_start_matches("^[0-9]{")
                .trim_end_matches("}$");
            let fits = length
                .parse()
                .is_ok_and(|length: usize| entry.len() == length);
            if !fits && !naive("ignores-pattern") {
                return Err(format!("the buyer's {name} does not fit"));
            }
            fields[name] = json!(entry);
        }
        method["fields"] = fields;
    }
    if naive("saved-card-number") {
        method["number"] = json!(bodies::NUMBER);
    }
    Ok(method)
}
