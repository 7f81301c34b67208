//! Reading the discounts of a session, leniently: the shape is judged apart.

use serde_json::Value;

use crate::lanes::{
    documents::list,
    seller::{Session, json_path, money::LineMoney},
};

/// A discount in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct Applied<'a>(pub(super) &'a Value);

/// A part of a discount and what it was taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Place among the lines; `None` for shipping, fees and whatever else.
    pub(super) line: Option<usize>,
    /// Minor units.
    pub(super) amount: i64,
}

impl<'a> Applied<'a> {
    pub(super) fn text(self, member: &str) -> Option<&'a str> {
        self.0.get(member)?.as_str()
    }

    /// Whether it comes from this code, in whatever case.
    pub(super) fn is_of(self, code: &str) -> bool {
        self.text("code").is_some_and(|own| same_code(own, code))
    }

    pub(super) fn is_automatic(self) -> bool {
        self.0.get("automatic") == Some(&Value::Bool(true))
    }

    /// Minor units; `None` when it is no integer.
    pub(super) fn amount(self) -> Option<i64> {
        self.0.get("amount")?.as_i64()
    }

    pub(super) fn priority(self) -> Option<i64> {
        self.0.get("priority")?.as_i64()
    }

    pub(super) fn coupon(self) -> &'a Value {
        self.0.get("coupon").unwrap_or(&Value::Null)
    }

    pub(super) fn allocations(self) -> &'a [Value] {
        list(self.0, "allocations")
    }

    /// Its allocations; those that cannot be read are left out.
    pub(super) fn parts(self) -> Vec<Part> {
        let all = self.allocations().iter();
        all.filter_map(|one| {
            Some(Part {
                line: line_of(one.get("path")?.as_str()?),
                amount: one.get("amount")?.as_i64()?,
            })
        })
        .collect()
    }

    /// What it takes off this line.
    pub(super) fn off_line(self, line: usize) -> i64 {
        sum(self.parts().iter().filter(|part| part.line == Some(line)))
    }

    /// What it takes off all lines.
    pub(super) fn off_lines(self) -> i64 {
        sum(self.parts().iter().filter(|part| part.line.is_some()))
    }
}

fn sum<'a>(parts: impl Iterator<Item = &'a Part>) -> i64 {
    parts.fold(0, |sum, part| sum.saturating_add(part.amount))
}

/// The place of the line that an allocation's path names.
pub(super) fn line_of(path: &str) -> Option<usize> {
    let segments = json_path::segments(path)?;
    match segments.as_slice() {
        [list, index, ..] if list == "line_items" => index.parse().ok(),
        _ => None,
    }
}

/// Codes are the same in any case.
pub(super) fn same_code(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn part<'a>(session: &'a Session, member: &str) -> &'a [Value] {
    let discounts = session.json.get("discounts");
    discounts
        .map(|discounts| list(discounts, member))
        .unwrap_or_default()
}

/// The discounts in force.
pub(super) fn applied(session: &Session) -> Vec<Applied<'_>> {
    part(session, "applied").iter().map(Applied).collect()
}

/// The discount of this code.
pub(super) fn applied_by<'a>(session: &'a Session, code: &str) -> Option<Applied<'a>> {
    let all = applied(session);
    all.into_iter().find(|one| one.is_of(code))
}

/// The rejected codes.
pub(super) fn rejected(session: &Session) -> &[Value] {
    part(session, "rejected")
}

/// The reasons for which this code was rejected.
pub(super) fn reasons<'a>(session: &'a Session, code: &str) -> Vec<&'a str> {
    let all = rejected(session).iter();
    all.filter(|one| Session::text(one, "code").is_some_and(|own| same_code(own, code)))
        .filter_map(|one| Session::text(one, "reason"))
        .collect()
}

/// The codes that the session repeats.
pub(super) fn codes(session: &Session) -> Vec<&str> {
    let all = part(session, "codes").iter();
    all.filter_map(Value::as_str).collect()
}

/// Everything that discounts take off; `None` when an amount is no integer.
pub(super) fn amounts(session: &Session) -> Option<i64> {
    let mut all = applied(session).into_iter();
    all.try_fold(0_i64, |sum, one| sum.checked_add(one.amount()?))
}

/// What a line costs before discounts: its base, else unit price times quantity.
pub(super) fn line_base(line: &Value) -> Option<i64> {
    LineMoney::of(line).base.or_else(|| {
        let price = line.get("unit_amount")?.as_i64()?;
        price.checked_mul(line_units(line))
    })
}

/// Units of a line.
pub(super) fn line_units(line: &Value) -> i64 {
    let units = Session::item_of(line).1.unwrap_or(1);
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// The discounts of a session as text, for findings.
pub(super) fn shown(session: &Session) -> String {
    session
        .json
        .get("discounts")
        .map_or_else(|| "no discounts".to_owned(), Value::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths to lines are told from others.
    #[test]
    fn paths_name_lines() {
        assert_eq!(line_of("$.line_items[2]"), Some(2));
        assert_eq!(line_of("$['line_items'][0].totals"), Some(0));
        assert_eq!(line_of("$.totals.shipping"), None);
        assert_eq!(line_of("line 1"), None);
    }

    /// Codes are compared without regard to case and blanks around.
    #[test]
    fn codes_have_no_case() {
        assert!(same_code("Save10", " SAVE10"));
        assert!(!same_code("SAVE10", "SAVE20"));
    }
}
