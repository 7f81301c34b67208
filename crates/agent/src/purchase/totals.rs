//! Re-adds a seller's amounts. A total that is not the sum of its rows is never charged.

use super::session::{Line, Session, TotalRow, only};

/// Why amounts were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TotalsFault {
    /// There is no single `total`, or it is negative.
    NoTotal,
    /// A row of a type whose sign is not known.
    UnknownRow,
    /// Rows do not add up to the total or the subtotal.
    Mismatch,
    /// Amounts too large to add.
    Overflow,
}

/// Amounts that add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    /// What is paid, in minor units.
    pub(crate) total: i64,
    /// Every row that counts, by type, signed as it changes what is paid; they sum to `total`.
    pub(crate) addends: Vec<(String, i64)>,
}

/// Checks the session's rows and its lines' rows.
///
/// Session: `total = items_base − items_discount − discount + fulfillment + tax + fee + gift_wrap +
/// tip − store_credit`; discounts and credits count as subtracted whichever sign they carry. Rows
/// of one type may repeat. Where a `subtotal` is given it must be `items_base − items_discount`,
/// with or without the session's `discount`, because sellers differ.
pub(crate) fn verify(session: &Session) -> Result<Verified, TotalsFault> {
    let total = session
        .only("total")
        .filter(|total| *total >= 0)
        .ok_or(TotalsFault::NoTotal)?;
    let rows = &session.totals;
    known_rows(rows)?;
    let base = sum(rows, "items_base_amount")?;
    let net = minus(base, reductions(rows, "items_discount")?)?;
    let discount = reductions(rows, "discount")?;
    let has_base = rows.iter().any(|row| row.kind == "items_base_amount");
    let subtotal = only(rows, "subtotal");
    if has_base && subtotal.is_some_and(|it| it != net && minus(net, discount) != Ok(it)) {
        return Err(TotalsFault::Mismatch);
    }
    if !has_base && (subtotal.is_none() || net != 0) {
        return Err(TotalsFault::Mismatch);
    }
    let addends = [
        addends(rows, has_base, true)?,
        addends(rows, has_base, false)?,
    ]
    .into_iter()
    .enumerate()
    // A subtotal that stands for the items may have the session's discount inside already.
    .filter(|(position, _)| *position == 0 || !has_base)
    .map(|(_, addends)| addends)
    .find(|addends| {
        addends
            .iter()
            .try_fold(0, |sum, (_, amount)| plus(sum, *amount))
            == Ok(total)
    })
    .ok_or(TotalsFault::Mismatch)?;
    let line_bases = session
        .lines
        .iter()
        .try_fold(0, |sum, line| plus(sum, verify_line(line)?))?;
    if has_base && line_bases != base {
        return Err(TotalsFault::Mismatch);
    }
    Ok(Verified { total, addends })
}

/// The rows that make the total, signed; without a base row the subtotal stands for the items.
fn addends(
    rows: &[TotalRow],
    has_base: bool,
    with_discount: bool,
) -> Result<Vec<(String, i64)>, TotalsFault> {
    let mut addends = Vec::new();
    for row in rows {
        let amount = match row.kind.as_str() {
            "total" => continue,
            "subtotal" if has_base => continue,
            "discount" if !with_discount => continue,
            "items_discount" | "discount" | "store_credit" => row
                .amount
                .checked_abs()
                .and_then(i64::checked_neg)
                .ok_or(TotalsFault::Overflow)?,
            _ => row.amount,
        };
        addends.push((row.kind.clone(), amount));
    }
    addends
        .iter()
        .try_fold(0, |sum, (_, amount)| plus(sum, *amount))?;
    Ok(addends)
}

/// Checks one line; returns what its items cost before discounts.
fn verify_line(line: &Line) -> Result<i64, TotalsFault> {
    let rows = &line.totals;
    known_rows(rows)?;
    let unit_base = match line.unit_amount {
        Some(unit) if unit < 0 => return Err(TotalsFault::Mismatch),
        Some(unit) => Some(
            unit.checked_mul(i64::from(line.quantity))
                .ok_or(TotalsFault::Overflow)?,
        ),
        None => None,
    };
    let base = match (unit_base, only(rows, "items_base_amount")) {
        (Some(unit_base), Some(base)) if unit_base != base => return Err(TotalsFault::Mismatch),
        (_, Some(base)) | (Some(base), None) => base,
        (None, None) => only(rows, "subtotal").ok_or(TotalsFault::Mismatch)?,
    };
    let of_items = minus(base, reductions(rows, "items_discount")?)?;
    let net = minus(of_items, reductions(rows, "discount")?)?;
    // Sellers differ in whether a line's share of a session discount is in its subtotal.
    if only(rows, "subtotal").is_some_and(|given| given != net && given != of_items) {
        return Err(TotalsFault::Mismatch);
    }
    if let Some(total) = only(rows, "total") {
        let with_tax = plus(net, sum(rows, "tax")?)?;
        if total != with_tax && total != net {
            return Err(TotalsFault::Mismatch);
        }
    }
    Ok(base)
}

/// Rows whose sign is known; `amount_refunded` belongs to orders, not to sessions.
fn known_rows(rows: &[TotalRow]) -> Result<(), TotalsFault> {
    const ADDED: [&str; 8] = [
        "items_base_amount",
        "subtotal",
        "fulfillment",
        "tax",
        "fee",
        "gift_wrap",
        "tip",
        "total",
    ];
    const SUBTRACTED: [&str; 3] = ["items_discount", "discount", "store_credit"];
    for row in rows {
        let added = ADDED.contains(&row.kind.as_str());
        if !added && !SUBTRACTED.contains(&row.kind.as_str()) {
            return Err(TotalsFault::UnknownRow);
        }
        if added && row.amount < 0 {
            return Err(TotalsFault::Mismatch);
        }
    }
    for kind in ["subtotal", "total"] {
        if rows.iter().filter(|row| row.kind == kind).count() > 1 {
            return Err(TotalsFault::Mismatch);
        }
    }
    Ok(())
}

fn sum(rows: &[TotalRow], kind: &str) -> Result<i64, TotalsFault> {
    rows.iter()
        .filter(|row| row.kind == kind)
        .try_fold(0, |sum, row| plus(sum, row.amount))
}

fn reductions(rows: &[TotalRow], kind: &str) -> Result<i64, TotalsFault> {
    rows.iter()
        .filter(|row| row.kind == kind)
        .try_fold(0, |sum, row| {
            plus(sum, row.amount.checked_abs().ok_or(TotalsFault::Overflow)?)
        })
}

fn plus(left: i64, right: i64) -> Result<i64, TotalsFault> {
    left.checked_add(right).ok_or(TotalsFault::Overflow)
}

fn minus(left: i64, right: i64) -> Result<i64, TotalsFault> {
    left.checked_sub(right).ok_or(TotalsFault::Overflow)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn session(lines: &[(i64, i64)], totals: &[(&str, i64)]) -> Session {
        let rows = |rows: &[(&str, i64)]| -> Vec<Value> {
            rows.iter()
                .map(|(kind, amount)| json!({"type": kind, "display_text": kind, "amount": amount}))
                .collect()
        };
        let lines: Vec<Value> = lines
            .iter()
            .enumerate()
            .map(|(at, (unit, quantity))| {
                json!({"id": format!("li_{at}"), "item": {"id": format!("i{at}")}, "quantity": quantity,
                    "unit_amount": unit, "totals": rows(&[("items_base_amount", unit * quantity), ("total", unit * quantity)])})
            })
            .collect();
        let value = json!({"id": "cs", "status": "ready_for_payment", "currency": "EUR",
            "line_items": lines, "totals": rows(totals)});
        Session::read(&value).unwrap()
    }

    #[test]
    fn every_row_type_counts_with_its_sign() {
        let rows = [
            ("items_base_amount", 2000),
            ("items_discount", 100),
            ("subtotal", 1900),
            ("discount", 200),
            ("fulfillment", 500),
            ("tax", 300),
            ("tax", 40),
            ("fee", 10),
            ("gift_wrap", 20),
            ("tip", 30),
            ("store_credit", 600),
            ("total", 2000),
        ];
        assert_eq!(
            verify(&session(&[(1000, 2)], &rows)).map(|it| it.total),
            Ok(2000)
        );
    }

    #[test]
    fn discounts_are_subtracted_whichever_sign_they_carry() {
        let rows = [
            ("items_base_amount", 1000),
            ("discount", -100),
            ("total", 900),
        ];
        assert_eq!(
            verify(&session(&[(1000, 1)], &rows)).map(|it| it.total),
            Ok(900)
        );
    }

    #[test]
    fn wrong_unknown_repeated_and_missing_rows_are_refused() {
        let with = |rows: &[(&str, i64)]| verify(&session(&[(1000, 1)], rows)).map(|it| it.total);
        let base = ("items_base_amount", 1000);
        assert_eq!(with(&[base, ("total", 1001)]), Err(TotalsFault::Mismatch));
        assert_eq!(
            with(&[base, ("surprise", 1), ("total", 1000)]),
            Err(TotalsFault::UnknownRow)
        );
        assert_eq!(
            with(&[base, ("total", 1000), ("total", 1)]),
            Err(TotalsFault::NoTotal)
        );
        assert_eq!(with(&[base]), Err(TotalsFault::NoTotal));
        assert_eq!(
            with(&[base, ("subtotal", 900), ("total", 1000)]),
            Err(TotalsFault::Mismatch)
        );
        assert_eq!(
            with(&[("items_base_amount", 900), ("total", 900)]),
            Err(TotalsFault::Mismatch)
        );
        assert_eq!(
            with(&[base, ("fee", -500), ("total", 500)]),
            Err(TotalsFault::Mismatch)
        );
        assert_eq!(
            with(&[base, ("tax", i64::MAX), ("total", 0)]),
            Err(TotalsFault::Overflow)
        );
    }

    proptest! {
        // Changing the total of honest amounts by anything is always noticed.
        #[test]
        fn a_total_that_is_off_is_refused(
            unit in 0_i64..1_000_000, quantity in 1_i64..100, shipping in 0_i64..100_000,
            tax in 0_i64..1_000_000, off in prop_oneof![-1000_i64..0, 1_i64..1000],
        ) {
            let base = unit * quantity;
            let total = base + shipping + tax;
            let rows = |total| [("items_base_amount", base), ("fulfillment", shipping), ("tax", tax), ("total", total)];
            prop_assert_eq!(verify(&session(&[(unit, quantity)], &rows(total))).map(|it| it.total), Ok(total));
            prop_assert!(verify(&session(&[(unit, quantity)], &rows(total + off))).is_err());
        }
    }
}
