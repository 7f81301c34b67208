//! What the agent takes from the discovery document.

use super::offered;
use crate::{
    Outcome, Topic,
    lanes::agent::{
        call::{Call, Op},
        rule::{Grade, Rule},
    },
};

fn read<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    offered(
        grade,
        Op::Discovery,
        "the agent reads no discovery document (ACP_TASK=domain)",
    )
}

/// The agent found the seller by its domain.
pub(in crate::lanes::agent) fn found() -> Rule {
    Rule::new(
        "well-known",
        "the agent finds the API by the well-known document",
        |grade| {
            let call = read(grade)?;
            grade.must(
                call.path == "/.well-known/acp.json",
                call,
                "the document is at /.well-known/acp.json",
                || call.what(),
            )
        },
    )
    .proves(&["discovery.agent.domain-only"])
}

/// Calls go below `api_base_url`.
pub(in crate::lanes::agent) fn base_used() -> Rule {
    Rule::new("base-url", "calls go below api_base_url", |grade| {
        read(grade)?;
        let create = super::first(grade, Op::Create, "create")?;
        grade.must(
            create.path == "/shop/api/checkout_sessions",
            create,
            "the path is that of api_base_url and the resource",
            || create.what(),
        )
    })
    .proves(&["discovery.base-url.used"])
}

/// No checkout follows.
pub(in crate::lanes::agent) fn no_create() -> Rule {
    Rule::new("no-create", "the agent opens no checkout", |grade| {
        read(grade)?;
        match grade.seen.first(Op::Create) {
            None => Ok(()),
            Some(call) => grade.must(false, call, "no checkout call is sent", || call.what()),
        }
    })
}

/// No checkout should follow.
pub(in crate::lanes::agent) fn should_not_create() -> Rule {
    Rule::new("no-create", "the agent should open no checkout", |grade| {
        read(grade)?;
        match grade.seen.first(Op::Create) {
            None => Ok(()),
            Some(call) => grade.should(false, call, "no checkout call is sent", || call.what()),
        }
    })
}

/// One look is enough.
pub(in crate::lanes::agent) fn not_repeated() -> Rule {
    Rule::new(
        "read-once",
        "the agent does not ask for the document again",
        |grade| {
            let call = read(grade)?;
            let count = grade.seen.of_kind(Op::Discovery).count();
            grade.should(count <= 1, call, "the document is fetched once", || {
                format!("{count} times")
            })
        },
    )
}

/// The chosen version is one that the document lists.
pub(in crate::lanes::agent) fn version_listed() -> Rule {
    Rule::new(
        "listed-version",
        "the agent speaks a version that the document lists",
        |grade| {
            read(grade)?;
            let create = super::first(grade, Op::Create, "create")?;
            let named = create.header("api-version").unwrap_or_default();
            grade.should(
                named == grade.seen.version.as_str(),
                create,
                "API-Version is one of supported_versions",
                || format!("{named:?} instead of {}", grade.seen.version),
            )
        },
    )
    .topic(Topic::Versions)
    .proves(&[
        "discovery.agent.version-listed",
        "discovery.agent.version-header",
    ])
}

/// Without the discount extension no codes are sent.
pub(in crate::lanes::agent) fn no_codes() -> Rule {
    Rule::new(
        "no-codes",
        "no discount codes are sent where the document lists no discounts",
        |grade| {
            read(grade)?;
            for call in grade.seen.checkout() {
                let there =
                    call.pointer("/discounts").is_some() || call.pointer("/coupons").is_some();
                grade.should(
                    !there,
                    call,
                    "codes go to sellers with the discount extension",
                    || call.what(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&["discovery.agent.extension-checked"])
}
