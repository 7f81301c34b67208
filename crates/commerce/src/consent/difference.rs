//! What changed between the session that was agreed to and the session now, in words.

use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};

use super::{SessionSummary, SummaryLine};

/// One change. Its [`Display`](std::fmt::Display) is a clause for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// Another seller.
    Seller,
    /// Another session.
    Session,
    /// Another revision of the session, whatever else changed.
    Revision {
        /// Agreed to.
        before: u64,
        /// Now.
        now: u64,
    },
    /// Another currency.
    Currency {
        /// Agreed to.
        before: Currency,
        /// Now.
        now: Currency,
    },
    /// A line that was not agreed to.
    LineAdded {
        /// Its name.
        title: String,
    },
    /// A line that is missing.
    LineRemoved {
        /// Its name.
        title: String,
    },
    /// Another item, name or variant under the same line.
    Item {
        /// Name agreed to.
        before: String,
        /// Name now.
        now: String,
    },
    /// Another number of units.
    Quantity {
        /// Name of the line.
        title: String,
        /// Agreed to.
        before: u32,
        /// Now.
        now: u32,
    },
    /// Another price of one unit.
    UnitPrice {
        /// Name of the line.
        title: String,
        /// Agreed to.
        before: Money,
        /// Now.
        now: Money,
    },
    /// Another price of the whole line.
    LineTotal {
        /// Name of the line.
        title: String,
        /// Agreed to.
        before: Money,
        /// Now.
        now: Money,
    },
    /// The same lines in another order.
    LineOrder,
    /// Another delivery.
    Delivery {
        /// Agreed to.
        before: String,
        /// Now.
        now: String,
    },
    /// Another destination.
    Address,
    /// Another amount of one kind.
    Total {
        /// The kind, in the seller's words.
        kind: String,
        /// Agreed to.
        before: Money,
        /// Now.
        now: Money,
    },
    /// The same amounts, listed otherwise.
    TotalList,
    /// Another total.
    ToPay {
        /// Agreed to.
        before: Money,
        /// Now.
        now: Money,
    },
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Seller => write!(formatter, "the seller is another"),
            Self::Session => write!(formatter, "the checkout session is another"),
            Self::Revision { before, now } => {
                write!(
                    formatter,
                    "the session went from revision {before} to {now}"
                )
            }
            Self::Currency { before, now } => write!(
                formatter,
                "the currency changed from {} to {}",
                before.code_upper(),
                now.code_upper()
            ),
            Self::LineAdded { title } => write!(formatter, "{title} was added"),
            Self::LineRemoved { title } => write!(formatter, "{title} was removed"),
            Self::Item { before, now } if before == now => {
                write!(formatter, "{now} is another item under the same name")
            }
            Self::Item { before, now } => write!(formatter, "{before} was replaced by {now}"),
            Self::Quantity { title, before, now } => {
                write!(
                    formatter,
                    "the quantity of {title} changed from {before} to {now}"
                )
            }
            Self::UnitPrice { title, before, now } => {
                write!(
                    formatter,
                    "the price of {title} changed from {before} to {now}"
                )
            }
            Self::LineTotal { title, before, now } => {
                write!(formatter, "{title} costs {now} in all instead of {before}")
            }
            Self::LineOrder => write!(formatter, "the lines are listed in another order"),
            Self::Delivery { before, now } => {
                write!(formatter, "the delivery changed from {before} to {now}")
            }
            Self::Address => write!(formatter, "the destination is another"),
            Self::Total { kind, before, now } => {
                write!(
                    formatter,
                    "{} changed from {before} to {now}",
                    kind.replace('_', " ")
                )
            }
            Self::TotalList => write!(formatter, "the amounts are listed otherwise"),
            Self::ToPay { before, now } => {
                write!(formatter, "the total changed from {before} to {now}")
            }
        }
    }
}

/// Everything that differs. Empty exactly when the two are equal.
pub(super) fn differences(agreed: &SessionSummary, now: &SessionSummary) -> Vec<Difference> {
    if agreed == now {
        return Vec::new();
    }
    let mut found = Vec::new();
    if agreed.seller != now.seller {
        found.push(Difference::Seller);
    }
    if agreed.checkout_session_id != now.checkout_session_id {
        found.push(Difference::Session);
    }
    if agreed.currency != now.currency {
        found.push(Difference::Currency {
            before: agreed.currency,
            now: now.currency,
        });
    }
    lines(agreed, now, &mut found);
    if agreed.options != now.options {
        found.push(Difference::Delivery {
            before: delivery(agreed),
            now: delivery(now),
        });
    }
    if agreed.address != now.address {
        found.push(Difference::Address);
    }
    totals(agreed, now, &mut found);
    if agreed.revision != now.revision {
        found.push(Difference::Revision {
            before: agreed.revision,
            now: now.revision,
        });
    }
    found
}

fn lines(agreed: &SessionSummary, now: &SessionSummary, found: &mut Vec<Difference>) {
    let before = found.len();
    for line in &agreed.lines {
        match now.lines.iter().find(|other| other.id == line.id) {
            Some(other) => line_differences(line, agreed.currency, other, now.currency, found),
            None => found.push(Difference::LineRemoved {
                title: line.title.clone(),
            }),
        }
    }
    for line in &now.lines {
        if !agreed.lines.iter().any(|other| other.id == line.id) {
            found.push(Difference::LineAdded {
                title: line.title.clone(),
            });
        }
    }
    if found.len() == before && agreed.lines != now.lines {
        found.push(Difference::LineOrder);
    }
}

fn line_differences(
    agreed: &SummaryLine,
    agreed_currency: Currency,
    now: &SummaryLine,
    currency: Currency,
    found: &mut Vec<Difference>,
) {
    let was = |amount| Money::new(amount, agreed_currency);
    let is = |amount| Money::new(amount, currency);
    let name = |line: &SummaryLine| match &line.variant {
        Some(variant) => format!("{} ({variant})", line.title),
        None => line.title.clone(),
    };
    let title = name(now);
    let same_item =
        agreed.item_id == now.item_id && agreed.title == now.title && agreed.variant == now.variant;
    if !same_item {
        found.push(Difference::Item {
            before: name(agreed),
            now: name(now),
        });
    }
    if agreed.quantity != now.quantity {
        found.push(Difference::Quantity {
            title: title.clone(),
            before: agreed.quantity,
            now: now.quantity,
        });
    }
    if agreed.unit_price != now.unit_price {
        found.push(Difference::UnitPrice {
            title: title.clone(),
            before: was(agreed.unit_price),
            now: is(now.unit_price),
        });
    }
    if agreed.total != now.total {
        found.push(Difference::LineTotal {
            title,
            before: was(agreed.total),
            now: is(now.total),
        });
    }
}

fn delivery(session: &SessionSummary) -> String {
    let shown: Vec<String> = session
        .options
        .iter()
        .map(|option| {
            format!(
                "{} ({})",
                option.title,
                Money::new(option.amount, session.currency)
            )
        })
        .collect();
    if shown.is_empty() {
        "none".to_owned()
    } else {
        shown.join(" and ")
    }
}

fn totals(agreed: &SessionSummary, now: &SessionSummary, found: &mut Vec<Difference>) {
    let before = found.len();
    let mut kinds: Vec<&str> = Vec::new();
    for total in agreed.totals.iter().chain(&now.totals) {
        if !kinds.contains(&total.kind.as_str()) {
            kinds.push(&total.kind);
        }
    }
    for kind in kinds {
        let (was, is) = (sum(agreed, kind), sum(now, kind));
        if was != is {
            found.push(Difference::Total {
                kind: kind.to_owned(),
                before: Money::new(was, agreed.currency),
                now: Money::new(is, now.currency),
            });
        }
    }
    if found.len() == before && agreed.totals != now.totals {
        found.push(Difference::TotalList);
    }
    if agreed.total != now.total {
        found.push(Difference::ToPay {
            before: Money::new(agreed.total, agreed.currency),
            now: Money::new(now.total, now.currency),
        });
    }
}

fn sum(session: &SessionSummary, kind: &str) -> MinorUnits {
    let amounts = session
        .totals
        .iter()
        .filter(|total| total.kind == kind)
        .map(|total| total.amount);
    // A summary whose totals do not fit never gets as far as this; the words would be off, no more.
    MinorUnits::try_sum(amounts).unwrap_or(MinorUnits::new(i64::MAX))
}
