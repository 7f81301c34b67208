//! The completion saga is killed at every recovery point; money, order and session must agree after
//! the restart: exactly one charge and one order, or none and a session that can be paid.

use std::{path::Path, thread, time::Duration};

use anyhow::{Context, Result, ensure};
use comptoir_faults::{
    Session, Street,
    checks::{End, settled},
};

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
