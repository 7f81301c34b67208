//! Providers whose tokens pay more, or less, than was asked. They show only at a seller that charges
//! at the same proxy.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::fault::{Fault, requests};
use crate::reference::Lax;

/// Keeps another allowance than the one that was asked for.
fn keeps(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::new(
        Lane::Psp,
        id,
        does,
        red,
        requests(move |asked| {
            asked.edit(|json| edit(&mut json["allowance"]));
            asked.headers.remove("signature");
            asked.headers.remove("timestamp");
            None
        }),
    )
}

pub(crate) fn faults() -> Vec<Fault> {
    vec![
        keeps(
            "psp-pays-more",
            "lets a token pay more than max_amount",
            &["psp.arithmetic.charge-above-max-amount"],
            |allowance| allowance["max_amount"] = json!(1_000_000),
        ),
        keeps(
            "psp-pays-less",
            "lets a token pay half of max_amount",
            &["psp.arithmetic.charge-of-max-amount"],
            |allowance| {
                let half = allowance["max_amount"].as_i64().unwrap_or_default() / 2;
                allowance["max_amount"] = json!(half);
            },
        ),
        keeps(
            "psp-pays-any-currency",
            "lets a token pay in any currency",
            &["psp.arithmetic.charge-in-other-currency"],
            |allowance| allowance["currency"] = json!("usd"),
        ),
        keeps(
            "psp-pays-any-merchant",
            "lets a token pay any merchant",
            &["psp.auth.charge-by-other-merchant"],
            |allowance| allowance["merchant_id"] = json!("acct_reference"),
        ),
        Fault::spoilt(
            Lane::Psp,
            "psp-pays-forever",
            "lets a token pay after its end",
            &["psp.expiry.charge-after-end"],
            |options| options.lax = Some(Lax::Ended),
        ),
        Fault::spoilt(
            Lane::Psp,
            "psp-any-last4",
            "takes a display_last4 that is not the end of the number",
            &["psp.errors.last4-of-another-card"],
            |options| options.lax = Some(Lax::Last4),
        )
        .warned(),
        Fault::spoilt(
            Lane::Psp,
            "psp-any-end",
            "takes allowances that have ended, and that end in thousands of years",
            &[
                "psp.errors.expires-past",
                "psp.errors.expires-1970",
                "psp.errors.expires-far",
            ],
            |options| options.lax = Some(Lax::Ends),
        )
        .warned(),
    ]
}
