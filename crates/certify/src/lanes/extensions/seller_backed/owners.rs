//! Whose options are declared.

use serde_json::Value;

use super::{
    super::{
        super::{
            documents::text,
            seller::{Seller, Session},
        },
        offered::mark,
    },
    PERSONAL, backed, check, kind, member, method_id, session_of,
};
use crate::{Buyer, Check, Outcome, Stop, Topic};

/// Who looks.
#[derive(Debug, Clone, Copy)]
enum Other {
    Guest,
    Stranger,
}

pub(super) fn checks() -> Vec<Check> {
    let others = [
        (Other::Guest, "guest", "a guest's session"),
        (Other::Stranger, "stranger", "another buyer's session"),
    ];
    let mut checks: Vec<_> = others
        .into_iter()
        .map(|(other, name, words)| {
            let title = format!("{words} never shows the options of a buyer with an account");
            check(
                Topic::Leaks,
                &format!("hidden-from-{name}"),
                title,
                move |seller| hidden(seller, other),
            )
            .proves(&["seller-backed.declaration.own-user-only"])
            .advice("declare saved cards, points and credit to their own buyer alone")
        })
        .collect();
    checks.extend([
        check(
            Topic::Expiry,
            "valid-only",
            "expired and inactive methods are not declared",
            valid_only,
        )
        .proves(&["seller-backed.declaration.valid-only"])
        .advice("leave out what cannot be charged"),
        check(
            Topic::Lifecycle,
            "saved-each",
            "there is one saved_card handler, with its own id, for each saved method of the buyer",
            each_once,
        )
        .proves(&["seller-backed.saved-card.one-per-method"]),
    ]);
    checks
}

/// The member's personal options.
fn personal(session: &Session) -> Vec<&Value> {
    backed(session)
        .filter(|handler| PERSONAL.contains(&kind(handler)))
        .collect()
}

async fn hidden(seller: Seller, other: Other) -> Outcome {
    let own = session_of(&seller, Some(&member(&seller))).await?;
    let own = personal(&own);
    if own.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: a personal option to this buyer; set seller.backed.buyer".to_owned(),
        ));
    }
    let stranger = Buyer {
        email: format!("{}@example.com", mark(&seller, "certify")?),
        ..member(&seller)
    };
    let session = match other {
        Other::Guest => session_of(&seller, None).await?,
        Other::Stranger => session_of(&seller, Some(&stranger)).await?,
    };
    let shown = personal(&session);
    seller.case().must(
        shown.is_empty(),
        &session.answer,
        "only options of the session's own buyer are declared",
        || {
            let names = shown.iter();
            let names: Vec<_> = names
                .map(|one| format!("{} ({})", text(one, "id"), text(one, "name")))
                .collect();
            format!("shown: {}", names.join(", "))
        },
    )
}

async fn valid_only(seller: Seller) -> Outcome {
    let expired = &seller.target().backed.expired_methods;
    if expired.is_empty() {
        return Err(Stop::NotTested(
            "no expired method is known: set seller.backed.expired_methods in certify.toml"
                .to_owned(),
        ));
    }
    let session = session_of(&seller, Some(&member(&seller))).await?;
    let shown = backed(&session).find(|handler| {
        let is = |id: &str| expired.iter().any(|one| one == id);
        is(method_id(handler)) || is(text(handler, "id"))
    });
    seller.case().must(
        shown.is_none(),
        &session.answer,
        "expired and inactive methods are not declared",
        || shown.map(Value::to_string).unwrap_or_default(),
    )
}

async fn each_once(seller: Seller) -> Outcome {
    let session = session_of(&seller, Some(&member(&seller))).await?;
    let handlers = super::of_kind(&session, "saved_card")?;
    let methods = sorted(handlers.iter().map(method_id).collect());
    let ids = sorted(handlers.iter().map(|handler| text(handler, "id")).collect());
    let twice = |list: &[&str]| list.windows(2).any(|pair| pair.first() == pair.last());
    let case = seller.case();
    case.must(
        !twice(&methods) && !twice(&ids),
        &session.answer,
        "each saved method has one handler, with its own id",
        || format!("methods {methods:?} under ids {ids:?}"),
    )?;
    let saved = &seller.target().backed.saved_methods;
    if saved.is_empty() {
        return Err(Stop::NotTested(
            "how many methods the buyer saved is not known: set seller.backed.saved_methods in certify.toml"
                .to_owned(),
        ));
    }
    let saved = sorted(saved.iter().map(String::as_str).collect());
    case.must(
        methods == saved,
        &session.answer,
        "every saved method of the buyer has a handler",
        || format!("saved are {saved:?}, declared {methods:?}"),
    )
}

fn sorted(mut list: Vec<&str>) -> Vec<&str> {
    list.sort_unstable();
    list
}
