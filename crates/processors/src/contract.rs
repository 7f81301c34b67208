//! The contract kit: what every [`Processor`] must do, as cases that run against any of them.
//!
//! An adapter's tests implement [`Bench`] and assert that [`check`] reports no violation. The kit
//! counts money on the far side ([`Bench::captured`]), never by what the adapter says.

mod charges;
mod refunds;

use comptoir_acp::{currency::Currency, id::CheckoutSessionId, money::MinorUnits};
use secrecy::SecretString;

use crate::{
    BoxFuture, ChargeRequest, Processor,
    simulated::{Behavior, TokenSpec},
};

/// One processor set up for the kit, with the means to issue tokens and to count money.
pub trait Bench: Send + Sync {
    /// The processor under test.
    fn processor(&self) -> &dyn Processor;

    /// Issues a token with these limits whose card behaves as told.
    fn token(&self, spec: TokenSpec) -> BoxFuture<'_, SecretString>;

    /// How many times money was captured for charge keys that start with `prefix`, according to
    /// whoever holds the money.
    fn captured<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, usize>;
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The case of the kit.
    pub case: &'static str,
    /// What was observed instead.
    pub observed: String,
}

/// What the kit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Cases that held.
    pub passed: Vec<&'static str>,
    /// Cases that did not.
    pub violations: Vec<Violation>,
}

/// Runs every case, one after the other.
pub async fn check(bench: &dyn Bench) -> Report {
    let mut report = Report::default();
    for (case, outcome) in [
        (
            "one key charges once, sent twice and eight times at once",
            charges::one_key_charges_once(bench).await,
        ),
        (
            "one key with other parameters proves nothing and charges nothing",
            charges::other_parameters(bench).await,
        ),
        (
            "two keys on one token: one charge",
            charges::token_is_single_use(bench).await,
        ),
        (
            "two keys at once on one token: one charge",
            charges::token_race(bench).await,
        ),
        (
            "time-out after the charge: unknown, then found, never twice",
            charges::timeout_after(bench).await,
        ),
        (
            "time-out before the charge: unknown, nothing captured",
            charges::timeout_before(bench).await,
        ),
        (
            "limits of the token hold to the minor unit",
            charges::limits(bench).await,
        ),
        (
            "a token that was never issued is refused",
            charges::unknown_token(bench).await,
        ),
        (
            "declines come back with their reason",
            charges::declines(bench).await,
        ),
        (
            "3-D Secure is asked for and honoured",
            charges::authentication(bench).await,
        ),
        (
            "a failed authentication never charges",
            charges::failed_authentication(bench).await,
        ),
        ("absent keys are absent", charges::absent(bench).await),
        (
            "refunds sum up to the charge and no further",
            refunds::sums(bench).await,
        ),
        ("one refund key refunds once", refunds::one_key(bench).await),
        (
            "refunds of unknown charges fail",
            refunds::unknown_charge(bench).await,
        ),
    ] {
        match outcome {
            Ok(()) => report.passed.push(case),
            Err(observed) => report.violations.push(Violation { case, observed }),
        }
    }
    report
}

/// Result of one case: what was observed when it does not hold.
type Case = Result<(), String>;

/// The total of every case, in minor units.
const TOTAL: i64 = 12_345;

/// A token for `session` that allows [`TOTAL`] euro cents.
async fn token(
    bench: &dyn Bench,
    session: &str,
    behavior: Behavior,
) -> Result<SecretString, String> {
    let spec = TokenSpec {
        max_amount: MinorUnits::new(TOTAL),
        currency: currency("eur")?,
        checkout_session_id: session_id(session)?,
        behavior,
    };
    Ok(bench.token(spec).await)
}

/// A charge of exactly the token's limit.
fn request(session: &str, attempt: u32, token: &SecretString) -> Result<ChargeRequest, String> {
    Ok(ChargeRequest {
        charge_key: format!("{session}:{attempt}"),
        token: token.clone(),
        amount: MinorUnits::new(TOTAL),
        currency: currency("eur")?,
        checkout_session_id: session_id(session)?,
        order_ref: None,
        authentication: None,
    })
}

fn session_id(session: &str) -> Result<CheckoutSessionId, String> {
    CheckoutSessionId::parse(session).map_err(|error| error.to_string())
}

fn currency(code: &str) -> Result<Currency, String> {
    Currency::from_code(code).map_err(|error| error.to_string())
}

/// Fails with `observed` unless `holds`.
fn expect(holds: bool, observed: impl std::fmt::Debug) -> Case {
    if holds {
        Ok(())
    } else {
        Err(format!("{observed:?}"))
    }
}

/// Money moved exactly `count` times for the session.
async fn captured(bench: &dyn Bench, session: &str, count: usize) -> Case {
    let found = bench.captured(&format!("{session}:")).await;
    if found == count {
        Ok(())
    } else {
        Err(format!("{found} captures instead of {count}"))
    }
}
