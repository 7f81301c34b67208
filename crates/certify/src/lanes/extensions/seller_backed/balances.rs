//! Points and store credit: declared only while they suffice, and taken once.

use serde_json::Value;

use super::{
    super::super::{
        documents::text,
        seller::{Seller, Session, session_path},
    },
    backed, balance, check, complete_body, completed, create_body, kind, member, one_of_kind,
    ready, session_of, taken, token,
};
use crate::{Check, Outcome, Stop, Topic};

/// Most units that are asked for: so many the shop is said to have.
const UNITS_MAX: i64 = 1_000;

/// An account of the buyer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Account {
    Points,
    Credit,
}

impl Account {
    const fn kind(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Credit => "store_credit",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Credit => "credit",
        }
    }

    const fn sufficient(self) -> &'static str {
        match self {
            Self::Points => "seller-backed.points.sufficient-only",
            Self::Credit => "seller-backed.store-credit.sufficient-only",
        }
    }

    const fn taken(self) -> &'static str {
        match self {
            Self::Points => "seller-backed.points.deducted",
            Self::Credit => "seller-backed.store-credit.charged",
        }
    }
}

pub(super) fn checks() -> Vec<Check> {
    let rows = [Account::Points, Account::Credit].into_iter();
    rows.flat_map(|account| {
        let (kind, name) = (account.kind(), account.name());
        [
            check(
                Topic::Arithmetic,
                &format!("{name}-vanish"),
                format!("{kind} vanish when the total rises above the balance, and come back"),
                move |seller| vanish(seller, account),
            )
            .proves(&[account.sufficient()])
            .advice("compare balance and total whenever the session changes"),
            check(
                Topic::Arithmetic,
                &format!("{name}-sufficient"),
                format!("{kind} are not declared for a session that is created above the balance"),
                move |seller| sufficient(seller, account),
            )
            .proves(&[account.sufficient()]),
            check(
                Topic::Arithmetic,
                &format!("{name}-taken"),
                format!("a complete takes the total from {kind}, once"),
                move |seller| once(seller, account),
            )
            .proves(&[account.taken()])
            .advice("take the total with the order, and nothing on a replay")
            .alone(),
        ]
    })
    .collect()
}

/// Whether a session declares this account.
fn declares(session: &Session, account: Account) -> bool {
    backed(session).any(|handler| kind(handler) == account.kind())
}

/// So many units of the first item that the balance does not cover them.
fn too_many(seller: &Seller, session: &Session, account: Account) -> Outcome<u32> {
    let handler = one_of_kind(session, account.kind())?;
    let worth = match account {
        Account::Points => seller.target().backed.points_worth.ok_or_else(|| {
            Stop::NotTested(
                "what the points are worth is not known: set seller.backed.points_worth in certify.toml"
                    .to_owned(),
            )
        })?,
        Account::Credit => balance(&handler).ok_or_else(|| {
            Stop::NotTested(
                "the balance is not known: the handler shows none in display_metadata".to_owned(),
            )
        })?,
    };
    let price = session
        .total("items_base_amount")
        .or(session.total("subtotal"))
        .filter(|price| *price > 0)
        .ok_or_else(|| Stop::NotTested("the session shows no price of its item".to_owned()))?;
    let units = worth.div_euclid(price).saturating_add(1).max(2);
    if units > UNITS_MAX {
        return Err(Stop::NotTested(format!(
            "{units} units of the first item would be needed to pass the balance of {}: give the \
             buyer less, or put a dearer item first in seller.items",
            account.kind()
        )));
    }
    u32::try_from(units).map_err(|error| Stop::NotTested(error.to_string()))
}

/// A session above the balance does not declare the account.
fn gone(seller: &Seller, session: &Session, account: Account, rule: &str) -> Outcome {
    seller
        .case()
        .must(!declares(session, account), &session.answer, rule, || {
            let total = session.total("total").unwrap_or_default();
            format!("{} are declared for a total of {total}", account.kind())
        })
}

async fn vanish(seller: Seller, account: Account) -> Outcome {
    let session = session_of(&seller, Some(&member(&seller))).await?;
    let units = too_many(&seller, &session, account)?;
    let item = seller.item()?;
    let raised = seller.update_units(&session, &[(item, units)]).await?;
    let rule = "a handler vanishes when the total rises above its balance";
    gone(&seller, &raised, account, rule)?;
    let read = seller.read(&session.id).await?;
    gone(&seller, &read, account, rule)?;
    let lowered = seller.update_units(&session, &[(item, 1)]).await?;
    seller.case().must(
        declares(&lowered, account),
        &lowered.answer,
        "a handler is there again when its balance covers the total",
        || format!("no {} for one unit", account.kind()),
    )
}

async fn sufficient(seller: Seller, account: Account) -> Outcome {
    let buyer = member(&seller);
    let session = session_of(&seller, Some(&buyer)).await?;
    let units = too_many(&seller, &session, account)?;
    let answer = seller
        .create(&create_body(&seller, Some(&buyer), units)?)
        .await?;
    if answer.is_refusal() {
        return Err(Stop::NotTested(format!(
            "the seller takes no create with a quantity of {units}"
        )));
    }
    let large = seller.session(&answer)?;
    let rule = "a handler is declared only while its balance covers the total";
    gone(&seller, &large, account, rule)
}

/// What the account was charged, by the shop's own word or by the balance that it shows.
#[derive(Debug, Clone, Copy)]
struct Seen {
    taken: Option<i64>,
    balance: Option<i64>,
}

async fn see(seller: &Seller, account: Account) -> Outcome<Seen> {
    let session = session_of(seller, Some(&member(seller))).await?;
    let handler = one_of_kind(&session, account.kind())?;
    let told = !seller.target().backed.taken_command.is_empty();
    let seen = Seen {
        taken: if told {
            Some(taken(seller, &handler).await?)
        } else {
            None
        },
        balance: balance(&handler),
    };
    if seen.taken.is_none() && seen.balance.is_none() {
        return Err(Stop::NotTested(format!(
            "{} shows no balance: set seller.backed.taken_command in certify.toml",
            account.kind()
        )));
    }
    Ok(seen)
}

async fn once(seller: Seller, account: Account) -> Outcome {
    let before = see(&seller, account).await?;
    let session = ready(&seller).await?;
    let handler = one_of_kind(&session, account.kind())?;
    let total = session.total("total").unwrap_or_default();
    let token = token(&seller, &session, &handler, Value::Null, None).await?;
    let body = complete_body(&handler, &token);
    let request = seller.post_request(session_path(&session.id, "/complete"), &body)?;
    let answer = seller.send(request.clone()).await?;
    completed(&seller, &answer, "an account that covers the total pays")?;
    let after = see(&seller, account).await?;
    seller.send(request).await?;
    let replayed = see(&seller, account).await?;
    let grown = |from: Option<i64>, to: Option<i64>| Some(to?.saturating_sub(from?));
    let case = seller.case();
    for (looked, seen) in [("a complete", after), ("its replay", replayed)] {
        if let Some(grown) = grown(before.taken, seen.taken) {
            case.must(grown == total, &answer, "the total is taken, once", || {
                format!("after {looked} {grown} was taken for a total of {total}")
            })?;
        }
        let Some(fallen) = grown(seen.balance, before.balance) else {
            continue;
        };
        // Points have a rate of their own.
        let right = match account {
            Account::Points => fallen > 0 && seen.balance == after.balance,
            Account::Credit => fallen == total,
        };
        case.must(
            right,
            &answer,
            "the balance falls by what was paid, once",
            || {
                let id = text(&handler, "id");
                format!(
                    "after {looked} the balance of {id} fell by {fallen} for a total of {total}"
                )
            },
        )?;
    }
    Ok(())
}
