//! Invariants, judged by what the two parties say of themselves.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{Session, Street};

/// How long an interrupted purchase may take to settle.
const SETTLE_MAX: Duration = Duration::from_secs(30);

/// How a purchase ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// One charge, one order, a completed session.
    Bought,
    /// No charge, no order, a session that can be paid.
    Payable,
}

/// Waits until the session is settled, then checks that money, order and session agree (I1, I2).
pub fn settled(street: &Street, session: &Session) -> Result<End> {
    let started = Instant::now();
    loop {
        let now = street.session(&session.id)?;
        match now.status.as_str() {
            "completed" => {
                exactly_one_purchase(street, session)?;
                return Ok(End::Bought);
            }
            "ready_for_payment" => {
                nothing_happened(street, session)?;
                return Ok(End::Payable);
            }
            other if started.elapsed() > SETTLE_MAX => {
                bail!("session {} is still {other}", session.id)
            }
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// One successful charge of exactly the total, and one order.
pub fn exactly_one_purchase(street: &Street, session: &Session) -> Result<()> {
    let charges = captured(street, session)?;
    let orders = orders(street, session)?;
    if charges.len() != 1 || orders.len() != 1 {
        bail!(
            "{} charges and {} orders for session {}",
            charges.len(),
            orders.len(),
            session.id
        );
    }
    for charge in &charges {
        let captures = charge.get("captures").and_then(Value::as_i64);
        let amount = charge.get("amount").and_then(Value::as_i64);
        if captures != Some(1) || amount != Some(session.total) {
            bail!(
                "captured {captures:?} times {amount:?} instead of once {}: {charge}",
                session.total
            );
        }
    }
    Ok(())
}

/// Waits until no refund of this session's order is pending, then checks that the issuer gave back
/// exactly what the order says, and never more than the charge (I4). Returns that sum, in minor
/// units.
pub fn refunded(street: &Street, session: &Session) -> Result<i64> {
    let started = Instant::now();
    loop {
        let mut orders = orders(street, session)?;
        let (Some(order), true) = (orders.pop(), orders.is_empty()) else {
            bail!("not exactly one order for session {}", session.id);
        };
        if !adjustments(&order).any(|(status, _)| status == "pending") {
            return given_back(street, session, &order);
        }
        if started.elapsed() > SETTLE_MAX {
            bail!("a refund is still pending: {order}");
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// What the issuer gave back of this session's one charge so far, in minor units.
pub fn issuer_refunded(street: &Street, session: &Session) -> Result<i64> {
    let charges = captured(street, session)?;
    let [charge] = charges.as_slice() else {
        bail!("{} charges for session {}", charges.len(), session.id);
    };
    let refunded = charge.get("amount_refunded").and_then(Value::as_i64);
    refunded.with_context(|| format!("no amount_refunded in {charge}"))
}

fn given_back(street: &Street, session: &Session, order: &Value) -> Result<i64> {
    let recorded: i64 = adjustments(order)
        .filter(|(status, _)| *status == "completed")
        .map(|(_, amount)| amount)
        .sum();
    let shown = order
        .get("totals")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find(|row| row.get("type").and_then(Value::as_str) == Some("amount_refunded"))
        .and_then(|row| row.get("amount"))
        .map_or(Some(0), Value::as_i64);
    let moved = issuer_refunded(street, session)?;
    if recorded != moved || shown != Some(moved) || moved > session.total {
        bail!("the issuer gave back {moved}, the order records {recorded} and shows {shown:?}");
    }
    Ok(moved)
}

/// Status and amount of everything that was given back or asked for.
fn adjustments(order: &Value) -> impl Iterator<Item = (&str, i64)> {
    let rows = order.get("adjustments").and_then(Value::as_array);
    rows.into_iter().flatten().map(|row| {
        let status = row.get("status").and_then(Value::as_str);
        let amount = row.get("amount").and_then(Value::as_i64);
        (status.unwrap_or_default(), amount.unwrap_or_default())
    })
}

/// No successful charge and no order.
pub fn nothing_happened(street: &Street, session: &Session) -> Result<()> {
    let charges = captured(street, session)?.len();
    let orders = orders(street, session)?.len();
    if charges != 0 || orders != 0 {
        bail!(
            "{charges} charges and {orders} orders for a payable session {}",
            session.id
        );
    }
    Ok(())
}

/// Entries of this session's charges under which money was captured, however often, and whatever
/// became of it later: a charge that was given back was still one too many.
fn captured(street: &Street, session: &Session) -> Result<Vec<Value>> {
    let prefix = format!("{}:", session.id);
    let mut charges = street.charges()?;
    charges.retain(|charge| {
        let key = charge
            .get("charge_key")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let captures = charge
            .get("captures")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        key.starts_with(&prefix) && captures > 0
    });
    Ok(charges)
}

fn orders(street: &Street, session: &Session) -> Result<Vec<Value>> {
    let mut orders = street.orders()?;
    orders.retain(|order| {
        order.get("checkout_session_id").and_then(Value::as_str) == Some(session.id.as_str())
    });
    Ok(orders)
}
