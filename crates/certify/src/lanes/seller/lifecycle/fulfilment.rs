//! Fulfilment options: what is offered, what is selected, what an address changes.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage,
        money::option_cost,
        rule::{Rule, ask},
    },
};

const NESTED: VersionRange =
    VersionRange::between(SpecVersion::V2025_12_12, SpecVersion::V2026_01_16);

const WITH_OPTIONS: [Stage; 5] = [
    Stage::Addressed,
    Stage::Optioned,
    Stage::Moved,
    Stage::Retrieved,
    Stage::Completed,
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(ON_OFFER.at(Topic::Lifecycle, &WITH_OPTIONS));
    checks.extend(UNIQUE.at(Topic::Lifecycle, &WITH_OPTIONS));
    checks.extend(ITEMS_EXIST.at(
        Topic::Lifecycle,
        &[Stage::Addressed, Stage::Several, Stage::Requantified],
    ));
    checks.extend(WINDOWS.at(Topic::Lifecycle, &[Stage::Addressed, Stage::Moved]));
    checks.extend([
        ask(
            Topic::Lifecycle,
            "option-unknown-is-not-selected",
            "an option that is not on offer is refused or reported, and never selected",
            unknown_option,
        )
        .proves(&[
            "checkout.fulfillment.unknown-option-not-selected",
            "versions.options.id-on-offer",
            "versions.options.nested-id-on-offer",
        ])
        .advice("refuse the id, or answer with an error message and keep the old choice"),
        ask(
            Topic::Lifecycle,
            "option-unknown-can-be-mended",
            "after an unknown option, choosing an offered one makes the session payable again",
            unknown_then_known,
        )
        .proves(&["checkout.update.applies-option"])
        .advice("let the next choice replace the wrong one"),
        ask(
            Topic::Lifecycle,
            "option-cheapest-is-preselected",
            "with an address the cheapest option is selected without being asked for",
            cheapest_preselected,
        )
        .proves(&["checkout.update.applies-details"])
        .advice(
            "select the cheapest option when the buyer has chosen none, so that the total is real",
        ),
        ask(
            Topic::Lifecycle,
            "option-covers-every-line",
            "the selected options cover every line",
            covers_lines,
        )
        .versions(VersionRange::from(SpecVersion::V2025_12_12))
        .proves(&["checkout.fulfillment.item-ids-exist"])
        .advice("name every line in the item_ids of a selected option"),
        ask(
            Topic::Lifecycle,
            "options-per-line",
            "different lines can have different options, and each selection keeps its item_ids",
            options_per_line,
        )
        .versions(NESTED)
        .proves(&["versions.options.several-selections"])
        .advice("store each selection with its item_ids"),
        ask(
            Topic::Lifecycle,
            "options-without-address",
            "without an address no option is selected and none is charged",
            nothing_without_address,
        )
        .proves(&["checkout.create.without-buyer-or-address"])
        .advice("offer nothing, or nothing that depends on an address"),
    ]);
    checks
}

const ON_OFFER: Rule = Rule {
    name: "selected-option-is-offered",
    title: "every selected option is the id of an offered one in the same answer",
    proves: &[
        "checkout.fulfillment.selected-is-offered",
        "versions.options.id-on-offer",
        "versions.options.nested-id-on-offer",
    ],
    advice: "answer with the options among which the selected one is",
    versions: VersionRange::ALL,
    judge: on_offer,
};

const UNIQUE: Rule = Rule {
    name: "option-ids-are-unique",
    title: "option ids are unique within a session",
    proves: &["checkout.fulfillment.option-ids-unique"],
    advice: "give each option an id of its own",
    versions: VersionRange::ALL,
    judge: unique,
};

const ITEMS_EXIST: Rule = Rule {
    name: "selected-items-exist",
    title: "each entry of item_ids is a line id, or an item id, of the session",
    proves: &["checkout.fulfillment.item-ids-exist"],
    advice: "name lines by their ids",
    versions: VersionRange::from(SpecVersion::V2025_12_12),
    judge: items_exist,
};

const WINDOWS: Rule = Rule {
    name: "delivery-window-is-ordered",
    title: "earliest and start times are not after latest and end times",
    proves: &["checkout.fulfillment.window-ordered"],
    advice: "swap the two times",
    versions: VersionRange::ALL,
    judge: windows,
};

fn on_offer(seller: &Seller, session: &Session) -> Outcome {
    let offered = option_ids(session);
    for id in session.selected_options() {
        seller.case().must(
            offered.contains(&id),
            &session.answer,
            ON_OFFER.title,
            || format!("selected {id}, offered {offered:?}"),
        )?;
    }
    Ok(())
}

fn option_ids(session: &Session) -> Vec<&str> {
    let options = session.options().iter();
    options
        .filter_map(|option| Session::text(option, "id"))
        .collect()
}

fn unique(seller: &Seller, session: &Session) -> Outcome {
    let mut ids = option_ids(session);
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    seller.case().must(
        ids.len() == all && all == session.options().len(),
        &session.answer,
        UNIQUE.title,
        || Value::Array(session.options().to_vec()).to_string(),
    )
}

/// The selections with their lists of items, wherever the version keeps them.
fn selections(session: &Session) -> Vec<Vec<&str>> {
    let selected = session.json.get("selected_fulfillment_options");
    let selected = selected.and_then(Value::as_array).into_iter().flatten();
    selected
        .map(|one| {
            let inner = Session::text(one, "type").and_then(|kind| one.get(kind));
            let items = one
                .get("item_ids")
                .or_else(|| inner.and_then(|inner| inner.get("item_ids")));
            let items = items.and_then(Value::as_array).into_iter().flatten();
            items.filter_map(Value::as_str).collect()
        })
        .collect()
}

fn items_exist(seller: &Seller, session: &Session) -> Outcome {
    let lines = session.line_ids();
    let units = session.units();
    for id in selections(session).into_iter().flatten() {
        seller.case().must(
            lines.iter().any(|line| line == id) || units.contains_key(id),
            &session.answer,
            ITEMS_EXIST.title,
            || format!("{id} is none of {lines:?}"),
        )?;
    }
    Ok(())
}

fn windows(seller: &Seller, session: &Session) -> Outcome {
    let pairs = [
        ("/earliest_delivery_time", "/latest_delivery_time"),
        ("/delivery_window/start", "/delivery_window/end"),
        ("/ready_by", "/pickup_by"),
    ];
    for option in session.options() {
        for (first, last) in pairs {
            let time = |pointer: &str| option.pointer(pointer)?.as_str();
            let (Some(first), Some(last)) = (time(first), time(last)) else {
                continue;
            };
            let parsed = (first.parse::<Timestamp>(), last.parse::<Timestamp>());
            seller.case().must(
                matches!(&parsed, (Ok(first), Ok(last)) if first <= last),
                &session.answer,
                WINDOWS.title,
                || format!("{first} and {last}"),
            )?;
        }
    }
    Ok(())
}

/// A ready session that was asked for an option that does not exist.
async fn with_unknown_option(seller: &Seller) -> Outcome<(Session, String)> {
    let session = seller.ready_session().await?;
    if session.options().is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: fulfilment options for the configured items and address".to_owned(),
        ));
    }
    let unknown = format!("no-such-option-{}", seller.case().fresh_key()?);
    Ok((session, unknown))
}

async fn unknown_option(seller: Seller) -> Outcome {
    let (session, unknown) = with_unknown_option(&seller).await?;
    let option = json!({ "id": unknown, "type": "shipping" });
    let body = seller.select_body(&session, &option);
    let answer = seller.update(&session.id, &body).await?;
    let read = seller.read(&session.id).await?;
    seller.case().must(
        !read.selected_options().contains(&unknown.as_str()),
        &read.answer,
        "an option that is not on offer is never selected",
        || format!("{:?}", read.selected_options()),
    )?;
    if answer.is_refusal() {
        return Ok(());
    }
    let updated = seller.session(&answer)?;
    seller.case().must(
        updated.errors().next().is_some(),
        &answer,
        "an option that is not on offer is refused, or reported by an error message",
        || seller.case().excerpt(&answer),
    )
}

async fn unknown_then_known(seller: Seller) -> Outcome {
    let (session, unknown) = with_unknown_option(&seller).await?;
    let option = json!({ "id": unknown, "type": "shipping" });
    seller
        .update(&session.id, &seller.select_body(&session, &option))
        .await?;
    let known = session.options().last().unwrap_or(&Value::Null);
    let mended = seller
        .updated(&session, &seller.select_body(&session, known))
        .await?;
    seller.case().must(
        mended.status() == "ready_for_payment"
            && mended.selected_options().first().copied() == Session::text(known, "id"),
        &mended.answer,
        "an offered option mends the session",
        || seller.case().excerpt(&mended.answer),
    )
}

async fn cheapest_preselected(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    if session.options().len() < 2 {
        return Err(Stop::NotApplicable(
            "not offered: two fulfilment options for the configured items and address".to_owned(),
        ));
    }
    let cheapest = session.options().iter().filter_map(option_cost).min();
    let selected = session.selected_options();
    let cost = session
        .options()
        .iter()
        .filter(|option| Session::text(option, "id").is_some_and(|id| selected.contains(&id)))
        .filter_map(option_cost)
        .min();
    seller.case().should(
        cost.is_some() && cost == cheapest,
        &session.answer,
        "the cheapest option is selected while the buyer has chosen none",
        || format!("selected {selected:?} at {cost:?}, the cheapest costs {cheapest:?}"),
    );
    Ok(())
}

async fn covers_lines(seller: Seller) -> Outcome {
    let lines = [(seller.item()?, 1), (seller.item_at(1)?, 1)];
    let session = seller.create_units(&lines, true).await?;
    let session = seller.made_ready(session).await?;
    let selections = selections(&session);
    if selections.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: selected fulfilment options".to_owned(),
        ));
    }
    let named: Vec<_> = selections.into_iter().flatten().collect();
    for line in session.lines() {
        let id = Session::text(line, "id").unwrap_or_default();
        let item = Session::item_of(line).0.unwrap_or_default();
        seller.case().must(
            named.contains(&id) || named.contains(&item),
            &session.answer,
            "every line of a session that can be paid has a selected option",
            || format!("line {id} is not among {named:?}"),
        )?;
    }
    Ok(())
}

async fn options_per_line(seller: Seller) -> Outcome {
    let lines = [(seller.item()?, 1), (seller.item_at(1)?, 1)];
    let session = seller.create_units(&lines, true).await?;
    let ids = session.line_ids();
    let (Some(one), Some(other), [first, second]) =
        (session.options().first(), session.options().get(1), &*ids)
    else {
        return Err(Stop::NotApplicable(
            "not offered: two fulfilment options for two lines".to_owned(),
        ));
    };
    let select = |option: &Value, item: &str| {
        let kind = Session::text(option, "type").unwrap_or("shipping");
        json!({ "type": kind, kind: { "option_id": option.get("id"), "item_ids": [item] } })
    };
    let wanted = json!([select(one, first), select(other, second)]);
    let body = json!({ "selected_fulfillment_options": wanted });
    let updated = seller.updated(&session, &body).await?;
    seller.case().must(
        updated.json.get("selected_fulfillment_options") == Some(&wanted),
        &updated.answer,
        "each selection comes back with its items",
        || seller.case().excerpt(&updated.answer),
    )
}

async fn nothing_without_address(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let charged = session.total("fulfillment").unwrap_or(0);
    seller.case().must(
        charged == 0 || !session.selected_options().is_empty(),
        &session.answer,
        "without a selected option fulfilment costs nothing",
        || format!("fulfillment {charged}, nothing selected"),
    )
}
