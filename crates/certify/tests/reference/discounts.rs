//! Discount codes.

use serde_json::{Value, json};

use super::{
    basics::{later, now},
    session::{Message, Money, Session},
};

/// The version of the extension.
pub(crate) const VERSION: &str = "2026-01-27";

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Wrong codes of one session, before it may not try any more.
pub(crate) const WRONG_MAX: usize = 40;

/// A discount.
struct Discount {
    code: &'static str,
    name: &'static str,
    /// Percent off each line, or else minor units off the order.
    percent: Option<i64>,
    amount: i64,
    /// Least worth of the goods.
    minimum: i64,
    /// Goes with no other code.
    exclusive: bool,
    /// For buyers who signed in.
    members: bool,
    /// Why it cannot be used any more.
    closed: Option<&'static str>,
    /// Off the shipping instead of the goods.
    shipping: bool,
    /// Days since it began, and days until it ends.
    days: Option<(i64, i64)>,
    /// Months for which it holds again and again.
    months: Option<i64>,
    /// How often it may be redeemed, and how often it was.
    redemptions: Option<(i64, i64)>,
}

const fn discount(code: &'static str, name: &'static str, amount: i64) -> Discount {
    Discount {
        code,
        name,
        percent: None,
        amount,
        minimum: 0,
        exclusive: false,
        members: false,
        closed: None,
        shipping: false,
        days: None,
        months: None,
        redemptions: None,
    }
}

const DISCOUNTS: [Discount; 11] = [
    Discount {
        percent: Some(10),
        days: Some((30, 30)),
        ..discount("SAVE10", "10% off each item", 0)
    },
    discount("FIVEOFF", "$5 off your order", 500),
    Discount {
        percent: Some(5),
        redemptions: Some((1000, 3)),
        ..discount("EXTRA5", "5% off what is left", 0)
    },
    Discount {
        percent: Some(5),
        months: Some(3),
        ..discount("MONTHLY5", "5% off for three months", 0)
    },
    Discount {
        shipping: true,
        ..discount("SHIP3", "$3 off shipping", 300)
    },
    Discount {
        percent: Some(20),
        exclusive: true,
        ..discount("SOLO20", "20% off, with no other code", 0)
    },
    Discount {
        minimum: 100_000,
        ..discount("BIG50", "$50 off from $1000 on", 5000)
    },
    Discount {
        percent: Some(15),
        members: true,
        ..discount("MEMBERS15", "15% off for members", 0)
    },
    Discount {
        closed: Some("discount_code_expired"),
        ..discount("EXPIRED50", "$50 off, last year", 5000)
    },
    Discount {
        closed: Some("discount_code_user_ineligible"),
        ..discount("VIP25", "$25 off for chosen buyers", 2500)
    },
    Discount {
        closed: Some("discount_code_usage_limit_reached"),
        ..discount("USEDUP", "$1 off for the first hundred", 100)
    },
];

/// Given without a code, from this worth of goods on.
const AUTOMATIC: Discount = Discount {
    minimum: 500_000,
    ..discount("", "$10 off from $5000 on", 1000)
};

/// Takes the session's codes off `lines`, and off the order, which pays `shipping` too.
pub(crate) fn apply(session: &Session, shipping: i64, lines: &mut [Money], outcome: &mut Outcome) {
    let mut accepted: Vec<(&Discount, Option<&str>)> = Vec::new();
    let base: i64 = lines.iter().map(|line| line.base).sum();
    for (index, code) in session.codes.iter().enumerate() {
        match accept(session, code, base, shipping, &accepted) {
            Ok(discount) => accepted.push((discount, Some(code))),
            Err(reason) => outcome.reject(index, code, reason),
        }
    }
    if base >= AUTOMATIC.minimum {
        accepted.push((&AUTOMATIC, None));
    }
    // Percentages first: they are taken of the whole line, the rest of what is left.
    accepted.sort_by_key(|(discount, _)| discount.percent.is_none());
    for (place, (discount, code)) in accepted.into_iter().enumerate() {
        outcome.take_off(place + 1, discount, code, shipping, lines);
    }
}

fn accept(
    session: &Session,
    code: &str,
    base: i64,
    shipping: i64,
    accepted: &[(&Discount, Option<&str>)],
) -> Result<&'static Discount, &'static str> {
    const LISTED: &[Discount] = &DISCOUNTS;
    let wanted = code.trim();
    let discount = LISTED
        .iter()
        .find(|discount| discount.code.eq_ignore_ascii_case(wanted))
        .ok_or("discount_code_invalid")?;
    let signed_in = session
        .buyer
        .as_ref()
        .is_some_and(|buyer| buyer["authentication_status"] == "authenticated");
    let others = |(other, _): &(&Discount, _)| discount.exclusive || other.exclusive;
    if let Some(reason) = discount.closed {
        Err(reason)
    } else if accepted
        .iter()
        .any(|(other, _)| other.code == discount.code)
    {
        Err("discount_code_already_applied")
    } else if accepted.iter().any(others) {
        Err("discount_code_combination_disallowed")
    } else if discount.members && !signed_in {
        Err("discount_code_user_not_logged_in")
    } else if base < discount.minimum.max(1) || (discount.shipping && shipping == 0) {
        Err("discount_code_minimum_not_met")
    } else {
        Ok(discount)
    }
}

/// What the codes come to.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) off_order: i64,
    pub(crate) applied: Vec<Value>,
    pub(crate) rejected: Vec<Value>,
    pub(crate) messages: Vec<Message>,
}

impl Outcome {
    fn reject(&mut self, index: usize, code: &str, reason: &'static str) {
        let text = format!(
            "The code {code} does not apply: {}",
            reason.replace('_', " ")
        );
        self.rejected
            .push(json!({ "code": code, "reason": reason, "message": text }));
        let param = format!("$.discounts.codes[{index}]");
        self.messages.push(Message::warning(reason, param, text));
    }

    fn take_off(
        &mut self,
        priority: usize,
        discount: &Discount,
        code: Option<&str>,
        shipping: i64,
        lines: &mut [Money],
    ) {
        let mut applied = discount.described(priority);
        if let Some(percent) = discount.percent {
            let mut allocations = Vec::new();
            let mut sum = 0;
            for (index, line) in lines.iter_mut().enumerate() {
                let off = ((line.base - line.discount) * percent + 50) / 100;
                line.discount += off;
                sum += off;
                allocations
                    .push(json!({ "path": format!("$.line_items[{index}]"), "amount": off }));
            }
            applied["amount"] = json!(sum);
            applied["method"] = json!("each");
            applied["allocations"] = json!(allocations);
        } else if discount.shipping {
            let off = discount.amount.min(shipping);
            self.off_order += off;
            applied["amount"] = json!(off);
            applied["allocations"] = json!([{ "path": "$.totals.shipping", "amount": off }]);
        } else {
            let left: i64 = lines.iter().map(|line| line.base - line.discount).sum();
            let off = discount.amount.min(left - self.off_order);
            self.off_order += off;
            applied["amount"] = json!(off);
            applied["method"] = json!("across");
        }
        match code {
            Some(code) => applied["code"] = json!(code),
            None => applied["automatic"] = json!(true),
        }
        self.applied.push(applied);
    }
}

impl Discount {
    /// The discount with its coupon, before anything was taken off.
    fn described(&self, priority: usize) -> Value {
        let name = match self.code {
            "" => "automatic".to_owned(),
            code => code.to_lowercase(),
        };
        let mut coupon = json!({
            "id": format!("coupon_{name}"),
            "name": self.name,
            "duration": if self.months.is_some() { "repeating" } else { "once" },
        });
        if let Some(months) = self.months {
            coupon["duration_in_months"] = json!(months);
        }
        if let Some((most, redeemed)) = self.redemptions {
            coupon["max_redemptions"] = json!(most);
            coupon["times_redeemed"] = json!(redeemed);
        }
        if let Some(percent) = self.percent {
            coupon["percent_off"] = json!(percent);
        } else {
            coupon["amount_off"] = json!(self.amount);
            coupon["currency"] = json!("usd");
        }
        let id = format!("di_{name}");
        let mut applied = json!({ "id": id, "priority": priority, "coupon": coupon });
        if let Some((begun, left)) = self.days {
            applied["start"] = json!(later(now(), -begun * DAY_S).to_string());
            applied["end"] = json!(later(now(), left * DAY_S).to_string());
        }
        applied
    }
}
