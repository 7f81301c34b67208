//! Invariants, judged by what the two parties say of themselves.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
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
