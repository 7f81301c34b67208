//! The same key with another body.

mod changes;

use serde_json::{Value, json};

use self::changes::{
    added_buyer, other_billing, other_buyer, other_case, other_item, other_name, other_token,
    removed_address, removed_buyer, repeated_line,
};
use super::{
    super::{
        Seller,
        kit::{CANONICAL, row},
        operation::{Call, Operation},
    },
    conflicts, replayed,
};
use crate::{Check, Outcome, SpecVersion, Stop, Topic, VersionRange};

const ADVICE: &str =
    "keep a digest of the body with the key, and refuse the key with any other body";

/// Makes another body of one.
#[derive(Clone, Copy)]
enum Change {
    /// From what is there.
    Plain(fn(&Seller, Value) -> Value),
    /// With items of the configuration.
    Items(fn(&Seller, Value) -> Outcome<Value>),
}

/// A change of the body that makes it another request.
#[derive(Clone, Copy)]
struct Difference {
    name: &'static str,
    what: &'static str,
    operation: Operation,
    change: Change,
}

const fn difference(
    operation: Operation,
    name: &'static str,
    what: &'static str,
    change: Change,
) -> Difference {
    Difference {
        name,
        what,
        operation,
        change,
    }
}

/// Differences that every version counts.
const DIFFERENCES: [Difference; 13] = [
    difference(
        Operation::Create,
        "other-item",
        "another item",
        Change::Items(other_item),
    ),
    difference(
        Operation::Create,
        "other-text",
        "another name in the address",
        Change::Plain(other_name),
    ),
    difference(
        Operation::Create,
        "other-case",
        "one letter in another case",
        Change::Plain(other_case),
    ),
    difference(
        Operation::Create,
        "added-member",
        "a buyer added",
        Change::Plain(added_buyer),
    ),
    difference(
        Operation::Create,
        "removed-member",
        "the address left out",
        Change::Plain(removed_address),
    ),
    difference(
        Operation::Create,
        "repeated-line",
        "a line repeated",
        Change::Items(repeated_line),
    ),
    difference(
        Operation::Update,
        "other-text",
        "another name in the address",
        Change::Plain(other_name),
    ),
    difference(
        Operation::Update,
        "added-member",
        "a buyer added",
        Change::Plain(added_buyer),
    ),
    difference(
        Operation::Update,
        "empty",
        "nothing to change",
        Change::Plain(|_, _| json!({})),
    ),
    difference(
        Operation::Complete,
        "other-token",
        "another token",
        Change::Plain(other_token),
    ),
    difference(
        Operation::Complete,
        "other-buyer",
        "another buyer",
        Change::Plain(other_buyer),
    ),
    difference(
        Operation::Complete,
        "other-billing",
        "another billing address",
        Change::Plain(other_billing),
    ),
    difference(
        Operation::Complete,
        "removed-member",
        "the buyer left out",
        Change::Plain(removed_buyer),
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = DIFFERENCES.into_iter().map(conflict).collect();
    checks.extend(canonical());
    checks.push(cancel());
    checks.push(
        row(
            Topic::Idempotency,
            "conflict-keeps-first",
            "after a conflict the first body still gets its stored answer",
            keeps_first,
        )
        .proves(&[
            "checkout.idempotency.conflict-422",
            "versions.idempotency.conflict-409",
        ])
        .advice("do not touch the stored answer when a conflict is refused"),
    );
    checks
}

fn conflict(one: Difference) -> Check {
    let verb = one.operation.as_str();
    row(
        Topic::Idempotency,
        &format!("conflict-{verb}-{}", one.name),
        format!(
            "{verb} with a used key and {} is refused and changes nothing",
            one.what
        ),
        move |seller| async move {
            let call = Call::good(&seller, one.operation).await?;
            let body = call.body.clone().unwrap_or_default();
            let other = match one.change {
                Change::Plain(change) => change(&seller, body),
                Change::Items(change) => change(&seller, body)?,
            };
            conflicting(&seller, &call, &other.to_string()).await
        },
    )
    .proves(&[
        "checkout.idempotency.conflict-422",
        "checkout.idempotency.conflict-code",
        "checkout.errors.idempotency-type",
        "versions.idempotency.conflict-409",
        "versions.idempotency.conflict-code",
        "versions.errors.idempotency-type",
    ])
    .advice(ADVICE)
}

/// Sends the call, then `other` with its key: a conflict, and the session stays as the first left it.
async fn conflicting(seller: &Seller, call: &Call, other: &str) -> Outcome {
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(seller, &key)?).await?;
    let session = seller.session(&first)?;
    let refused = call.keyed_body(seller, &key, other.to_owned())?;
    conflicts(seller, &seller.send(refused).await?)?;
    let now = seller.get(&session.id).await?;
    seller.same_state(&session.json, &now, "a conflict changes nothing")
}

/// Differences that RFC section 6.2 names.
fn canonical() -> [Check; 4] {
    let array = row(
        Topic::Idempotency,
        "conflict-create-array-order",
        "the order of array elements counts: lines in another order conflict",
        array_order,
    )
    .proves(&["checkout.idempotency.array-order-counts"]);
    let added = row(
        Topic::Idempotency,
        "conflict-create-null-added",
        "null differs from absent: a null member added to a create is another body",
        |seller| async move {
            let call = Call::good(&seller, Operation::Create).await?;
            null_differs(&seller, &call, "buyer").await
        },
    )
    .proves(&["checkout.idempotency.null-differs-from-absent"]);
    let updated = row(
        Topic::Idempotency,
        "conflict-update-null-added",
        "null differs from absent: a null member added to an update is another body",
        |seller| async move {
            let call = Call::good(&seller, Operation::Update).await?;
            null_differs(&seller, &call, "buyer").await
        },
    )
    .proves(&["checkout.idempotency.null-differs-from-absent"]);
    let extension = row(
        Topic::Idempotency,
        "conflict-create-extension-field",
        "fields of an active extension count: other discount codes conflict",
        extension_field,
    )
    .proves(&["checkout.idempotency.extension-fields-count"]);
    [array, added, updated, extension].map(|check| check.versions(CANONICAL).advice(ADVICE))
}

async fn array_order(seller: Seller) -> Outcome {
    let (one, two) = (seller.item_at(0)?, seller.item_at(1)?);
    let body = |lines: [(&str, u32); 2]| {
        let create = seller.dialect().create(seller.target(), &lines);
        Value::Object(create)
    };
    let call = Call {
        body: Some(body([(one, 1), (two, 1)])),
        ..Call::good(&seller, Operation::Create).await?
    };
    let other = body([(two, 1), (one, 1)]);
    conflicting(&seller, &call, &other.to_string()).await
}

/// A seller may read the schema strictly, which has no null, and refuse the body as malformed: the
/// two bodies differ then as well.
async fn null_differs(seller: &Seller, call: &Call, member: &str) -> Outcome {
    let mut other = call.body.clone().unwrap_or_default();
    if let Some(members) = other.as_object_mut() {
        members.insert(member.to_owned(), Value::Null);
    }
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(seller, &key)?).await?;
    let session = seller.session(&first)?;
    let refused = call.keyed_body(seller, &key, other.to_string())?;
    let refused = seller.send(refused).await?;
    if refused.status == 400 {
        seller.refused_as_invalid(&refused)?;
    } else {
        conflicts(seller, &refused)?;
    }
    let now = seller.get(&session.id).await?;
    seller.same_state(&session.json, &now, "a conflict changes nothing")
}

async fn extension_field(seller: Seller) -> Outcome {
    if !seller.target().offers("discounts") {
        return Err(Stop::NotApplicable("not offered: discounts".to_owned()));
    }
    let code = seller.target().discount_codes.get("valid").ok_or_else(|| {
        Stop::NotTested("set seller.discount_codes.valid in certify.toml".to_owned())
    })?;
    let body = |codes: Value| {
        let mut body = seller.create_body()?;
        body.insert("discounts".to_owned(), json!({ "codes": codes }));
        Ok(Value::Object(body))
    };
    let call = Call {
        body: Some(body(json!([code]))?),
        ..Call::good(&seller, Operation::Create).await?
    };
    let other = body(json!([]))?;
    conflicting(&seller, &call, &other.to_string()).await
}

fn cancel() -> Check {
    row(
        Topic::Idempotency,
        "conflict-cancel-other-trace",
        "cancel with a used key and another intent trace is refused",
        |seller| async move {
            let trace = |reason| json!({ "intent_trace": { "reason_code": reason } });
            let call = Call {
                body: Some(trace("comparison")),
                ..Call::good(&seller, Operation::Cancel).await?
            };
            let other = trace("timing_deferred");
            conflicting(&seller, &call, &other.to_string()).await
        },
    )
    .versions(VersionRange::from(SpecVersion::V2025_12_12))
    .proves(&[
        "checkout.idempotency.conflict-422",
        "versions.idempotency.conflict-409",
    ])
    .advice(ADVICE)
}

async fn keeps_first(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let key = seller.case().fresh_key()?;
    let first = seller.send(call.keyed(&seller, &key)?).await?;
    seller.session(&first)?;
    let other = other_name(&seller, call.body.clone().unwrap_or_default());
    let refused = call.keyed_body(&seller, &key, other.to_string())?;
    conflicts(&seller, &seller.send(refused).await?)?;
    let again = seller.send(call.keyed(&seller, &key)?).await?;
    replayed(&seller, &first, &again)
}
