//! Cases about charges and look-ups.

use comptoir_acp::money::MinorUnits;
use futures_util::future::join_all;
use secrecy::SecretString;

use super::{Bench, Case, TOTAL, captured, currency, expect, request, session_id, token};
use crate::{
    Authentication, AuthenticationOutcome, ChargeOutcome, DeclineReason, Lookup,
    simulated::Behavior,
};

pub(super) async fn one_key_charges_once(bench: &dyn Bench) -> Case {
    let session = "kit_one_key";
    let token = token(bench, session, Behavior::Approve).await?;
    let request = request(session, 1, &token)?;
    let first = bench.processor().charge(&request).await;
    expect(matches!(first, ChargeOutcome::Approved { .. }), &first)?;
    let again = bench.processor().charge(&request).await;
    expect(again == first, &again)?;
    for outcome in join_all((0..8).map(|_| bench.processor().charge(&request))).await {
        expect(outcome == first, &outcome)?;
    }
    captured(bench, session, 1).await
}

pub(super) async fn other_parameters(bench: &dyn Bench) -> Case {
    let session = "kit_other_parameters";
    let token = token(bench, session, Behavior::Approve).await?;
    let request = request(session, 1, &token)?;
    let first = bench.processor().charge(&request).await;
    let mut other = request.clone();
    other.amount = MinorUnits::new(TOTAL.saturating_sub(1));
    let outcome = bench.processor().charge(&other).await;
    // Declined would say that nothing was captured under this key, which is false.
    expect(matches!(outcome, ChargeOutcome::Unknown { .. }), &outcome)?;
    let found = bench.processor().lookup_charge(&request.charge_key).await;
    expect(
        approved(&first).is_some() && approved_lookup(&found) == approved(&first),
        &found,
    )?;
    captured(bench, session, 1).await
}

pub(super) async fn token_is_single_use(bench: &dyn Bench) -> Case {
    let session = "kit_single_use";
    let token = token(bench, session, Behavior::Approve).await?;
    let first = bench
        .processor()
        .charge(&request(session, 1, &token)?)
        .await;
    expect(matches!(first, ChargeOutcome::Approved { .. }), &first)?;
    let second = bench
        .processor()
        .charge(&request(session, 2, &token)?)
        .await;
    expect(is_declined(&second, DeclineReason::TokenConsumed), &second)?;
    captured(bench, session, 1).await
}

pub(super) async fn token_race(bench: &dyn Bench) -> Case {
    let session = "kit_token_race";
    let token = token(bench, session, Behavior::Approve).await?;
    let mut requests = Vec::new();
    for attempt in 1..=8 {
        requests.push(request(session, attempt, &token)?);
    }
    let outcomes = join_all(
        requests
            .iter()
            .map(|request| bench.processor().charge(request)),
    )
    .await;
    let winners = outcomes
        .iter()
        .filter(|outcome| approved(outcome).is_some())
        .count();
    expect(winners == 1, &outcomes)?;
    captured(bench, session, 1).await
}

pub(super) async fn timeout_after(bench: &dyn Bench) -> Case {
    let session = "kit_timeout_after";
    let token = token(bench, session, Behavior::TimeoutAfterCharge).await?;
    let request = request(session, 1, &token)?;
    let outcome = bench.processor().charge(&request).await;
    expect(matches!(outcome, ChargeOutcome::Unknown { .. }), &outcome)?;
    let found = bench.processor().lookup_charge(&request.charge_key).await;
    expect(approved_lookup(&found).is_some(), &found)?;
    let again = bench.processor().charge(&request).await;
    expect(approved(&again) == approved_lookup(&found), &again)?;
    captured(bench, session, 1).await
}

pub(super) async fn timeout_before(bench: &dyn Bench) -> Case {
    let session = "kit_timeout_before";
    let token = token(bench, session, Behavior::TimeoutBeforeCharge).await?;
    let request = request(session, 1, &token)?;
    let outcome = bench.processor().charge(&request).await;
    expect(matches!(outcome, ChargeOutcome::Unknown { .. }), &outcome)?;
    let found = bench.processor().lookup_charge(&request.charge_key).await;
    // A processor may hold the attempt open until it is certain; it may not call it approved.
    expect(
        matches!(
            found,
            Lookup::Absent | Lookup::Unknown { .. } | Lookup::Declined { .. }
        ),
        &found,
    )?;
    captured(bench, session, 0).await
}

pub(super) async fn limits(bench: &dyn Bench) -> Case {
    let session = "kit_limits";
    let token = token(bench, session, Behavior::Approve).await?;
    let mut over = request(session, 1, &token)?;
    over.amount = MinorUnits::new(TOTAL.saturating_add(1));
    let outcome = bench.processor().charge(&over).await;
    expect(
        is_declined(&outcome, DeclineReason::AmountExceedsAllowance),
        &outcome,
    )?;
    let mut foreign = request(session, 2, &token)?;
    foreign.currency = currency("usd")?;
    let outcome = bench.processor().charge(&foreign).await;
    expect(
        is_declined(&outcome, DeclineReason::CurrencyMismatch),
        &outcome,
    )?;
    let mut elsewhere = request(session, 3, &token)?;
    elsewhere.checkout_session_id = session_id("kit_limits_elsewhere")?;
    let outcome = bench.processor().charge(&elsewhere).await;
    expect(
        is_declined(&outcome, DeclineReason::SessionMismatch),
        &outcome,
    )?;
    captured(bench, session, 0).await?;
    let exact = bench
        .processor()
        .charge(&request(session, 4, &token)?)
        .await;
    expect(approved(&exact).is_some(), &exact)?;
    captured(bench, session, 1).await
}

pub(super) async fn unknown_token(bench: &dyn Bench) -> Case {
    let session = "kit_unknown_token";
    let made_up = SecretString::from("vt_00000000000000000000000000000000");
    let outcome = bench
        .processor()
        .charge(&request(session, 1, &made_up)?)
        .await;
    expect(is_declined(&outcome, DeclineReason::TokenUnknown), &outcome)?;
    captured(bench, session, 0).await
}

pub(super) async fn declines(bench: &dyn Bench) -> Case {
    let reasons = [
        DeclineReason::Generic,
        DeclineReason::InsufficientFunds,
        DeclineReason::ExpiredCard,
        DeclineReason::LostOrStolenCard,
        DeclineReason::IncorrectCvc,
    ];
    for reason in reasons {
        let session = format!("kit_decline_{reason}");
        let token = token(bench, &session, Behavior::Decline(reason)).await?;
        let request = request(&session, 1, &token)?;
        let outcome = bench.processor().charge(&request).await;
        expect(is_declined(&outcome, reason), &outcome)?;
        let found = bench.processor().lookup_charge(&request.charge_key).await;
        expect(
            matches!(&found, Lookup::Declined { reason: known, .. } if *known == reason),
            &found,
        )?;
        captured(bench, &session, 0).await?;
    }
    Ok(())
}

pub(super) async fn authentication(bench: &dyn Bench) -> Case {
    let session = "kit_authentication";
    let token = token(bench, session, Behavior::RequireAuthentication).await?;
    let bare = request(session, 1, &token)?;
    let outcome = bench.processor().charge(&bare).await;
    expect(outcome == ChargeOutcome::AuthenticationRequired, &outcome)?;
    let found = bench.processor().lookup_charge(&bare.charge_key).await;
    expect(found == Lookup::AuthenticationRequired, &found)?;
    captured(bench, session, 0).await?;
    let mut proven = request(session, 2, &token)?;
    proven.authentication = Some(result_of(AuthenticationOutcome::Authenticated));
    let outcome = bench.processor().charge(&proven).await;
    expect(approved(&outcome).is_some(), &outcome)?;
    captured(bench, session, 1).await
}

pub(super) async fn failed_authentication(bench: &dyn Bench) -> Case {
    for outcome in AuthenticationOutcome::ALL
        .into_iter()
        .filter(|outcome| !outcome.permits_charge())
    {
        let session = format!("kit_3ds_{}", outcome.as_str());
        let token = token(bench, &session, Behavior::Approve).await?;
        let mut request = request(&session, 1, &token)?;
        request.authentication = Some(result_of(outcome));
        let outcome = bench.processor().charge(&request).await;
        expect(
            is_declined(&outcome, DeclineReason::AuthenticationFailed),
            &outcome,
        )?;
        captured(bench, &session, 0).await?;
    }
    Ok(())
}

pub(super) async fn absent(bench: &dyn Bench) -> Case {
    let found = bench.processor().lookup_charge("kit_absent:1").await;
    expect(found == Lookup::Absent, &found)?;
    let found = bench.processor().lookup_refund("kit_absent:refund").await;
    expect(found == crate::RefundLookup::Absent, &found)
}

fn result_of(outcome: AuthenticationOutcome) -> Authentication {
    let proof = |text: &str| outcome.permits_charge().then(|| text.to_owned());
    Authentication {
        outcome,
        three_ds_cryptogram: proof("AAECAwQFBgcICQoLDA0ODxAREhM="),
        electronic_commerce_indicator: proof("05"),
        transaction_id: proof("kit_transaction"),
        version: proof("2.2.0"),
    }
}

fn approved(outcome: &ChargeOutcome) -> Option<&str> {
    match outcome {
        ChargeOutcome::Approved { charge_id } => Some(charge_id.as_str()),
        ChargeOutcome::Declined { .. }
        | ChargeOutcome::AuthenticationRequired
        | ChargeOutcome::Unknown { .. } => None,
    }
}

fn approved_lookup(found: &Lookup) -> Option<&str> {
    match found {
        Lookup::Approved { charge_id } => Some(charge_id.as_str()),
        Lookup::Declined { .. }
        | Lookup::AuthenticationRequired
        | Lookup::Reversed { .. }
        | Lookup::Absent
        | Lookup::Unknown { .. } => None,
    }
}

fn is_declined(outcome: &ChargeOutcome, expected: DeclineReason) -> bool {
    matches!(outcome, ChargeOutcome::Declined { reason, .. } if *reason == expected)
}
