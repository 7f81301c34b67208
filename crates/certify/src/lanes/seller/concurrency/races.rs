//! Calls that want different things of one session at the same time.

use serde_json::Value;

use super::{
    super::{
        Seller, Session,
        idempotency::in_flight,
        kit::row,
        operation::{Call, Operation},
        refusal::text,
    },
    at_once,
};
use crate::{Answer, Check, Outcome, Topic};

const ADVICE: &str = "change a session only with a condition on the state that was read";

pub(super) fn checks() -> Vec<Check> {
    vec![
        row(
            Topic::Concurrency,
            "update-against-complete",
            "an update at the same time as complete never changes what was paid",
            update_against_complete,
        )
        .proves(&["checkout.get.latest-state"])
        .advice(ADVICE),
        row(
            Topic::Concurrency,
            "cancel-against-complete",
            "of cancel and complete at the same time one wins: no canceled session has an order",
            cancel_against_complete,
        )
        .proves(&[
            "checkout.cancel.completed-405",
            "checkout.complete.no-order-no-success",
        ])
        .advice(ADVICE),
        row(
            Topic::Concurrency,
            "cancels-many-keys",
            "of four cancels at once with four keys one succeeds, the others get 405",
            cancels,
        )
        .proves(&["checkout.cancel.canceled-405"])
        .advice(ADVICE),
        row(
            Topic::Concurrency,
            "updates-at-once",
            "updates at the same time leave the session as one of them made it",
            updates,
        )
        .proves(&["checkout.get.latest-state"])
        .advice(ADVICE),
        row(
            Topic::Concurrency,
            "updates-one-key",
            "six updates at once with one key are one update",
            updates_one_key,
        )
        .proves(&[
            "checkout.idempotency.update-replay",
            "versions.idempotency.replay",
        ])
        .advice("claim the key before the work begins"),
        row(
            Topic::Concurrency,
            "reads-during-updates",
            "a retrieve during updates shows one state or the other, whole",
            reads,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice("read a session in one transaction"),
    ]
}

/// A seller that cannot say yet how a payment ends may ask to come again.
pub(super) fn not_yet_known(seller: &Seller, answer: &Answer) -> Outcome {
    let kind = text(seller.error_body(answer)?, "type");
    seller.case().must(
        kind == "service_unavailable",
        answer,
        "503 comes with type service_unavailable",
        || format!("type {kind}"),
    )
}

/// Taken, refused in good form, or not decided yet.
fn in_good_form(seller: &Seller, answer: &Answer) -> Outcome {
    if answer.status == 503 {
        return not_yet_known(seller, answer);
    }
    seller.taken_or_refused(answer).map(drop)
}

pub(super) fn order_of(answer: &Answer) -> Option<String> {
    answer.text("/order/id").map(str::to_owned)
}

/// The session once nothing is in progress any more.
pub(super) async fn settled(seller: &Seller, session: &Session) -> Outcome<Session> {
    let mut now = seller.session(&seller.get(&session.id).await?)?;
    for _ in 0..20 {
        if !now.status().ends_with("in_progress") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        now = seller.session(&seller.get(&session.id).await?)?;
    }
    Ok(now)
}

async fn update_against_complete(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Complete).await?;
    let Some(session) = call.session.clone() else {
        return Ok(());
    };
    let lines = seller.dialect().lines(&[(seller.item_at(1)?, 1)]);
    let body = serde_json::json!({ seller.dialect().lines_member(): lines });
    let update = seller.post_request(Operation::Update.path(&session.id), &body)?;
    let answers = at_once(&seller, vec![call.request(&seller)?, update]).await?;
    for answer in &answers {
        in_good_form(&seller, answer)?;
    }
    let paid = answers.first().filter(|answer| order_of(answer).is_some());
    let now = settled(&seller, &session).await?;
    let case = seller.case();
    case.must(
        (now.status() == "completed") == (paid.is_some() || order_of(&now.answer).is_some()),
        &now.answer,
        "a session has an order exactly when it is completed",
        || format!("status {}", now.status()),
    )?;
    if let Some(paid) = paid {
        let shown = Session::read(case.version(), paid).and_then(|paid| paid.total("total"));
        case.must(
            now.total("total") == shown && shown == session.total("total"),
            &now.answer,
            "the total of a completed session is the one that the buyer approved",
            || {
                let (approved, now) = (session.total("total"), now.total("total"));
                format!("approved {approved:?}, answered {shown:?}, now {now:?}")
            },
        )?;
    }
    Ok(())
}

async fn cancel_against_complete(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Complete).await?;
    let Some(session) = call.session.clone() else {
        return Ok(());
    };
    let cancel = Call::harmless(&seller, Operation::Cancel).await?;
    let cancel = cancel.request_to(&seller, &Operation::Cancel.path(&session.id))?;
    let answers = at_once(&seller, vec![call.request(&seller)?, cancel]).await?;
    for answer in &answers {
        in_good_form(&seller, answer)?;
    }
    let now = settled(&seller, &session).await?;
    let has_order = order_of(&now.answer).is_some();
    let (completed, canceled) = (now.status() == "completed", now.status() == "canceled");
    seller.case().must(
        completed != canceled && completed == has_order,
        &now.answer,
        "the session ends completed with an order or canceled without one",
        || format!("status {}, order: {has_order}", now.status()),
    )?;
    for answer in answers.iter().filter(|answer| answer.is_success()) {
        let said = answer.text("/status").unwrap_or_default();
        let final_word = said == "completed" || said == "canceled";
        seller.case().must(
            !final_word || said == now.status(),
            answer,
            "no answer says completed or canceled of a session that ends otherwise",
            || format!("answered {said}, ended {}", now.status()),
        )?;
    }
    Ok(())
}

async fn cancels(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Cancel).await?;
    let requests = (0..4).map(|_| call.request(&seller));
    let answers = at_once(&seller, requests.collect::<Outcome<_>>()?).await?;
    let mut done = 0;
    for answer in &answers {
        if answer.is_success() {
            done += 1;
        } else {
            seller.case().status(answer, &[405, 409])?;
            seller.refused(answer)?;
        }
    }
    let now = seller.get(call.session_id()?).await?;
    seller.case().must(
        done == 1 && now.text("/status") == Some("canceled"),
        &now,
        "a session is canceled once",
        || format!("{done} cancels succeeded"),
    )
}

async fn updates(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let mut requests = Vec::new();
    for name in ["First Buyer", "Second Buyer", "Third Buyer", "Fourth Buyer"] {
        let mut target = seller.target().clone();
        name.clone_into(&mut target.address.name);
        let address = seller.dialect().address(&target.address, &target.buyer);
        let body = serde_json::json!({ seller.dialect().address_member(): address });
        requests.push(seller.post_request(Operation::Update.path(&session.id), &body)?);
    }
    let answers = at_once(&seller, requests).await?;
    let mut states = Vec::new();
    for answer in &answers {
        if seller.taken_or_refused(answer)? {
            states.push(address_of(&seller, answer));
        }
    }
    let now = seller.get(&session.id).await?;
    let found = address_of(&seller, &now);
    seller.case().must(
        states.contains(&found),
        &now,
        "the session is as one of the updates at once left it",
        || format!("{found:?} was in no answer"),
    )
}

fn address_of(seller: &Seller, answer: &Answer) -> Option<Value> {
    let member = seller.dialect().address_member();
    answer.json.as_ref()?.get(member).cloned()
}

async fn updates_one_key(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Update).await?;
    let key = seller.case().fresh_key()?;
    let requests = (0..6).map(|_| call.keyed(&seller, &key));
    let answers = at_once(&seller, requests.collect::<Outcome<_>>()?).await?;
    let mut documents = Vec::new();
    for answer in &answers {
        if answer.is_success() {
            let json = seller.case().json(answer)?;
            if !documents.contains(&json) {
                documents.push(json);
            }
        } else if seller.rules().canonical_idempotency {
            in_flight(&seller, answer)?;
        } else {
            seller.refused(answer)?;
        }
    }
    let Some(last) = answers.last() else {
        return Ok(());
    };
    seller.case().must(
        documents.len() == 1,
        last,
        "updates at once with one key run once: all answers are the same document",
        || format!("{} different documents", documents.len()),
    )
}

async fn reads(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let mut requests = Vec::new();
    for round in 0..4 {
        let item = seller.item_at(round % 2)?;
        let lines = seller.dialect().lines(&[(item, 1)]);
        let body = serde_json::json!({ seller.dialect().lines_member(): lines });
        requests.push(seller.post_request(Operation::Update.path(&session.id), &body)?);
        requests.push(seller.get_request(Operation::Get.path(&session.id))?);
    }
    let answers = at_once(&seller, requests).await?;
    let mut whole = vec![state_of(&session.json)];
    for answer in answers.iter().step_by(2) {
        if seller.taken_or_refused(answer)? {
            whole.extend(answer.json.as_ref().map(state_of));
        }
    }
    for answer in answers.iter().skip(1).step_by(2) {
        let read = seller.session(answer)?;
        let found = state_of(&read.json);
        seller.case().must(
            whole.contains(&found),
            answer,
            "a retrieve shows a state that some answer has shown",
            || format!("items and total {found:?} were in no answer"),
        )?;
    }
    Ok(())
}

/// Items and totals: what must fit together.
fn state_of(json: &Value) -> (Vec<Option<Value>>, Option<Value>) {
    let lines = json.get("line_items").and_then(Value::as_array);
    let items = lines.into_iter().flatten();
    let items = items.map(|line| line.pointer("/item/id").cloned());
    (items.collect(), json.get("totals").cloned())
}
