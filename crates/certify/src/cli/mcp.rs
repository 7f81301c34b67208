//! `mcp`: checkout over the Model Context Protocol.

use clap::Args;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    source::{KeyFlags, Source},
};
use crate::{Lane, McpTarget, SellerTarget, Target, probe::Face};

/// A seller over MCP and how to judge it.
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
    #[command(flatten)]
    flags: Flags,
}

/// Judges the seller.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = options.source.target("MCP endpoint", |url| {
        let key = options.key.read()?;
        Ok(Target {
            // What can be bought is the seller's business, over whichever transport.
            seller: Some(SellerTarget {
                items: options.item.clone(),
                currency: options.currency.clone(),
                ..SellerTarget::new(url.clone(), key.clone())
            }),
            mcp: Some(McpTarget { url, key }),
            ..Target::default()
        })
    })?;
    let Some(mcp) = target.mcp.clone() else {
        return Err(Failure::Usage(
            "the configuration has no [mcp] section".to_owned(),
        ));
    };
    let party = Party {
        name: mcp.url.to_string(),
        lanes: &[Lane::Mcp],
        knock: Some((Face::Mcp, mcp.url, Some(mcp.key))),
    };
    judge(party, target, &options.flags).await
}
