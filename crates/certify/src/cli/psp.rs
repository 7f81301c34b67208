//! `psp`: delegate payment and delegate authentication.

use clap::Args;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    source::{KeyFlags, Source},
};
use crate::{Lane, PspTarget, Target, probe::Face};

/// A payment service provider and how to judge it.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    key: KeyFlags,
    /// A merchant that the provider knows.
    #[arg(long, value_name = "ID")]
    merchant_id: Option<String>,
    /// Currency of allowances, ISO 4217 in lower case.
    #[arg(long, value_name = "CODE", default_value = "usd")]
    currency: String,
    /// Cards are test cards.
    #[arg(long)]
    test_mode: bool,
    /// The provider offers delegate authentication.
    #[arg(long)]
    delegate_authentication: bool,
    #[command(flatten)]
    flags: Flags,
}

/// Judges the provider.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = options.source.target("payment service provider", |url| {
        let merchant_id = options.merchant_id.clone().ok_or_else(|| {
            Failure::Usage("give --merchant-id: a merchant that the provider knows".to_owned())
        })?;
        Ok(Target {
            psp: Some(PspTarget {
                test_mode: options.test_mode,
                currency: options.currency.clone(),
                delegate_authentication: options.delegate_authentication,
                ..PspTarget::new(url, options.key.read()?, merchant_id)
            }),
            ..Target::default()
        })
    })?;
    let Some(psp) = target.psp.clone() else {
        return Err(Failure::Usage(
            "the configuration has no [psp] section".to_owned(),
        ));
    };
    let party = Party {
        name: psp.url.to_string(),
        lanes: &[Lane::Psp],
        knock: Some((Face::Psp, psp.url, Some(psp.key))),
    };
    judge(party, target, &options.flags).await
}
