//! `seller`: checkout, discovery, carts, extensions, order events.

use clap::Args;
use url::Url;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    source::{KeyFlags, Source, parse_address, secret},
};
use crate::{Lane, Payment, SellerTarget, Target, probe::Face};

/// A seller and how to judge it.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    key: KeyFlags,
    /// Id of an item that can be bought; give two or more.
    #[arg(long, value_name = "ID")]
    item: Vec<String>,
    /// Currency of the items, ISO 4217 in lower case.
    #[arg(long, value_name = "CODE", default_value = "usd")]
    currency: String,
    /// No real money moves: checkouts may be completed.
    #[arg(long)]
    test_mode: bool,
    #[command(flatten)]
    psp: PspFlags,
    #[command(flatten)]
    flags: Flags,
}

/// Where payment tokens come from.
#[derive(Debug, Args)]
pub(super) struct PspFlags {
    /// Address of the payment service provider that gives payment tokens.
    #[arg(long = "psp", value_name = "URL")]
    pub(super) psp: Option<String>,
    /// Bearer key at the payment service provider.
    #[arg(long, value_name = "KEY", conflicts_with = "psp_key_env")]
    pub(super) psp_key: Option<String>,
    /// Name of the environment variable that holds that key.
    #[arg(long, value_name = "NAME")]
    pub(super) psp_key_env: Option<String>,
    /// Merchant id of the seller at the provider; by default the one that sessions name.
    #[arg(long, value_name = "ID")]
    pub(super) merchant_id: Option<String>,
}

impl PspFlags {
    /// Tokens by delegate payment; `None` without a provider.
    pub(super) fn payment(&self) -> Result<Option<Payment>, Failure> {
        let Some(psp) = &self.psp else {
            return Ok(None);
        };
        let key = secret(
            self.psp_key.as_deref(),
            self.psp_key_env.as_deref(),
            "--psp-key",
            "--psp-key-env",
        )?;
        let key = key.ok_or_else(|| {
            Failure::Usage("--psp needs --psp-key-env NAME or --psp-key KEY".to_owned())
        })?;
        Ok(Some(Payment::delegate(
            parse_address(psp)?,
            key,
            self.merchant_id.clone(),
        )))
    }
}

/// Judges the seller.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = options.source.target("seller", |url| options.target(url))?;
    let Some(seller) = target.seller.clone() else {
        return Err(Failure::Usage(
            "the configuration has no [seller] section".to_owned(),
        ));
    };
    let party = Party {
        name: seller.url.to_string(),
        lanes: &[
            Lane::Seller,
            Lane::Discovery,
            Lane::Carts,
            Lane::Extensions,
            Lane::WebhookSender,
        ],
        knock: Some((Face::Seller, seller.url, Some(seller.key))),
    };
    judge(party, target, &options.flags).await
}

impl Options {
    fn target(&self, url: Url) -> Result<Target, Failure> {
        let seller = SellerTarget {
            items: self.item.clone(),
            currency: self.currency.clone(),
            test_mode: self.test_mode,
            payment: self.psp.payment()?,
            ..SellerTarget::new(url, self.key.read()?)
        };
        Ok(Target {
            seller: Some(seller),
            ..Target::default()
        })
    }
}
