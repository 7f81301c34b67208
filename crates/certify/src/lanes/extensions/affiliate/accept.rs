//! Good claims are taken, whatever they name, and make no difference to the purchase.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            documents::{with, without},
            seller::{Seller, Session},
        },
        offered::{self, is_offered, mark},
    },
    Call, FEATURE, SINCE, check, claim, claiming, complete, complete_body, completed, create,
    create_body, full_claim,
};
use crate::{Check, Outcome, Stop, Topic};

/// A kind of good claim.
#[derive(Clone, Copy)]
struct Good {
    name: &'static str,
    words: &'static str,
    make: fn(&Seller, Call) -> Outcome<Value>,
    /// Whether taking it is advice only.
    advised: bool,
    proves: &'static [&'static str],
}

const GOOD: [Good; 7] = [
    Good {
        name: "token-and-publisher",
        words: "a token and a publisher_id",
        make: claim,
        advised: false,
        proves: &[],
    },
    Good {
        name: "whole",
        words: "every known member",
        make: full_claim,
        advised: false,
        proves: &[],
    },
    Good {
        name: "token-alone",
        words: "a token and no publisher_id",
        make: token_alone,
        advised: false,
        proves: &[],
    },
    Good {
        name: "publisher-alone",
        words: "a publisher_id and no token",
        make: publisher_alone,
        advised: false,
        proves: &[],
    },
    Good {
        name: "fractions",
        words: "a number in metadata that is not whole",
        make: fractions,
        advised: false,
        proves: &[],
    },
    Good {
        name: "unknown-provider",
        words: "a provider that nobody knows",
        make: unknown_provider,
        advised: false,
        proves: &["affiliate.validate.unknown-provider-ok"],
    },
    Good {
        name: "unknown-member",
        words: "a member that nobody knows",
        make: unknown_member,
        advised: true,
        proves: &["affiliate.validate.unknown-fields-ok"],
    },
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        check(
            Topic::Lifecycle,
            "optional",
            "checkout works the same with and without affiliate_attribution",
            optional,
        )
        .proves(&["affiliate.accept.optional"])
        .advice("do not let attribution change status, lines or totals, and do not demand it"),
        offered::check(
            Topic::Lifecycle,
            "affiliate-unsupported",
            "a server without affiliate attribution passes over the field and goes on",
            unsupported,
        )
        .versions(SINCE)
        .proves(&["affiliate.validate.unsupported-ignored"])
        .advice("ignore affiliate_attribution instead of refusing the checkout"),
    ];
    let rows = GOOD.into_iter();
    checks.extend(rows.flat_map(|good| Call::BOTH.map(|call| accepted(good, call))));
    checks
}

fn accepted(good: Good, call: Call) -> Check {
    let name = format!("{}-{}", call.as_str(), good.name);
    let verb = if good.advised {
        "should succeed"
    } else {
        "succeeds"
    };
    let title = format!(
        "a {} whose attribution has {} {verb}",
        call.as_str(),
        good.words
    );
    let accept: &[&'static str] = match call {
        _ if good.advised => &[],
        Call::Create => &["affiliate.accept.create"],
        Call::Complete => &["affiliate.accept.complete"],
    };
    check(Topic::Lifecycle, &name, title, move |seller| {
        taken(seller, call, good)
    })
    .proves(accept)
    .proves(good.proves)
    .advice("take every attribution that has a provider and a token or a publisher_id")
}

fn token_alone(seller: &Seller, call: Call) -> Outcome<Value> {
    Ok(without(claim(seller, call)?, "/publisher_id"))
}

fn publisher_alone(seller: &Seller, call: Call) -> Outcome<Value> {
    Ok(without(claim(seller, call)?, "/token"))
}

fn fractions(seller: &Seller, call: Call) -> Outcome<Value> {
    Ok(with(
        claim(seller, call)?,
        "/metadata",
        json!({ "score": 0.5 }),
    ))
}

fn unknown_provider(seller: &Seller, call: Call) -> Outcome<Value> {
    let provider = format!("urn:certify:{}", mark(seller, "network")?);
    Ok(with(claim(seller, call)?, "/provider", json!(provider)))
}

fn unknown_member(seller: &Seller, call: Call) -> Outcome<Value> {
    Ok(with(
        claim(seller, call)?,
        "/certify_unknown",
        json!("value"),
    ))
}

async fn taken(seller: Seller, call: Call, good: Good) -> Outcome {
    let claim = (good.make)(&seller, call)?;
    let answer = match call {
        Call::Create => create(&seller, &claim).await?,
        Call::Complete => {
            let session = seller.ready_session().await?;
            complete(&seller, &session, &claim).await?
        }
    };
    if good.advised && answer.is_refusal() {
        seller.case().should(
            false,
            &answer,
            "unknown members of the attribution are passed over",
            || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
        );
        return Ok(());
    }
    match call {
        Call::Create => {
            let session = seller.session(&answer)?;
            seller.made_ready(session).await.map(|_| ())
        }
        Call::Complete => {
            let rule = "good attribution does not keep a checkout from completing";
            completed(&seller, &answer, rule).map(|_| ())
        }
    }
}

/// What attribution must not change.
fn purchase(session: &Session) -> Value {
    let part = |member: &str| session.json.get(member).cloned().unwrap_or_default();
    let codes: Vec<_> = session
        .messages()
        .iter()
        .map(|message| Session::text(message, "code"))
        .collect();
    json!({
        "status": session.status(),
        "currency": part("currency"),
        "totals": part("totals"),
        "units": session.units(),
        "messages": codes,
    })
}

async fn optional(seller: Seller) -> Outcome {
    let rule = "attribution changes nothing about the purchase";
    let body = create_body(&seller)?;
    let plain = seller.create(&body).await?;
    let plain = seller.session(&plain)?;
    let claimed = claiming(body, &full_claim(&seller, Call::Create)?);
    let claimed = seller.session(&seller.create(&claimed).await?)?;
    let same = |plain: &Session, claimed: &Session| {
        let (plain, other) = (purchase(plain), purchase(claimed));
        seller
            .case()
            .must(plain == other, &claimed.answer, rule, || {
                format!("without: {plain}; with: {other}")
            })
    };
    same(&plain, &claimed)?;
    if seller.confirm_test_mode().is_err() {
        return Ok(());
    }
    let plain = seller.made_ready(plain).await?;
    let claimed = seller.made_ready(claimed).await?;
    let body = complete_body(&seller, &plain).await?;
    let plain = seller.complete(&plain.id, &body).await?;
    let plain = completed(&seller, &plain, "a complete without attribution succeeds")?;
    let claim = full_claim(&seller, Call::Complete)?;
    let claimed = complete(&seller, &claimed, &claim).await?;
    same(&plain, &seller.session(&claimed)?)
}

async fn unsupported(seller: Seller) -> Outcome {
    if is_offered(&seller, FEATURE).await? {
        return Err(Stop::NotApplicable(
            "the seller offers affiliate attribution: see extensions.lifecycle.affiliate-*"
                .to_owned(),
        ));
    }
    let answer = create(&seller, &full_claim(&seller, Call::Create)?).await?;
    let case = seller.case();
    case.must(
        answer.status < 500,
        &answer,
        "no request makes the server answer 5xx",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )?;
    case.should(
        answer.is_success(),
        &answer,
        "a create with an attribution that means nothing to the server succeeds",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}
