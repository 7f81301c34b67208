//! What a token may pay: seen through a completion at a seller.

use std::{sync::Arc, time::Duration};

use futures_util::future::join;
use serde_json::{Value, json};

use super::{Psp, body, check};
use crate::{
    Answer, Case, Check, Outcome, Payment, PspTarget, SpecVersion, Stop, Topic,
    lanes::seller::{Seller, Session},
};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = allowances();
    checks.extend(uses());
    checks
}

/// A charge that the allowance does not permit.
fn refused(
    topic: Topic,
    name: &'static str,
    title: &'static str,
    ids: &'static [&'static str],
    change: Change,
) -> Check {
    check(topic, name, title, move |case| async move {
        refuses(case, change, title).await
    })
    .proves(ids)
    .advice("judge every charge against the token's allowance before it is made")
}

fn allowances() -> Vec<Check> {
    vec![
        check(
            Topic::Arithmetic,
            "charge-of-max-amount",
            "a token pays exactly its max_amount",
            exact,
        )
        .proves(&[
            "delegate-payment.allowance.max-amount",
            // In test mode, with a test card.
            "handlers.delegation.test-mode",
        ]),
        refused(
            Topic::Arithmetic,
            "charge-above-max-amount",
            "a token does not pay one minor unit more than its max_amount",
            &[
                "delegate-payment.allowance.max-amount",
                "handlers.delegation.allowance-enforced",
            ],
            Change::Amount,
        ),
        refused(
            Topic::Arithmetic,
            "charge-in-other-currency",
            "a token does not pay in another currency than that of its allowance",
            &[
                "delegate-payment.allowance.currency",
                "handlers.delegation.allowance-enforced",
            ],
            Change::Currency,
        ),
        refused(
            Topic::Auth,
            "charge-for-other-session",
            "a token does not pay another checkout session",
            &[
                "delegate-payment.allowance.session",
                "handlers.delegation.session-enforced",
            ],
            Change::Session,
        ),
        refused(
            Topic::Auth,
            "charge-by-other-merchant",
            "a token does not pay another merchant",
            &[
                "delegate-payment.allowance.merchant",
                "handlers.delegation.scoped-to-merchant",
            ],
            Change::Merchant,
        ),
    ]
}

fn uses() -> Vec<Check> {
    vec![
        check(
            Topic::Expiry,
            "charge-after-end",
            "a token does not pay from the instant of expires_at on",
            expired,
        )
        .proves(&[
            "delegate-payment.allowance.expiry",
            "handlers.delegation.allowance-enforced",
        ]),
        check(
            Topic::Expiry,
            "charge-twice",
            "a token of reason one_time pays once",
            once,
        )
        .proves(&[
            "delegate-payment.allowance.one-time",
            "handlers.delegation.single-use",
        ]),
        check(
            Topic::Concurrency,
            "charge-race",
            "a token pays once, also when two charges race",
            race,
        )
        .proves(&[
            "delegate-payment.allowance.one-time",
            "handlers.delegation.single-use",
        ]),
        check(
            Topic::Auth,
            "charge-with-unknown-token",
            "a made-up token pays nothing",
            unknown,
        ),
    ]
}

/// What the allowance says instead of what the session asks.
#[derive(Debug, Clone, Copy)]
enum Change {
    Amount,
    Currency,
    Session,
    Merchant,
}

/// The provider and a seller that charges at it.
struct Rails {
    psp: Psp,
    seller: Seller,
    merchant_id: Option<String>,
}

impl Rails {
    /// Not tested without a seller in test mode whose tokens come from this provider.
    fn of(case: &Arc<Case>) -> Outcome<Self> {
        let psp = Psp::of(case)?;
        let missing = || {
            Stop::NotTested(
                "what a token may pay shows only at a seller: set [seller] with test_mode = true and payment how = \"delegate\"".to_owned(),
            )
        };
        let seller = Seller::of(case).map_err(|_| missing())?;
        seller.confirm_test_mode()?;
        let Some(Payment::Delegate {
            url,
            key,
            merchant_id,
            card,
            ..
        }) = seller.target().payment.clone()
        else {
            return Err(missing());
        };
        if url != psp.target().url {
            return Err(Stop::NotTested(
                "the seller charges at another provider: seller.payment.url is not psp.url"
                    .to_owned(),
            ));
        }
        let mut target: PspTarget = psp.target().clone();
        target.key = key;
        // Made-up numbers can be tokenised, but only the seller's test card is sure to be approved.
        target.made_up_cards = false;
        target.cards.retain(|name, _| name.starts_with("approved"));
        if target.cards.is_empty() {
            target.cards.insert("approved".to_owned(), card);
        }
        Ok(Self {
            psp: Psp::with(case, target),
            seller,
            merchant_id,
        })
    }

    /// A body for exactly this session.
    fn body(&self, session: &Session) -> Outcome<Value> {
        let total = session.total("total").ok_or_else(|| {
            Stop::NotTested("the session has no total to limit a token to".to_owned())
        })?;
        let merchant = self.merchant_id.as_deref().or(session.merchant_id());
        let merchant = merchant.unwrap_or(&self.psp.target().merchant_id);
        let mut body = self.psp.body()?;
        body::set(&mut body, "/allowance/max_amount", json!(total));
        body::set(
            &mut body,
            "/allowance/currency",
            json!(session.currency().to_lowercase()),
        );
        body::set(
            &mut body,
            "/allowance/checkout_session_id",
            json!(session.id),
        );
        body::set(&mut body, "/allowance/merchant_id", json!(merchant));
        Ok(body)
    }

    /// A session that can be paid. What keeps the seller from one is not the provider's fault.
    async fn ready_session(&self) -> Outcome<Session> {
        self.seller
            .ready_session()
            .await
            .map_err(|stop| match stop {
                Stop::Found(finding) => Stop::NotTested(format!(
                    "the seller opens no session that can be paid: {}",
                    finding.found
                )),
                Stop::NotApplicable(_) | Stop::NotTested(_) => stop,
            })
    }

    async fn token(&self, body: &Value) -> Outcome<String> {
        let answer = self.psp.delegate(body).await?;
        self.psp.token(&answer)
    }

    async fn complete(&self, session: &Session, token: &str) -> Outcome<Answer> {
        let body = self.seller.complete_body(session, token);
        self.seller.complete(&session.id, &body).await
    }

    /// Whether the session is paid, after whatever the completion answered.
    async fn is_paid(&self, session: &Session) -> Outcome<bool> {
        let answer = self.seller.get(&session.id).await?;
        Ok(self.seller.session(&answer)?.status() == "completed")
    }

    async fn must_stay_unpaid(&self, session: &Session, answer: &Answer, rule: &str) -> Outcome {
        let paid = self.is_paid(session).await?;
        self.psp.case().must(!paid, answer, rule, || {
            format!(
                "the session is completed; complete answered {}",
                answer.status
            )
        })
    }

    /// A ready session and a token that pays it, proven by paying another one alike.
    async fn must_pay(&self, session: &Session, token: &str) -> Outcome {
        let answer = self.complete(session, token).await?;
        if self.is_paid(session).await? {
            return Ok(());
        }
        Err(Stop::NotTested(format!(
            "the seller does not complete with a good token either ({}: {})",
            answer.status,
            self.psp.case().excerpt(&answer)
        )))
    }
}

async fn exact(case: Arc<Case>) -> Outcome {
    let rails = Rails::of(&case)?;
    let session = rails.ready_session().await?;
    let token = rails.token(&rails.body(&session)?).await?;
    let answer = rails.complete(&session, &token).await?;
    let paid = rails.is_paid(&session).await?;
    case.must(paid, &answer, "a token pays its max_amount", || {
        format!("{}: {}", answer.status, case.excerpt(&answer))
    })
}

async fn refuses(case: Arc<Case>, change: Change, rule: &str) -> Outcome {
    let rails = Rails::of(&case)?;
    let session = rails.ready_session().await?;
    let good = rails.body(&session)?;
    let mut body = good.clone();
    match change {
        Change::Amount => {
            let total = session.total("total").unwrap_or_default();
            body::set(
                &mut body,
                "/allowance/max_amount",
                json!(total.saturating_sub(1)),
            );
        }
        Change::Currency => {
            let other = if session.currency().eq_ignore_ascii_case("chf") {
                "sek"
            } else {
                "chf"
            };
            body::set(&mut body, "/allowance/currency", json!(other));
        }
        Change::Session => {
            let other = rails.ready_session().await?;
            body::set(&mut body, "/allowance/checkout_session_id", json!(other.id));
        }
        Change::Merchant => {
            let other = rails
                .psp
                .target()
                .other_merchant_id
                .clone()
                .ok_or_else(|| {
                    Stop::NotTested(
                        "another merchant is needed: set psp.other_merchant_id in certify.toml"
                            .to_owned(),
                    )
                })?;
            body::set(&mut body, "/allowance/merchant_id", json!(other));
        }
    }
    let token = rails.token(&body).await?;
    let answer = rails.complete(&session, &token).await?;
    rails.must_stay_unpaid(&session, &answer, rule).await?;
    // The refusal was about the allowance: the same session is paid by the right token.
    rails.must_pay(&session, &rails.token(&good).await?).await
}

async fn expired(case: Arc<Case>) -> Outcome {
    let rails = Rails::of(&case)?;
    let session = rails.ready_session().await?;
    let good = rails.body(&session)?;
    let mut body = good.clone();
    body::set(
        &mut body,
        "/allowance/expires_at",
        json!(body::time_from_now(3)?),
    );
    let token = rails.token(&body).await?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let answer = rails.complete(&session, &token).await?;
    rails
        .must_stay_unpaid(&session, &answer, "an expired token pays nothing")
        .await?;
    rails.must_pay(&session, &rails.token(&good).await?).await
}

async fn once(case: Arc<Case>) -> Outcome {
    let rails = Rails::of(&case)?;
    let (first, second) = (rails.ready_session().await?, rails.ready_session().await?);
    let token = rails.token(&rails.body(&first)?).await?;
    rails.must_pay(&first, &token).await?;
    let answer = rails.complete(&second, &token).await?;
    rails
        .must_stay_unpaid(&second, &answer, "a token that has paid pays nothing more")
        .await
}

async fn race(case: Arc<Case>) -> Outcome {
    let rails = Rails::of(&case)?;
    let (first, second) = (rails.ready_session().await?, rails.ready_session().await?);
    let token = rails.token(&rails.body(&first)?).await?;
    let (one, two) = join(
        rails.complete(&first, &token),
        rails.complete(&second, &token),
    )
    .await;
    let (one, two) = (one?, two?);
    let both = rails.is_paid(&first).await? && rails.is_paid(&second).await?;
    case.must(!both, &two, "a token pays once", || {
        format!(
            "both sessions are completed; the completions answered {} and {}",
            one.status, two.status
        )
    })
}

async fn unknown(case: Arc<Case>) -> Outcome {
    let rails = Rails::of(&case)?;
    let session = rails.ready_session().await?;
    let made_up = format!("vt_{}", case.fresh_key()?.replace('-', ""));
    let answer = rails.complete(&session, &made_up).await?;
    rails
        .must_stay_unpaid(
            &session,
            &answer,
            "a token that was never made pays nothing",
        )
        .await
}
