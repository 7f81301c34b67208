//! The completion saga is killed at every recovery point; money, order and session must agree after
//! the restart: exactly one charge and one order, or none and a session that can be paid.

use std::{path::Path, thread, time::Duration};

use anyhow::{Context, Result, ensure};
use comptoir_faults::{
    Session, Street,
    checks::{End, issuer_refunded, refunded, settled},
};
use serde_json::Value;

fn street() -> Result<Street> {
    Street::open(Path::new(env!("CARGO_BIN_EXE_comptoir")))
}

/// Kills the seller at `place` while it completes, restarts it, and says how the purchase ended.
fn killed_at(street: &Street, place: &str) -> Result<(Session, String, End)> {
    let session = street.ready_session(&format!("create-{place}"))?;
    let token = street.token(&session)?;
    street.restart_seller(Some(place))?;
    let answer = street.complete(&session, &token, &format!("complete-{place}"));
    ensure!(
        answer.is_err(),
        "the seller answered {answer:?} instead of dying at {place}"
    );
    street
        .wait_for_dead_seller()
        .with_context(|| format!("at {place}"))?;
    street.restart_seller(None)?;
    let end = settled(street, &session).with_context(|| format!("after {place}"))?;
    Ok((session, token, end))
}

/// After a crash the agent repeats its request with the same key and token; whatever it finds, it
/// ends with one purchase.
fn retried(street: &Street, session: &Session, token: &str, key: &str) -> Result<()> {
    let answer = street.complete(session, token, key)?;
    ensure!(
        answer.status == 200,
        "the retry got {}: {}",
        answer.status,
        answer.json
    );
    ensure!(
        settled(street, session)? == End::Bought,
        "the retry did not buy"
    );
    Ok(())
}

fn check(place: &str, expected: End) -> Result<()> {
    let street = street()?;
    let (session, token, end) = killed_at(&street, place)?;
    ensure!(end == expected, "killed at {place}, it ended {end:?}");
    retried(&street, &session, &token, &format!("complete-{place}"))
}

#[test]
fn before_the_intent_nothing_has_happened() -> Result<()> {
    check("complete_before_intent", End::Payable)
}

#[test]
fn inside_the_first_transaction_nothing_has_happened() -> Result<()> {
    check("begin_inside_transaction", End::Payable)
}

#[test]
fn between_intent_and_charge_nothing_was_charged() -> Result<()> {
    check("complete_after_intent", End::Payable)
}

#[test]
fn between_charge_and_order_the_charge_is_found() -> Result<()> {
    check("complete_after_charge", End::Bought)
}

#[test]
fn inside_the_second_transaction_the_charge_is_found() -> Result<()> {
    check("settle_inside_transaction", End::Bought)
}

#[test]
fn between_order_and_answer_the_order_stands() -> Result<()> {
    check("complete_after_settle", End::Bought)
}

/// The sweeper itself is killed, twice, and the third one settles.
#[test]
fn the_sweeper_may_die_too() -> Result<()> {
    let street = street()?;
    let session = street.ready_session("create-sweeper")?;
    let token = street.token(&session)?;
    street.restart_seller(Some("complete_after_charge"))?;
    ensure!(
        street
            .complete(&session, &token, "complete-sweeper")
            .is_err()
    );
    street.wait_for_dead_seller()?;
    for place in ["sweeper_before_lookup", "sweeper_after_lookup"] {
        street.restart_seller(Some(place))?;
        street
            .wait_for_dead_seller()
            .with_context(|| format!("at {place}"))?;
    }
    street.restart_seller(None)?;
    ensure!(settled(&street, &session)? == End::Bought);
    retried(&street, &session, &token, "complete-sweeper")
}

/// The PSP dies in its own saga; the seller does not know the outcome until the PSP is back.
fn psp_killed_at(place: &str) -> Result<()> {
    let street = street()?;
    let session = street.ready_session(&format!("create-{place}"))?;
    let token = street.token(&session)?;
    street.restart_psp(Some(place))?;
    let answer = street.complete(&session, &token, &format!("complete-{place}"))?;
    ensure!(
        answer.status == 503,
        "an unknown outcome was answered {}",
        answer.status
    );
    street.wait_for_dead_psp()?;
    street.restart_psp(None)?;
    // Either end is right, as long as money, order and session agree.
    let end = settled(&street, &session).with_context(|| format!("after {place}"))?;
    if end == End::Payable {
        let token = street.token(&session)?;
        retried(&street, &session, &token, &format!("again-{place}"))?;
    }
    Ok(())
}

#[test]
fn the_psp_dies_after_it_reserved_the_token() -> Result<()> {
    psp_killed_at("psp_after_reserve")
}

#[test]
fn the_psp_dies_after_the_issuer_approved() -> Result<()> {
    psp_killed_at("psp_after_issuer")
}

#[test]
fn the_psp_dies_after_it_stored_the_result() -> Result<()> {
    psp_killed_at("psp_after_result")
}

/// A paid order's session, and the order's id.
fn paid(street: &Street, key: &str) -> Result<(Session, String)> {
    let session = street.ready_session(&format!("create-{key}"))?;
    let token = street.token(&session)?;
    let answer = street.complete(&session, &token, &format!("complete-{key}"))?;
    let order = answer.json.pointer("/order/id").and_then(Value::as_str);
    let order = order.with_context(|| format!("no order in {}", answer.json))?;
    Ok((session, order.to_owned()))
}

/// The seller dies while it gives 500 of 1850 back; `given` is what the issuer has given back then.
fn refund_killed_at(place: &str, given: i64) -> Result<(Street, Session, String)> {
    let street = street()?;
    let (session, order) = paid(&street, place)?;
    street.restart_seller(Some(place))?;
    let answer = street.refund(&order, Some(500), "refund");
    ensure!(
        answer.is_err(),
        "the seller answered {answer:?} instead of dying at {place}"
    );
    street
        .wait_for_dead_seller()
        .with_context(|| format!("at {place}"))?;
    ensure!(issuer_refunded(&street, &session)? == given, "at {place}");
    Ok((street, session, order))
}

/// After one refund of 500 the rest can be given back, and then nothing more.
fn rest_refunded(street: &Street, session: &Session, order: &str) -> Result<()> {
    ensure!(refunded(street, session)? == 500, "not exactly 500");
    let answer = street.refund(order, None, "rest")?;
    ensure!(answer.status == 200, "the rest got {answer:?}");
    ensure!(
        refunded(street, session)? == session.total,
        "not the whole charge"
    );
    let answer = street.refund(order, Some(1), "more")?;
    ensure!(answer.status == 422, "too much got {answer:?}");
    ensure!(refunded(street, session)? == session.total, "too much");
    Ok(())
}

/// The refund is stored, the processor was not asked: the sweeper of the next seller asks.
#[test]
fn between_wish_and_refund_the_sweeper_gives_back_once() -> Result<()> {
    let (street, session, order) = refund_killed_at("refund_before_processor", 0)?;
    street.restart_seller(None)?;
    rest_refunded(&street, &session, &order)
}

/// The money is back, the order does not know: the sweeper asks under the same key.
#[test]
fn between_refund_and_record_the_sweeper_gives_back_once() -> Result<()> {
    let (street, session, order) = refund_killed_at("refund_after_processor", 500)?;
    street.restart_seller(None)?;
    rest_refunded(&street, &session, &order)
}

/// The operator repeats the request, at once and later; the sweeper dies between, at both places.
#[test]
fn repeated_by_the_operator_and_a_dying_sweeper_it_is_given_back_once() -> Result<()> {
    let (street, session, order) = refund_killed_at("refund_before_processor", 0)?;
    for place in ["refund_before_processor", "refund_after_processor"] {
        street.restart_seller(Some(place))?;
        street
            .wait_for_dead_seller()
            .with_context(|| format!("the sweeper at {place}"))?;
    }
    ensure!(issuer_refunded(&street, &session)? == 500);
    street.restart_seller(None)?;
    for _ in 0..3 {
        let answer = street.refund(&order, Some(500), "refund")?;
        ensure!(answer.status == 200, "the repetition got {answer:?}");
    }
    rest_refunded(&street, &session, &order)?;
    let answer = street.refund(&order, Some(500), "refund")?;
    ensure!(answer.status == 200, "the repetition got {answer:?}");
    ensure!(refunded(&street, &session)? == session.total);
    Ok(())
}

/// Kills at moments that nobody chose: the delay grows from cycle to cycle through the whole saga.
#[test]
fn killed_at_any_moment() -> Result<()> {
    let street = street()?;
    for cycle in 0_u64..12 {
        let session = street.ready_session(&format!("create-{cycle}"))?;
        let token = street.token(&session)?;
        let key = format!("complete-{cycle}");
        let end = thread::scope(|scope| -> Result<End> {
            let racer = scope.spawn(|| street.complete(&session, &token, &key));
            thread::sleep(Duration::from_micros(cycle * 700));
            street.restart_seller(None)?;
            // The answer may have been cut off: that is the point.
            let _ = racer.join();
            settled(&street, &session).with_context(|| format!("cycle {cycle}"))
        })?;
        if end == End::Payable {
            retried(&street, &session, &token, &format!("again-{cycle}"))?;
        }
    }
    Ok(())
}
