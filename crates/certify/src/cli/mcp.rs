//! `mcp`: checkout over the Model Context Protocol.

use clap::Args;
use url::Url;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    seller::PspFlags,
    source::{KeyFlags, Source, parse_address, secret},
};
use crate::{Lane, McpTarget, SellerTarget, Target, probe::Face};

/// A seller over MCP and how to judge it.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    key: KeyFlags,
    /// Name of the environment variable that holds the bearer key of another agent.
    #[arg(long, value_name = "NAME")]
    other_key_env: Option<String>,
    /// Base address of the same shop over REST: both transports are then compared.
    #[arg(long, value_name = "URL")]
    rest: Option<String>,
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

/// Judges the seller.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = options
        .source
        .target("MCP endpoint", |url| options.target(url))?;
    let Some(mcp) = target.mcp.clone() else {
        return Err(Failure::Usage(
            "the configuration has no [mcp] section: write url and key of the endpoint there"
                .to_owned(),
        ));
    };
    let party = Party {
        name: mcp.url.to_string(),
        lanes: &[Lane::Mcp],
        knock: Some((Face::Mcp, mcp.url, Some(mcp.key))),
    };
    judge(party, target, &options.flags).await
}

impl Options {
    fn target(&self, url: Url) -> Result<Target, Failure> {
        let key = self.key.read()?;
        let other = self.other_key_env.as_deref();
        let rest = self.rest.as_deref().map(parse_address).transpose()?;
        // What can be bought is the seller's business, over whichever transport.
        let seller = SellerTarget {
            items: self.item.clone(),
            currency: self.currency.clone(),
            test_mode: self.test_mode,
            payment: self.psp.payment()?,
            ..SellerTarget::new(rest.unwrap_or_else(|| url.clone()), key.clone())
        };
        Ok(Target {
            seller: Some(seller),
            mcp: Some(McpTarget {
                url,
                key,
                other_key: secret(None, other, "--other-key", "--other-key-env")?,
            }),
            ..Target::default()
        })
    }
}
