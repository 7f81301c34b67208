//! `discovery`: the document at `/.well-known/acp.json`.

use clap::Args;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    source::Source,
};
use crate::{Key, Lane, SellerTarget, Target, probe::Face};

/// A seller's discovery document and how to judge it.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    flags: Flags,
}

/// Judges the document.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = options.source.target("seller", |url| {
        Ok(Target {
            // The document is public: no key goes along.
            seller: Some(SellerTarget::new(url, Key::new(""))),
            ..Target::default()
        })
    })?;
    let Some(seller) = target.seller.clone() else {
        return Err(Failure::Usage(
            "the configuration has no [seller] section".to_owned(),
        ));
    };
    let mut origin = seller.url.clone();
    origin.set_path("");
    let party = Party {
        name: seller.url.to_string(),
        lanes: &[Lane::Discovery],
        knock: Some((Face::Discovery, origin, None)),
    };
    judge(party, target, &options.flags).await
}
