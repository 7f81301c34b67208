//! Payment handlers as a session declares them.

use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use super::capabilities::SINCE_CAPABILITIES;
use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage,
        rule::{Rule, ask},
    },
};

/// A handler of the family that takes delegated tokens.
pub(super) const TOKENIZED: &str = "dev.acp.tokenized";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(ADVERTISED.at(
        Topic::Escalation,
        &[
            Stage::Addressed,
            Stage::Requantified,
            Stage::Optioned,
            Stage::Retrieved,
        ],
    ));
    checks.extend(NO_METHODS.at(Topic::Escalation, &Stage::OPERATIONS));
    checks.extend(UNIQUE.at(Topic::Escalation, &[Stage::Created, Stage::Retrieved]));
    for &(name, title, requirement, holds) in DECLARED {
        checks.push(
            ask(Topic::Escalation, name, title, move |seller| {
                every(seller, title, holds, true)
            })
            .versions(SINCE_CAPABILITIES)
            .proves(requirement)
            .advice("correct the handler's declaration"),
        );
    }
    for &(name, title, requirement, holds) in RECOMMENDED {
        checks.push(
            ask(Topic::Escalation, name, title, move |seller| {
                every(seller, title, holds, false)
            })
            .versions(SINCE_CAPABILITIES)
            .proves(requirement)
            .advice("let the buyer's card go to the provider as a delegated token"),
        );
    }
    checks.extend([
        ask(
            Topic::Escalation,
            "handler-ids-stay",
            "a handler keeps its id while it is on offer",
            ids_stay,
        )
        .versions(SINCE_CAPABILITIES)
        .proves(&["handlers.declaration.id-unique"])
        .advice("take the ids from your configuration; do not draw them for each answer"),
        ask(
            Topic::Escalation,
            "handler-display-order",
            "display_order is an integer, and the last in that order can pay like the first",
            display_order,
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["handlers.declaration.display-order-hint"])
        .advice("let display_order say where a handler is shown, and nothing else"),
    ]);
    checks
}

const ADVERTISED: Rule = Rule {
    name: "handlers-advertised",
    title: "a session that can be paid lists at least one payment handler",
    proves: &[
        "checkout.create.handlers-advertised",
        "capabilities.seller.payment-declared",
    ],
    advice: "list the handlers in capabilities.payment.handlers, in every answer",
    versions: SINCE_CAPABILITIES,
    judge: advertised,
};

const NO_METHODS: Rule = Rule {
    name: "no-payment-methods",
    title: "handlers are listed in capabilities.payment.handlers, and payment_methods is gone",
    proves: &["handlers.declaration.no-payment-methods"],
    advice: "drop payment_methods",
    versions: SINCE_CAPABILITIES,
    judge: no_methods,
};

const UNIQUE: Rule = Rule {
    name: "handler-ids-are-unique",
    title: "handler ids are unique within a session",
    proves: &["handlers.declaration.id-unique"],
    advice: "give each handler an id of its own",
    versions: SINCE_CAPABILITIES,
    judge: unique,
};

type Declared = (
    &'static str,
    &'static str,
    &'static [&'static str],
    fn(&Value) -> bool,
);

const DECLARED: &[Declared] = &[
    (
        "handler-id-form",
        "a handler id has 1 to 64 letters, digits, underscores and hyphens",
        &["handlers.declaration.id-form"],
        id_form,
    ),
    (
        "handler-name-form",
        "a handler name is in reverse-DNS form, lower case, with a dot",
        &["handlers.declaration.name-reverse-dns"],
        name_form,
    ),
    (
        "handler-version-is-a-date",
        "a handler's version is a calendar date",
        &["handlers.declaration.version-date"],
        version_is_date,
    ),
    (
        "handler-spec-is-an-address",
        "a handler's spec is an absolute address",
        &["handlers.declaration.spec-url"],
        |handler| is_address(handler.get("spec")),
    ),
    (
        "handler-instrument-schemas",
        "a handler lists at least one instrument schema, each an absolute address",
        &["handlers.declaration.instrument-schemas"],
        instrument_schemas,
    ),
    (
        "handler-psp-is-named",
        "a handler names the provider that processes the charge",
        &["handlers.declaration.psp-named"],
        |handler| Session::text(handler, "psp").is_some_and(|psp| !psp.is_empty()),
    ),
    (
        "handler-tokenized-delegates",
        "dev.acp.tokenized handlers require delegated payment",
        &["handlers.tokenized.delegate-true"],
        |handler| {
            !is_tokenized(handler)
                || handler.get("requires_delegate_payment") == Some(&Value::Bool(true))
        },
    ),
    (
        "handler-tokenized-needs-no-pci",
        "dev.acp.tokenized handlers need no PCI compliance of the agent",
        &["handlers.tokenized.pci-false"],
        |handler| {
            !is_tokenized(handler)
                || handler.get("requires_pci_compliance") == Some(&Value::Bool(false))
        },
    ),
    (
        "handler-base-is-not-offered",
        "the bare name dev.acp.tokenized is not offered",
        &["handlers.tokenized.base-abstract"],
        |handler| Session::text(handler, "name") != Some(TOKENIZED),
    ),
];

const RECOMMENDED: &[Declared] = &[
    (
        "handler-delegates",
        "requires_delegate_payment is true",
        &["handlers.declaration.delegate-recommended"],
        |handler| handler.get("requires_delegate_payment") == Some(&Value::Bool(true)),
    ),
    (
        "handler-needs-no-pci",
        "requires_pci_compliance is false",
        &["handlers.declaration.pci-recommended"],
        |handler| handler.get("requires_pci_compliance") == Some(&Value::Bool(false)),
    ),
    (
        "handler-takes-tokens",
        "a handler takes tokens, so that no card data reaches the seller",
        &["handlers.declaration.tokenized"],
        |handler| {
            is_tokenized(handler)
                || Session::text(handler, "name")
                    .is_some_and(|name| name.starts_with("dev.acp.seller_backed"))
                || handler.get("requires_delegate_payment") == Some(&Value::Bool(true))
        },
    ),
];

pub(super) fn is_tokenized(handler: &Value) -> bool {
    Session::text(handler, "name")
        .and_then(|name| name.strip_prefix(TOKENIZED))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn id_form(handler: &Value) -> bool {
    let letter = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-');
    Session::text(handler, "id")
        .is_some_and(|id| (1..=64).contains(&id.len()) && id.chars().all(letter))
}

fn name_form(handler: &Value) -> bool {
    let letter =
        |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, '_' | '-');
    Session::text(handler, "name").is_some_and(|name| {
        let parts: Vec<_> = name.split('.').collect();
        parts.len() >= 2
            && parts.iter().all(|part| {
                part.starts_with(|first: char| first.is_ascii_lowercase())
                    && part.chars().all(letter)
            })
    })
}

fn version_is_date(handler: &Value) -> bool {
    Session::text(handler, "version")
        .is_some_and(|text| text.len() == 10 && text.parse::<Date>().is_ok())
}

fn is_address(value: Option<&Value>) -> bool {
    let url = value.and_then(Value::as_str).map(Url::parse);
    matches!(url, Some(Ok(url)) if matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

fn instrument_schemas(handler: &Value) -> bool {
    let schemas = handler.get("instrument_schemas").and_then(Value::as_array);
    schemas.is_some_and(|all| !all.is_empty() && all.iter().all(|one| is_address(Some(one))))
}

/// The handlers of a session that can be paid; not applicable when it lists none.
pub(super) async fn offered(seller: &Seller) -> Outcome<Session> {
    let session = seller.new_session_with_address().await?;
    if session.handlers().is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: payment handlers".to_owned(),
        ));
    }
    Ok(session)
}

async fn every(
    seller: Seller,
    rule: &'static str,
    holds: fn(&Value) -> bool,
    binding: bool,
) -> Outcome {
    let session = offered(&seller).await?;
    for handler in session.handlers() {
        let found = || handler.to_string();
        if binding {
            let case = seller.case();
            case.must(holds(handler), &session.answer, rule, found)?;
        } else {
            let case = seller.case();
            case.should(holds(handler), &session.answer, rule, found);
        }
    }
    Ok(())
}

fn advertised(seller: &Seller, session: &Session) -> Outcome {
    seller.case().must(
        !session.handlers().is_empty(),
        &session.answer,
        ADVERTISED.title,
        || format!("status {}, no handlers", session.status()),
    )
}

fn no_methods(seller: &Seller, session: &Session) -> Outcome {
    let capabilities = session.json.get("capabilities").unwrap_or(&Value::Null);
    let places = [
        capabilities.get("payment_methods"),
        capabilities.get("payment_handlers"),
        session.json.get("payment_methods"),
        session.json.get("payment"),
    ];
    seller.case().must(
        places.iter().all(Option::is_none),
        &session.answer,
        NO_METHODS.title,
        || seller.case().excerpt(&session.answer),
    )
}

fn ids(session: &Session) -> Vec<&str> {
    let handlers = session.handlers().iter();
    let mut ids: Vec<_> = handlers
        .filter_map(|handler| Session::text(handler, "id"))
        .collect();
    ids.sort_unstable();
    ids
}

fn unique(seller: &Seller, session: &Session) -> Outcome {
    let all = ids(session);
    let mut once = all.clone();
    once.dedup();
    seller.case().must(
        once.len() == session.handlers().len(),
        &session.answer,
        UNIQUE.title,
        || format!("{all:?}"),
    )
}

async fn ids_stay(seller: Seller) -> Outcome {
    let created = offered(&seller).await?;
    let updated = seller.updated(&created, &seller.buyer_body()).await?;
    let read = seller.read(&created.id).await?;
    for later in [&updated, &read] {
        seller.case().must(
            ids(&created) == ids(later),
            &later.answer,
            "handlers keep their ids from answer to answer",
            || format!("{:?} and {:?}", ids(&created), ids(later)),
        )?;
    }
    Ok(())
}

async fn display_order(seller: Seller) -> Outcome {
    let session = seller.ready_session().await?;
    let order = |handler: &&Value| handler.get("display_order").and_then(Value::as_i64);
    if !session
        .handlers()
        .iter()
        .any(|one| one.get("display_order").is_some())
    {
        return Err(Stop::NotApplicable("not offered: display_order".to_owned()));
    }
    for handler in session.handlers() {
        let value = handler.get("display_order");
        seller.case().must(
            value.is_none_or(|value| value.is_i64() || value.is_u64()),
            &session.answer,
            "display_order is an integer",
            || handler.to_string(),
        )?;
    }
    let last = session
        .handlers()
        .iter()
        .filter(|handler| is_tokenized(handler))
        .max_by_key(order);
    let Some(id) = last.and_then(|handler| Session::text(handler, "id")) else {
        return Ok(());
    };
    let token = seller.token(&session).await?;
    let body = seller.dialect().complete(seller.target(), &token, id);
    let answer = seller.complete(&session.id, &body).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "the handler that is shown last pays as well",
        || seller.case().excerpt(&answer),
    )
}
