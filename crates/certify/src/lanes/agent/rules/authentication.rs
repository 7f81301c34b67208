//! 3-D Secure: what the agent does when the card must be authenticated.

use std::time::Duration;

use serde_json::Value;

use super::bodies::valid;
use crate::{
    Outcome, SpecVersion, Stop,
    lanes::{
        agent::{
            authentication::{CRYPTOGRAM, TRANSACTION, form_field, form_json, is_base64_of},
            call::{Call, Op},
            rule::{Grade, Rule, not_offered},
        },
        documents::text,
    },
};

/// Time after which a fingerprint counts as failed.
const FINGERPRINT_WAIT: Duration = Duration::from_secs(10);

fn begun<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    let found = grade.seen.first(Op::AuthenticationCreate);
    found.ok_or_else(|| not_offered("the agent authenticates no cards"))
}

fn authenticated<'a>(grade: &'a Grade<'_>) -> Outcome<&'a Call> {
    let begun = begun(grade)?;
    match grade.seen.first(Op::Authenticate) {
        Some(call) => Ok(call),
        None => Err(grade
            .must(false, begun, "authenticate follows", || grade.summary())
            .err()
            .unwrap_or_else(|| Stop::NotTested(grade.summary()))),
    }
}

fn own(grade: &Grade<'_>, look: impl Fn(&Call) -> Outcome) -> Outcome {
    begun(grade)?;
    grade
        .seen
        .calls
        .iter()
        .filter(|call| call.op.is_authentication())
        .try_for_each(look)
}

/// A complete with a result.
fn result<'a>(grade: &'a Grade<'_>) -> Outcome<(&'a Call, &'a Value)> {
    begun(grade)?;
    let found = grade
        .seen
        .completes()
        .find_map(|call| Some((call, call.pointer("/authentication_result")?)));
    found.ok_or_else(|| {
        Stop::NotApplicable(format!("no complete has a result; {}", grade.summary()))
    })
}

/// Without a result nothing is completed, whether the agent can authenticate or not.
pub(in crate::lanes::agent) fn no_blind_complete() -> Rule {
    Rule::new(
        "no-blind-complete",
        "nothing is completed without the authentication's result",
        |grade| {
            for call in grade.seen.completes() {
                let demanded = grade
                    .seen
                    .session_before(call)
                    .is_some_and(|session| text(session, "status") == "authentication_required");
                let there = call.pointer("/authentication_result").is_some();
                grade.must(
                    there || !demanded,
                    call,
                    "a complete that authentication is demanded for has its result",
                    || "authentication_result is missing".to_owned(),
                )?;
            }
            Ok(())
        },
    )
    .proves(&[
        "checkout.authentication.agent-returns-result",
        "capabilities.mismatch.agent-no-complete",
    ])
    .advice("authenticate the card first, or tell the buyer that it cannot be done here")
}

/// The agent begins an authentication, with the session's acquirer.
pub(in crate::lanes::agent) fn attempts() -> Rule {
    Rule::new(
        "attempts",
        "the agent authenticates with the acquirer of the session",
        |grade| {
            let call = begun(grade)?;
            let bin = call.text("/acquirer_details/acquirer_bin");
            grade.should(
                bin == Some("412345"),
                call,
                "acquirer_details are those of the session",
                || format!("{bin:?}"),
            )?;
            let merchant = call.text("/merchant_id").unwrap_or_default();
            grade.must(!merchant.is_empty(), call, "merchant_id is sent", || {
                "it is missing".to_owned()
            })
        },
    )
    .proves(&[
        "checkout.authentication.agent-attempts",
        "delegate-authentication.create.acquirer-details",
        "versions.authentication.provider-used",
    ])
}

/// Rules about every call of an authentication.
pub(in crate::lanes::agent) fn calls() -> Vec<Rule> {
    vec![
        Rule::new(
            "api-version",
            "calls of the authentication name a version",
            |grade| {
                own(grade, |call| {
                    let named = call.header("api-version").unwrap_or_default();
                    grade.must(
                        named.parse::<SpecVersion>().is_ok(),
                        call,
                        "API-Version is sent",
                        || named.to_owned(),
                    )
                })
            },
        )
        .proves(&["delegate-authentication.version.header-sent"]),
        Rule::new(
            "bearer",
            "calls of the authentication carry the bearer key",
            |grade| {
                own(grade, |call| {
                    let there = call
                        .header("authorization")
                        .is_some_and(|value| value.starts_with("Bearer "));
                    grade.must(there, call, "Authorization: Bearer is sent", || call.what())
                })
            },
        )
        .proves(&["delegate-authentication.request.bearer"]),
        Rule::new(
            "content-type",
            "calls of the authentication with a body are JSON",
            |grade| {
                own(grade, |call| {
                    let kind = call.header("content-type").unwrap_or_default();
                    grade.must(
                        call.body.is_empty() || kind.starts_with("application/json"),
                        call,
                        "Content-Type is application/json",
                        || kind.to_owned(),
                    )
                })
            },
        )
        .proves(&["delegate-authentication.request.content-type"]),
        Rule::new(
            "signature",
            "calls of the authentication are signed",
            |grade| {
                own(grade, |call| {
                    // A call without a body has nothing to sign.
                    if call.body.is_empty() {
                        return Ok(());
                    }
                    let value = call.header("signature").unwrap_or_default();
                    let base64url = value
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
                    grade.must(
                        !value.is_empty() && base64url,
                        call,
                        "Signature is sent, as base64url text",
                        || format!("{value:?}"),
                    )?;
                    let stamped = call
                        .header("timestamp")
                        .is_some_and(|value| value.parse::<jiff::Timestamp>().is_ok());
                    grade.should(stamped, call, "Timestamp is sent with it", || {
                        "it is missing".to_owned()
                    })
                })
            },
        )
        .proves(&[
            "delegate-authentication.signing.signature-sent",
            "delegate-authentication.signing.base64url",
            "delegate-authentication.signing.timestamp-sent",
        ]),
        Rule::new(
            "signature-verifies",
            "signatures of the authentication verify",
            verifies,
        )
        .proves(&["delegate-authentication.signing.canonical-json"]),
        Rule::new(
            "key",
            "creating an authentication should have an idempotency key",
            |grade| {
                let call = begun(grade)?;
                grade.should(
                    !call.key().is_empty(),
                    call,
                    "an Idempotency-Key is sent",
                    || "there is none".to_owned(),
                )
            },
        )
        .proves(&["delegate-authentication.request.idempotency-key"]),
        Rule::new(
            "request-id",
            "calls of the authentication should have a Request-Id",
            |grade| {
                own(grade, |call| {
                    grade.should(
                        call.header("request-id").is_some(),
                        call,
                        "Request-Id is sent",
                        || call.what(),
                    )
                })
            },
        )
        .proves(&["delegate-authentication.request.request-id"]),
        Rule::new(
            "read-plain",
            "the result is read without a body or key",
            |grade| {
                begun(grade)?;
                for call in grade.seen.of_kind(Op::AuthenticationRead) {
                    grade.must(
                        call.body.is_empty() && call.key().is_empty(),
                        call,
                        "GET has neither body nor Idempotency-Key",
                        || call.body_text(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&["delegate-authentication.retrieve.no-body-headers"]),
        Rule::new(
            "id-in-path",
            "later calls have the session's id in their path",
            |grade| {
                let begun = begun(grade)?;
                let id = begun
                    .answered("/authentication_session_id")
                    .and_then(Value::as_str);
                for op in [Op::Authenticate, Op::AuthenticationRead] {
                    if let Some(call) = grade.seen.first(op) {
                        grade.must(
                            call.id.as_deref() == id,
                            call,
                            "the path has the authentication's id",
                            || call.what(),
                        )?;
                    }
                }
                Ok(())
            },
        )
        .proves(&["delegate-authentication.session.id-in-path"]),
    ]
}

fn verifies(grade: &Grade<'_>) -> Outcome {
    begun(grade)?;
    let agent = grade.case.target().agent.as_ref();
    let secret = agent.and_then(|agent| agent.signing_secret.as_ref()?.expose());
    let (Some(agent), Some(secret)) = (agent, secret) else {
        return Err(Stop::NotTested(
            "the key of the agent's signatures is not known; set agent.signing_secret in certify.toml"
                .to_owned(),
        ));
    };
    own(grade, |call| {
        if call.body.is_empty() {
            return Ok(());
        }
        let body = crate::lanes::psp::canonical(&call.body);
        let timestamp = call.header("timestamp").unwrap_or_default();
        let right = crate::lanes::psp::signature(agent.signing_scheme, secret, timestamp, &body)?;
        let given = call
            .header("signature")
            .unwrap_or_default()
            .trim_end_matches('=');
        grade.must(
            given == right,
            call,
            "the signature verifies over the canonical JSON of the body",
            || "it does not".to_owned(),
        )
    })
}

/// Rules about the content of the first call.
pub(in crate::lanes::agent) fn content() -> Vec<Rule> {
    vec![
        Rule::new(
            "shape",
            "the body has the shape of the specification",
            |grade| {
                let call = begun(grade)?;
                let body = call.json.clone().unwrap_or_default();
                let shape = "DelegateAuthenticationCreateRequest";
                valid(grade, call, SpecVersion::V2026_04_17, shape, &body)
            },
        )
        .shapes(&["DelegateAuthenticationCreateRequest"]),
        Rule::new(
            "expiry",
            "the card's month is 01 to 12 and its year four digits",
            |grade| {
                let call = begun(grade)?;
                let month = call.text("/payment_method/exp_month").unwrap_or_default();
                let year = call.text("/payment_method/exp_year").unwrap_or_default();
                let in_range = month.len() == 2
                    && month
                        .parse::<u8>()
                        .is_ok_and(|month| (1..=12).contains(&month));
                let digits = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
                grade.must(
                    in_range && digits,
                    call,
                    "exp_month is 01 to 12, exp_year four digits",
                    || format!("{month}/{year}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.request.exp-month-range",
            "delegate-authentication.request.exp-year-digits",
        ]),
        Rule::new(
            "amount",
            "the amount is above zero, in a currency in capitals",
            |grade| {
                let call = begun(grade)?;
                let value = call
                    .pointer("/amount/value")
                    .and_then(Value::as_i64)
                    .unwrap_or_default();
                let currency = call.text("/amount/currency").unwrap_or_default();
                let fits = currency.eq("USD");
                grade.must(
                    value > 0 && fits,
                    call,
                    "amount is the total in the session's currency",
                    || format!("{value} {currency}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.request.amount-positive",
            "delegate-authentication.request.currency-iso",
        ]),
        Rule::new(
            "address",
            "the shopper's country and state are codes",
            |grade| {
                let call = begun(grade)?;
                let Some(address) = call.pointer("/shopper_details/address") else {
                    return Err(not_offered("the agent sends no shopper address"));
                };
                let code = |text: &str, max: usize| {
                    (2..=max).contains(&text.len())
                        && text.bytes().all(|byte| byte.is_ascii_uppercase())
                };
                let country = text(address, "country");
                let state = text(address, "state");
                let needed = ["US", "CA", "AU"].contains(&country);
                let fits = code(country, 2) && (!needed || code(state, 3));
                grade.must(
                    fits,
                    call,
                    "country is ISO 3166-1, state ISO 3166-2",
                    || format!("{country} {state}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.request.country-iso",
            "delegate-authentication.request.state-iso",
        ]),
        Rule::new(
            "language",
            "the browser's language is a language tag",
            |grade| {
                let call = begun(grade)?;
                let later = grade.seen.first(Op::Authenticate);
                let language = call
                    .text("/channel/browser/language")
                    .or_else(|| later?.text("/channel/browser/language"))
                    .unwrap_or_default();
                let fits = !language.is_empty()
                    && language.split('-').all(|part| {
                        (1..=8).contains(&part.len())
                            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    });
                grade.must(fits, call, "browser.language is a BCP 47 tag", || {
                    language.to_owned()
                })
            },
        )
        .proves(&["delegate-authentication.request.language-tag"]),
        Rule::new(
            "channel",
            "channel and notification address are sent with create or authenticate",
            |grade| {
                let create = begun(grade)?;
                let later = authenticated(grade)?;
                for pointer in ["/channel", "/challenge_notification_url"] {
                    let there = create
                        .pointer(pointer)
                        .or_else(|| later.pointer(pointer))
                        .is_some();
                    grade.must(
                        there,
                        later,
                        "what create left out comes with authenticate",
                        || pointer.to_owned(),
                    )?;
                }
                Ok(())
            },
        )
        .proves(&[
            "delegate-authentication.authenticate.channel-sent",
            "delegate-authentication.authenticate.notification-url-sent",
        ]),
    ]
}

/// Rules about the fingerprint.
pub(in crate::lanes::agent) fn fingerprint() -> Vec<Rule> {
    vec![
        Rule::new(
            "fingerprint-first",
            "the fingerprint is taken before authenticate",
            |grade| {
                let later = authenticated(grade)?;
                let taken = grade
                    .seen
                    .first(Op::Fingerprint)
                    .is_some_and(|call| call.at < later.at);
                grade.must(taken, later, "the issuer's page is posted to first", || {
                    grade.summary()
                })
            },
        )
        .proves(&[
            "delegate-authentication.agent.process-fingerprint",
            "delegate-authentication.agent.authenticate-after-fingerprint",
            "delegate-authentication.fingerprint.post",
        ]),
        Rule::new(
            "fingerprint-payload",
            "the fingerprint names transaction and notification address, in base64",
            |grade| {
                begun(grade)?;
                let Some(call) = grade.seen.first(Op::Fingerprint) else {
                    return Err(Stop::NotTested(grade.summary()));
                };
                let data = form_json(call, "threeDSMethodData");
                let has = |name: &str| {
                    data.as_ref()
                        .is_some_and(|data| !text(data, name).is_empty())
                };
                let whole = has("threeDSServerTransID") && has("threeDSMethodNotificationURL");
                grade.must(
                    whole,
                    call,
                    "threeDSMethodData is base64 of both members",
                    || form_field(call, "threeDSMethodData").unwrap_or_default(),
                )
            },
        )
        .proves(&[
            "delegate-authentication.fingerprint.payload",
            "delegate-authentication.fingerprint.base64",
        ]),
        Rule::new(
            "fingerprint-done",
            "a fingerprint that was notified is reported with Y",
            |grade| {
                let call = authenticated(grade)?;
                let said = call.text("/fingerprint_completion");
                grade.must(
                    said == Some("Y"),
                    call,
                    "fingerprint_completion is Y",
                    || format!("{said:?}"),
                )
            },
        )
        .proves(&[
            "delegate-authentication.fingerprint.completion-y",
            "delegate-authentication.fingerprint.completion-meaning",
            "delegate-authentication.callbacks.fingerprint",
        ]),
    ]
}

/// No notification came.
pub(in crate::lanes::agent) fn fingerprint_silent() -> Rule {
    Rule::new(
        "fingerprint-timeout",
        "without notification N is sent, after ten seconds",
        |grade| {
            begun(grade)?;
            let Some(page) = grade.seen.first(Op::Fingerprint) else {
                return Err(Stop::NotTested(grade.summary()));
            };
            let call = authenticated(grade)?;
            let said = call.text("/fingerprint_completion");
            grade.must(
                said == Some("N"),
                call,
                "fingerprint_completion is N",
                || format!("{said:?}"),
            )?;
            let waited = call
                .at
                .saturating_sub(page.at)
                .saturating_add(Duration::from_millis(300));
            grade.must(
                waited >= FINGERPRINT_WAIT,
                call,
                "N is sent after 10 seconds, not earlier",
                || format!("after {} ms", waited.as_millis()),
            )
        },
    )
    .proves(&[
        "delegate-authentication.fingerprint.completion-n",
        "delegate-authentication.fingerprint.completion-meaning",
    ])
}

/// Nothing to fingerprint.
pub(in crate::lanes::agent) fn pending() -> Rule {
    Rule::new(
        "pending",
        "on pending the agent authenticates at once, with U",
        |grade| {
            let call = authenticated(grade)?;
            let said = call.text("/fingerprint_completion");
            grade.must(
                said == Some("U"),
                call,
                "fingerprint_completion is U",
                || format!("{said:?}"),
            )?;
            let page = grade.seen.first(Op::Fingerprint).is_none();
            grade.must(page, call, "no fingerprint is taken", || {
                "one was".to_owned()
            })
        },
    )
    .proves(&[
        "delegate-authentication.agent.pending-authenticate",
        "delegate-authentication.agent.pending-u",
        "delegate-authentication.fingerprint.completion-meaning",
    ])
}

/// Rules about the challenge.
pub(in crate::lanes::agent) fn challenge() -> Vec<Rule> {
    vec![
        Rule::new(
            "challenge",
            "the challenge is posted to the issuer",
            |grade| {
                let call = authenticated(grade)?;
                let there = grade.seen.first(Op::Challenge).is_some();
                grade.must(there, call, "the form creq is posted to acs_url", || {
                    grade.summary()
                })
            },
        )
        .proves(&[
            "delegate-authentication.agent.challenge-process",
            "delegate-authentication.challenge.post",
        ]),
        Rule::new(
            "creq",
            "the challenge request is whole and in base64 without padding",
            |grade| {
                let told = authenticated(grade)?;
                let Some(call) = grade.seen.first(Op::Challenge) else {
                    return Err(Stop::NotTested(grade.summary()));
                };
                let written = form_field(call, "creq").unwrap_or_default();
                grade.must(!written.contains('='), call, "creq has no padding", || {
                    written.clone()
                })?;
                let creq = form_json(call, "creq").unwrap_or_default();
                let told = |name: &str| {
                    let pointer = format!("/action/challenge/{name}");
                    told.answered(&pointer)
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned()
                };
                for (member, wanted) in [
                    ("threeDSServerTransID", told("three_ds_server_trans_id")),
                    ("acsTransID", told("acs_trans_id")),
                    ("messageVersion", told("message_version")),
                    ("messageType", "CReq".to_owned()),
                ] {
                    let given = text(&creq, member).to_owned();
                    grade.must(
                        given == wanted,
                        call,
                        "creq has the values of the action",
                        || format!("{member} is {given:?} instead of {wanted:?}"),
                    )?;
                }
                let window = text(&creq, "challengeWindowSize");
                grade.must(
                    ["01", "02", "03", "04", "05"].contains(&window),
                    call,
                    "challengeWindowSize is 01 to 05",
                    || window.to_owned(),
                )
            },
        )
        .proves(&[
            "delegate-authentication.challenge.creq",
            "delegate-authentication.challenge.base64",
        ]),
        Rule::new(
            "challenge-result",
            "after the challenge the agent reads the result",
            |grade| {
                let call = authenticated(grade)?;
                let page = grade.seen.first(Op::Challenge);
                let read = page.and_then(|page| {
                    grade
                        .seen
                        .after(page)
                        .find(|later| later.op == Op::AuthenticationRead)
                });
                grade.must(
                    read.is_some(),
                    call,
                    "the session is read after the issuer's answer came",
                    || grade.summary(),
                )
            },
        )
        .proves(&[
            "delegate-authentication.agent.challenge-retrieve",
            "delegate-authentication.challenge.cres-decoded",
            "delegate-authentication.callbacks.challenge",
        ]),
    ]
}

/// A result of nobody's transaction.
pub(in crate::lanes::agent) fn forged_callback() -> Rule {
    Rule::new(
        "forged-callback",
        "a result of an unknown transaction is ignored",
        |grade| {
            let call = authenticated(grade)?;
            let page = grade.seen.first(Op::Challenge);
            let early = grade
                .seen
                .of_kind(Op::AuthenticationRead)
                .any(|read| page.is_none_or(|page| read.at < page.at));
            let blind = grade.seen.first(Op::Complete).is_some() && page.is_none();
            grade.should(
                !early && !blind,
                call,
                "only the issuer of this session ends the challenge",
                || grade.summary(),
            )
        },
    )
    .proves(&["delegate-authentication.security.callback-origin"])
}

/// The result is read with GET.
pub(in crate::lanes::agent) fn retrieves(id: &'static str) -> Rule {
    Rule::new("retrieves", "the agent reads the result", |grade| {
        let call = authenticated(grade)?;
        let mut later = grade.seen.after(call);
        let there = later.any(|later| later.op == Op::AuthenticationRead);
        grade.must(there, call, "the session is read with GET", || {
            grade.summary()
        })
    })
    .proves(&[id])
}

/// The result goes into the complete, as it was.
pub(in crate::lanes::agent) fn reported(outcome: &'static [&'static str]) -> Rule {
    let judge: fn(&Grade<'_>) -> Outcome = match outcome.first() {
        Some(&"authenticated") => |grade| report(grade, &["authenticated"]),
        Some(&"attempt_acknowledged") => |grade| report(grade, &["attempt_acknowledged"]),
        _ => |grade| {
            report(
                grade,
                &[
                    "denied",
                    "rejected",
                    "canceled",
                    "abandoned",
                    "processing_error",
                ],
            )
        },
    };
    Rule::new("reported", "the complete has the true outcome", judge).proves(&[
        "checkout.authentication.agent-returns-result",
        "checkout.authentication.preference-not-binding",
        "checkout.authentication.no-details-on-failure",
    ])
}

fn report(grade: &Grade<'_>, outcomes: &[&str]) -> Outcome {
    let (call, result) = result(grade)?;
    let given = text(result, "outcome");
    grade.must(
        outcomes.contains(&given),
        call,
        "outcome is what the authentication ended with",
        || given.to_owned(),
    )?;
    let details = result.get("outcome_details");
    let whole = details.is_none_or(|details| {
        [
            "three_ds_cryptogram",
            "electronic_commerce_indicator",
            "transaction_id",
            "version",
        ]
        .iter()
        .all(|name| !text(details, name).is_empty())
    });
    grade.must(whole, call, "outcome_details are whole or left out", || {
        format!("{details:?}")
    })
}

/// The values of the result are passed on.
pub(in crate::lanes::agent) fn details() -> Rule {
    Rule::new(
        "details",
        "the complete has cryptogram and transaction of the authentication",
        |grade| {
            let (call, result) = result(grade)?;
            let details = result.get("outcome_details").cloned().unwrap_or_default();
            let cryptogram = text(&details, "three_ds_cryptogram");
            grade.must(
                is_base64_of(cryptogram, 20),
                call,
                "three_ds_cryptogram is base64 of 20 bytes",
                || cryptogram.to_owned(),
            )?;
            let transaction = text(&details, "transaction_id");
            grade.must(
                transaction == TRANSACTION,
                call,
                "transaction_id is the directory server's",
                || transaction.to_owned(),
            )?;
            grade.should(
                cryptogram == CRYPTOGRAM,
                call,
                "the values of the result are passed on",
                || cryptogram.to_owned(),
            )
        },
    )
    .proves(&[
        "checkout.authentication.cryptogram-form",
        "checkout.authentication.transaction-id",
        "delegate-authentication.agent.result-used",
    ])
}

/// After a rejection the card is not paid with.
pub(in crate::lanes::agent) fn no_payment(must: bool) -> Rule {
    let judge: fn(&Grade<'_>) -> Outcome = if must {
        |grade| paid_after(grade, true)
    } else {
        |grade| paid_after(grade, false)
    };
    let rule = Rule::new("no-payment", "the card is not paid with", judge);
    if must {
        rule.proves(&["delegate-authentication.agent.rejected-no-authorization"])
    } else {
        rule.proves(&["delegate-authentication.agent.not-authenticated-stop"])
    }
}

fn paid_after(grade: &Grade<'_>, must: bool) -> Outcome {
    let call = authenticated(grade)?;
    let mut later = grade.seen.after(call);
    let paid = later.find(|later| {
        let fine = later
            .text("/authentication_result/outcome")
            .is_some_and(|outcome| {
                ["authenticated", "attempt_acknowledged", "informational"].contains(&outcome)
            });
        later.op == Op::Delegate || (later.op == Op::Complete && (must || fine))
    });
    let found = || "a token was asked for, or a complete sent".to_owned();
    let rule = "after that outcome nothing is paid with the card";
    match paid {
        None => Ok(()),
        Some(paid) if must => grade.must(false, paid, rule, found),
        Some(paid) => grade.should(false, paid, rule, found),
    }
}

/// A session that is over is not used again.
pub(in crate::lanes::agent) fn new_session() -> Rule {
    Rule::new(
        "new-session",
        "a new authentication is begun, and the old id not used again",
        |grade| {
            let call = authenticated(grade)?;
            let again = grade
                .seen
                .after(call)
                .find(|later| later.op == Op::Authenticate && later.id == call.id);
            if let Some(again) = again {
                return grade.must(false, again, "the expired session is left alone", || {
                    again.what()
                });
            }
            let begun = grade.seen.of_kind(Op::AuthenticationCreate).count();
            grade.must(begun >= 2, call, "another session is opened", || {
                grade.summary()
            })
        },
    )
    .proves(&["delegate-authentication.agent.expired-new-session"])
}
