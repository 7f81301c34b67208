//! The same cart costs the same, whichever way it came about.

use serde_json::Value;

use crate::{
    Check, Outcome, Stop, Topic,
    lanes::seller::{
        Seller, Session,
        money::{LineMoney, option_cost, rows, sum},
        rule::ask,
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = created_and_read();
    checks.extend(updated());
    checks
}

const ONE_PATH: &str = "compute every answer from the same stored cart by the same code";

fn created_and_read() -> Vec<Check> {
    vec![
        ask(
            Topic::Arithmetic,
            "read-costs-what-create-said",
            "retrieve shows the amounts that create showed",
            read_as_created,
        )
        .proves(&["checkout.get.latest-state"])
        .advice(ONE_PATH),
        ask(
            Topic::Arithmetic,
            "read-costs-what-update-said",
            "retrieve shows the amounts that the last update showed",
            read_as_updated,
        )
        .proves(&["checkout.get.latest-state"])
        .advice(ONE_PATH),
        ask(
            Topic::Arithmetic,
            "order-costs-what-was-shown",
            "the completed session shows the amounts that were shown before",
            completed_as_shown,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice("add nothing at completion: an amount that was not shown was not agreed to"),
        ask(
            Topic::Arithmetic,
            "two-buyers-pay-the-same",
            "two sessions with the same cart and address cost the same",
            twice_the_same,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice(ONE_PATH),
    ]
}

fn updated() -> Vec<Check> {
    vec![
        ask(
            Topic::Arithmetic,
            "updated-lines-cost-as-created",
            "a cart reached by an update costs what the same cart costs on create",
            lines_by_update,
        )
        .proves(&["checkout.update.applies-items"])
        .advice(ONE_PATH),
        ask(
            Topic::Arithmetic,
            "updated-address-costs-as-created",
            "an address given by an update costs what it costs on create",
            address_by_update,
        )
        .proves(&[
            "checkout.update.applies-details",
            "versions.address.flat",
        ])
        .advice("compute options, tax and totals afresh whenever the address changes"),
        ask(
            Topic::Arithmetic,
            "address-added-later-costs-as-created",
            "an address added to a session without one costs what it costs on create",
            address_added,
        )
        .proves(&["checkout.update.applies-details", "versions.address.flat"])
        .advice("compute options, tax and totals afresh whenever the address changes"),
        ask(
            Topic::Arithmetic,
            "option-there-and-back",
            "choosing another option and then the first again brings the first total back",
            option_there_and_back,
        )
        .proves(&["checkout.update.applies-option"])
        .advice("compute the total from the chosen option, not from the difference"),
        ask(
            Topic::Arithmetic,
            "option-changes-total-by-its-cost",
            "another option changes the total by the difference of the options' costs and their tax",
            option_difference,
        )
        .proves(&["checkout.update.applies-option"])
        .advice("put the cost of the chosen option into the totals"),
        ask(
            Topic::Arithmetic,
            "quantity-scales-the-line",
            "twice the quantity doubles the base amount of a line without volume discounts",
            quantity_scales,
        )
        .proves(&["checkout.update.applies-items"])
        .advice("multiply the unit price by the new quantity"),
        ask(
            Topic::Arithmetic,
            "harmless-update-keeps-the-price",
            "an update of the buyer's name changes no amount",
            buyer_changes_nothing,
        )
        .proves(&["checkout.update.absent-keeps"])
        .advice(ONE_PATH),
    ]
}

fn same_money(seller: &Seller, one: &Session, other: &Session, rule: &str) -> Outcome {
    seller.case().must(
        sorted_rows(one) == sorted_rows(other),
        &other.answer,
        rule,
        || format!("[{}] and [{}]", rows(one), rows(other)),
    )
}

/// Type and amount of every row, in no order: the order of rows says nothing.
fn sorted_rows(session: &Session) -> Vec<(String, Option<i64>)> {
    let totals = session.json.get("totals").and_then(Value::as_array);
    let mut all: Vec<_> = totals
        .into_iter()
        .flatten()
        .map(|row| {
            let kind = Session::text(row, "type").unwrap_or_default();
            (kind.to_owned(), row.get("amount").and_then(Value::as_i64))
        })
        .collect();
    all.sort();
    all
}

async fn read_as_created(seller: Seller) -> Outcome {
    let created = seller.new_session_with_address().await?;
    let read = seller.read(&created.id).await?;
    same_money(
        &seller,
        &created,
        &read,
        "retrieve shows the amounts of create",
    )
}

async fn read_as_updated(seller: Seller) -> Outcome {
    let created = seller.new_session_with_address().await?;
    let lines = [(seller.item()?, 2), (seller.item_at(1)?, 1)];
    let updated = seller.update_units(&created, &lines).await?;
    let read = seller.read(&created.id).await?;
    same_money(
        &seller,
        &updated,
        &read,
        "retrieve shows the amounts of the update",
    )
}

async fn completed_as_shown(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let token = seller.token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    let completed = seller.session(&answer)?;
    same_money(
        &seller,
        &ready,
        &completed,
        "completing adds nothing to the amounts that were shown",
    )
}

async fn twice_the_same(seller: Seller) -> Outcome {
    let one = seller.new_session_with_address().await?;
    let other = seller.new_session_with_address().await?;
    same_money(&seller, &one, &other, "the same cart costs the same")
}

async fn lines_by_update(seller: Seller) -> Outcome {
    let lines = [(seller.item()?, 2), (seller.item_at(1)?, 1)];
    let direct = seller.create_units(&lines, true).await?;
    let session = seller.new_session_with_address().await?;
    let updated = seller.update_units(&session, &lines).await?;
    same_money(
        &seller,
        &direct,
        &updated,
        "the cart costs the same by create and by update",
    )
}

async fn address_by_update(seller: Seller) -> Outcome {
    let other = seller.other_address();
    let mut body = seller.create_body()?;
    let value = seller.dialect().address(&other, &seller.target().buyer);
    body.insert(seller.dialect().address_member().to_owned(), value);
    let answer = seller.create(&Value::Object(body)).await?;
    let direct = seller.session(&answer)?;
    let session = seller.new_session_with_address().await?;
    let moved = seller
        .updated(&session, &seller.address_body(&other))
        .await?;
    same_options(&seller, &direct, &moved)?;
    same_money(
        &seller,
        &direct,
        &moved,
        "an address costs the same by create and by update",
    )
}

async fn address_added(seller: Seller) -> Outcome {
    let direct = seller.new_session_with_address().await?;
    let session = seller.new_session().await?;
    let body = seller.address_body(&seller.target().address);
    let moved = seller.updated(&session, &body).await?;
    same_options(&seller, &direct, &moved)?;
    same_money(
        &seller,
        &direct,
        &moved,
        "an address costs the same by create and by update",
    )
}

fn same_options(seller: &Seller, direct: &Session, moved: &Session) -> Outcome {
    let costs = |session: &Session| {
        let options = session.options().iter();
        let mut all: Vec<_> = options
            .map(|option| {
                (
                    Session::text(option, "title").map(str::to_owned),
                    option_cost(option),
                )
            })
            .collect();
        all.sort();
        all
    };
    seller.case().must(
        costs(direct) == costs(moved),
        &moved.answer,
        "an address brings the same fulfilment options by create and by update",
        || format!("{:?} and {:?}", costs(direct), costs(moved)),
    )
}

async fn option_there_and_back(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let selected = session.selected_options();
    let first = session
        .options()
        .iter()
        .find(|option| Session::text(option, "id").is_some_and(|id| selected.contains(&id)))
        .ok_or_else(|| Stop::NotApplicable("not offered: fulfilment options".to_owned()))?;
    let there = seller.select_other(&session)?;
    let there = seller.updated(&session, &there).await?;
    let back = seller.select_body(&session, first);
    let back = seller.updated(&there, &back).await?;
    same_money(
        &seller,
        &session,
        &back,
        "the first option brings the first total back",
    )
}

async fn option_difference(seller: Seller) -> Outcome {
    let before = seller.ready_session().await?;
    let body = seller.select_other(&before)?;
    let after = seller.updated(&before, &body).await?;
    let change = |kind: &str| {
        let now = after.total(kind).unwrap_or(0);
        now.checked_sub(before.total(kind).unwrap_or(0))
    };
    let explained = change("fulfillment").and_then(|cost| cost.checked_add(change("tax")?));
    seller.case().must(
        explained.is_some() && change("total") == explained,
        &after.answer,
        "the total changes by what the option and its tax change",
        || format!("[{}] and [{}]", rows(&before), rows(&after)),
    )
}

async fn quantity_scales(seller: Seller) -> Outcome {
    let item = seller.item()?;
    let session = seller.create_units(&[(item, 2)], false).await?;
    let doubled = seller.update_units(&session, &[(item, 4)]).await?;
    let base = |session: &Session| sum(session.lines().iter().map(|line| LineMoney::of(line).base));
    let (Some(two), Some(four)) = (base(&session), base(&doubled)) else {
        return Err(Stop::NotApplicable(
            "the lines show no base amount".to_owned(),
        ));
    };
    seller.case().must(
        two.checked_mul(2) == Some(four),
        &doubled.answer,
        "four units have twice the base amount of two",
        || format!("{two} for two, {four} for four"),
    )
}

async fn buyer_changes_nothing(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let updated = seller.updated(&session, &seller.buyer_body()).await?;
    same_money(
        &seller,
        &session,
        &updated,
        "an update of the buyer changes no amount",
    )
}
