//! Callers that are not who they say.

use comptoir_certify::Lane;

use super::{
    fault::{Fault, Row, listed},
    pair::{ask, tell},
};

const KEY: &str = "Bearer agent-key-for-the-reference";

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[STRANGERS, NEIGHBOURS])
}

const STRANGERS: &[Row] = &[
    Row::new(
        "seller-no-bearer-needed",
        "needs no bearer key",
        &[
            "seller.auth.missing-retrieve",
            "seller.auth.empty-create",
            "seller.auth.query-cancel",
            "seller.auth.cookie-retrieve",
        ],
        || {
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_none_or(|held| held.is_empty())
                {
                    asked.set("authorization", KEY);
                }
            })
        },
    ),
    Row::new(
        "seller-any-bearer",
        "takes any bearer key",
        &[
            "seller.auth.wrong-update",
            "seller.auth.basic-complete",
            "seller.auth.star-retrieve",
            "seller.auth.before-everything",
        ],
        || ask(|asked| asked.set("authorization", KEY)),
    ),
    Row::new(
        "seller-bearer-beginning",
        "takes longer keys that begin with a known one",
        &["seller.auth.longer-retrieve"],
        || {
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_some_and(|held| held.starts_with(KEY))
                {
                    asked.set("authorization", KEY);
                }
            })
        },
    ),
    Row::new(
        "seller-bearer-without-case",
        "compares bearer keys without case",
        &["seller.auth.other-case-retrieve"],
        || {
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_some_and(|held| held.eq_ignore_ascii_case(KEY))
                {
                    asked.set("authorization", KEY);
                }
            })
        },
    ),
];

const NEIGHBOURS: &[Row] = &[
    Row::new(
        "seller-sessions-for-every-agent",
        "shows and changes sessions of other agents",
        &[
            "seller.auth.foreign-retrieve",
            "seller.auth.foreign-cancel",
            "seller.idempotency.scope-caller-complete",
        ],
        || {
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_some_and(|held| held.contains("other-key"))
                {
                    asked.set("authorization", KEY);
                }
            })
        },
    ),
    Row::new(
        "seller-foreign-session-403",
        "answers 403 for a session of another agent",
        &["seller.auth.foreign-update"],
        || {
            tell(|asked, answered| {
                let other = asked
                    .header("authorization")
                    .is_some_and(|held| held.contains("other-key"));
                if other && answered.status == 404 && !asked.path.contains("certify_unknown") {
                    answered.status = 403;
                }
            })
        },
    ),
    Row::new(
        "seller-strangers-400",
        "answers 400 for an unknown bearer key",
        &["seller.auth.wrong-create"],
        || {
            tell(|_, answered| {
                if answered.status == 401 {
                    answered.status = 400;
                }
            })
        },
    )
    .warned(),
];
