//! The currency of a session.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage, codes, paths,
        rule::{Rule, ask},
    },
};

const SINCE_LINES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(ISO.at(Topic::Arithmetic, &Stage::OPERATIONS));
    checks.extend(LOWER_CASE.at(Topic::Arithmetic, &Stage::OPERATIONS));
    checks.extend(PRESENTMENT.at(Topic::Arithmetic, &[Stage::Addressed, Stage::Completed]));
    checks.extend([
        ask(
            Topic::Arithmetic,
            "currency-stays",
            "the currency of a session does not change from create to order",
            currency_stays,
        )
        .proves(&["checkout.currency.settlement"])
        .advice("fix the currency when the session is created"),
        ask(
            Topic::Arithmetic,
            "currency-asked-for",
            "prices in the currency of the items come when that currency is asked for",
            currency_asked_for,
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.currency.settlement"])
        .advice("answer in the requested currency when the items are sold in it"),
        ask(
            Topic::Arithmetic,
            "foreign-currency-is-not-relabelled",
            "a request in a currency that the shop does not sell in never gets the same figures under another name",
            foreign_currency,
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.currency.settlement"])
        .advice("refuse the currency, answer in your own, or convert; never copy the figures"),
        ask(
            Topic::Arithmetic,
            "zero-decimal-amounts",
            "in a currency without decimals, amounts are whole units",
            zero_decimal,
        )
        .proves(&["checkout.currency.settlement"])
        .advice("do not multiply prices in JPY, KRW and the like by a hundred"),
        ask(
            Topic::Arithmetic,
            "seller-price-counts",
            "a unit_amount in the request does not change the price",
            seller_price_counts,
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.totals.base-is-lines"])
        .advice("take prices from your catalogue, whatever the request says"),
    ]);
    checks
}

const ISO: Rule = Rule {
    name: "currency-is-iso-4217",
    title: "currency is an ISO 4217 code",
    proves: &["checkout.currency.iso-4217"],
    advice: "write the three-letter code, such as usd",
    versions: VersionRange::ALL,
    judge: is_iso,
};

const LOWER_CASE: Rule = Rule {
    name: "currency-is-lower-case",
    title: "currency is written in lower case",
    proves: &["checkout.currency.lower-case"],
    advice: "write usd, not USD",
    versions: VersionRange::ALL,
    judge: is_lower_case,
};

const PRESENTMENT: Rule = Rule {
    name: "presentment-differs",
    title: "presentment_currency and presentment_amount stand only where they differ from the settlement",
    proves: &["checkout.currency.presentment-differs"],
    advice: "leave them out when the buyer sees the settlement currency",
    versions: SINCE_LINES,
    judge: presentment,
};

fn is_iso(seller: &Seller, session: &Session) -> Outcome {
    seller.case().must(
        codes::is_currency(session.currency()),
        &session.answer,
        ISO.title,
        || format!("`{}`", session.currency()),
    )
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn is_lower_case(seller: &Seller, session: &Session) -> Outcome {
    let currency = session.currency();
    seller.case().should(
        !currency.is_empty() && currency == currency.to_lowercase(),
        &session.answer,
        LOWER_CASE.title,
        || format!("`{currency}`"),
    );
    Ok(())
}

fn presentment(seller: &Seller, session: &Session) -> Outcome {
    let mut amounts = 0_u32;
    paths::members(&session.json, &mut |_, name, _| {
        amounts = amounts.saturating_add(u32::from(name == "presentment_amount"));
    });
    let currency = Session::text(&session.json, "presentment_currency");
    let differs = currency.is_some_and(|other| !other.eq_ignore_ascii_case(session.currency()));
    seller.case().must(
        differs || (currency.is_none() && amounts == 0),
        &session.answer,
        PRESENTMENT.title,
        || {
            format!(
                "currency {}, presentment_currency {currency:?}, {amounts} presentment amounts",
                session.currency()
            )
        },
    )
}

async fn currency_stays(seller: Seller) -> Outcome {
    let created = seller.new_session_with_address().await?;
    let updated = seller.updated(&created, &seller.buyer_body()).await?;
    let read = seller.read(&created.id).await?;
    let canceled = seller.cancel(&created.id).await?;
    let canceled = seller.session(&canceled)?;
    for later in [&updated, &read, &canceled] {
        seller.case().must(
            later.currency() == created.currency(),
            &later.answer,
            "the currency stays as it was on create",
            || format!("was {}, is {}", created.currency(), later.currency()),
        )?;
    }
    Ok(())
}

async fn currency_asked_for(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let wanted = &seller.target().currency;
    seller.case().must(
        session.currency().eq_ignore_ascii_case(wanted),
        &session.answer,
        "the session is in the currency that was asked for, in which the items are sold",
        || format!("asked for {wanted}, got {}", session.currency()),
    )
}

async fn foreign_currency(seller: Seller) -> Outcome {
    let own = seller.new_session().await?;
    let foreign = if own.currency().eq_ignore_ascii_case("chf") {
        "nok"
    } else {
        "chf"
    };
    let mut body = seller.create_body()?;
    body.insert("currency".to_owned(), json!(foreign));
    let answer = seller.create(&Value::Object(body)).await?;
    if answer.is_refusal() {
        return Ok(());
    }
    let session = seller.session(&answer)?;
    let relabelled = session.currency().eq_ignore_ascii_case(foreign)
        && session.total("total").is_some()
        && session.total("total") == own.total("total");
    seller.case().must(
        !relabelled,
        &answer,
        "an amount in another currency is refused, converted, or given in the shop's own",
        || {
            format!(
                "{:?} {} and the same {:?} {}",
                own.total("total"),
                own.currency(),
                session.total("total"),
                session.currency()
            )
        },
    )
}

async fn zero_decimal(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    if !codes::is_without_decimals(session.currency()) {
        return Err(Stop::NotApplicable(format!(
            "the items are sold in {}, which has decimals",
            session.currency()
        )));
    }
    let mut amounts = Vec::new();
    paths::members(&session.json, &mut |_, name, value| {
        if matches!(name, "amount" | "unit_amount" | "base_amount") {
            amounts.extend(value.as_i64().filter(|&amount| amount != 0));
        }
    });
    // Tax and shipping on top of hundredfold prices still leave hundreds everywhere.
    let hundreds = !amounts.is_empty() && amounts.iter().all(|amount| amount % 100 == 0);
    seller.case().should(
        !hundreds,
        &session.answer,
        "not every amount of a currency without decimals is a multiple of a hundred",
        || format!("{} {amounts:?}", session.currency()),
    );
    Ok(())
}

async fn seller_price_counts(seller: Seller) -> Outcome {
    let own = seller.new_session().await?;
    let mut body = seller.create_body()?;
    body.insert(
        "line_items".to_owned(),
        json!([{ "id": seller.item()?, "unit_amount": 1 }]),
    );
    let answer = seller.create(&Value::Object(body)).await?;
    if answer.is_refusal() {
        return Ok(());
    }
    let session = seller.session(&answer)?;
    seller.case().must(
        session.total("total") == own.total("total"),
        &answer,
        "the seller's price counts, whatever unit_amount the request names",
        || {
            format!(
                "{:?} without and {:?} with unit_amount 1",
                own.total("total"),
                session.total("total")
            )
        },
    )
}
