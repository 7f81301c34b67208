//! Callers that are not who they say.

use super::{super::bend::Bend, Fault, ask, must, should};

const KEY: &str = "Bearer agent-key-for-the-reference";

pub(super) fn all() -> Vec<Fault> {
    let groups = [strangers(), neighbours()];
    groups.into_iter().flatten().collect()
}

fn strangers() -> Vec<Fault> {
    vec![
        must(
            "a call without a key is ours",
            &[
                "seller.auth.missing-retrieve",
                "seller.auth.empty-create",
                "seller.auth.query-cancel",
                "seller.auth.cookie-retrieve",
            ],
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_none_or(|held| held.is_empty())
                {
                    asked.set("authorization", KEY);
                }
            }),
        ),
        must(
            "any key is ours",
            &[
                "seller.auth.wrong-update",
                "seller.auth.basic-complete",
                "seller.auth.star-retrieve",
                "seller.auth.before-everything",
            ],
            ask(|asked| asked.set("authorization", KEY)),
        ),
        must(
            "the beginning of a key is enough",
            &["seller.auth.longer-retrieve"],
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_some_and(|held| held.starts_with(KEY))
                {
                    asked.set("authorization", KEY);
                }
            }),
        ),
        must(
            "keys are compared without case",
            &["seller.auth.other-case-retrieve"],
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_some_and(|held| held.eq_ignore_ascii_case(KEY))
                {
                    asked.set("authorization", KEY);
                }
            }),
        ),
    ]
}

fn neighbours() -> Vec<Fault> {
    vec![
        must(
            "every agent sees every session",
            &[
                "seller.auth.foreign-retrieve",
                "seller.auth.foreign-cancel",
                "seller.idempotency.scope-caller-complete",
            ],
            ask(|asked| {
                if asked
                    .header("authorization")
                    .is_some_and(|held| held.contains("other-key"))
                {
                    asked.set("authorization", KEY);
                }
            }),
        ),
        must(
            "a foreign session is 403",
            &["seller.auth.foreign-update"],
            Bend::tell(|asked, answered| {
                let other = asked
                    .header("authorization")
                    .is_some_and(|held| held.contains("other-key"));
                if other && answered.status == 404 && !asked.path.contains("certify_unknown") {
                    answered.status = 403;
                }
            }),
        ),
        should(
            "a stranger gets 400",
            &["seller.auth.wrong-create"],
            Bend::tell(|_, answered| {
                if answered.status == 401 {
                    answered.status = 400;
                }
            }),
        ),
    ]
}
