//! `init`: looks at a seller and writes the configuration.

mod file;

use std::{path::PathBuf, sync::Arc};

use clap::Args;

use super::{
    Exit, Failure,
    judge::write_file,
    program, say,
    seller::PspFlags,
    source::{KeyFlags, parse_address},
};
use crate::{
    SchemaJudge, SellerTarget, Target,
    probe::{Candidate, Found, candidates, look},
};

/// A seller to look at.
#[derive(Debug, Args)]
pub struct Options {
    /// Base address of the seller: `/checkout_sessions` is below it.
    #[arg(value_name = "URL")]
    address: String,
    #[command(flatten)]
    key: KeyFlags,
    /// The seller's feed: ACP or flat JSON Lines, CSV, TSV, a Shopify export; also `.gz`.
    #[arg(long, value_name = "FILE")]
    feed: Option<PathBuf>,
    /// Id of an item that can be bought; may be repeated.
    #[arg(long, value_name = "ID")]
    item: Vec<String>,
    /// Currency of the items, ISO 4217 in lower case; by default that of the feed or session.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// The file to write.
    #[arg(long, value_name = "FILE", default_value = "certify.toml")]
    out: PathBuf,
    /// Overwrite the file when it is there.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    psp: PspFlags,
    /// No real money moves at this address: checkouts may be completed.
    #[arg(long)]
    test_mode: bool,
}

/// Looks, writes, and says what was found.
pub(super) async fn run(options: &Options) -> Result<Exit, Failure> {
    if options.out.exists() && !options.force {
        return Err(Failure::Usage(format!(
            "{} is there already: choose another --out, or overwrite it with --force",
            options.out.display()
        )));
    }
    let payment = options.psp.payment()?;
    let target = SellerTarget {
        test_mode: options.test_mode,
        payment,
        currency: options.currency.clone().unwrap_or_else(|| "usd".to_owned()),
        ..SellerTarget::new(parse_address(&options.address)?, options.key.read()?)
    };
    let judge = Arc::new(SchemaJudge::bundled()?);
    let found = look(&target, &judge, &wanted(options)?).await?;
    let text = file::text(options, &found);
    write_file(&options.out, text.as_bytes())?;
    keep_private(options)?;
    // Whatever is written must be readable: a fault here is ours, and shows at once.
    Target::read(&options.out)?;
    say(&told(options, &found));
    Ok(Exit::Clean)
}

/// The items to try: those that were named come first.
fn wanted(options: &Options) -> Result<Vec<Candidate>, Failure> {
    let named = options.item.iter().map(|id| Candidate {
        id: id.clone(),
        available: None,
        currency: options.currency.clone(),
        digital: false,
        named: true,
    });
    let mut all: Vec<Candidate> = named.collect();
    if let Some(feed) = &options.feed {
        all.extend(candidates(feed)?);
    }
    Ok(all)
}

/// A file that holds a key is for its owner alone.
#[cfg(unix)]
fn keep_private(options: &Options) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    if options.key.key.is_none() && options.psp.psp_key.is_none() {
        return Ok(());
    }
    let owner_only = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&options.out, owner_only).map_err(|source| Failure::File {
        path: options.out.clone(),
        source,
    })
}

#[cfg(not(unix))]
fn keep_private(_options: &Options) -> Result<(), Failure> {
    Ok(())
}

/// What was found, and the next command.
fn told(options: &Options, found: &Found) -> String {
    let mut lines = Vec::new();
    let mut tell = |name: &str, text: String| lines.push(format!("{name:<18}{text}"));
    let versions: Vec<_> = found.versions.iter().map(|one| one.as_str()).collect();
    tell(
        "versions",
        if versions.is_empty() {
            "none named".to_owned()
        } else {
            format!("{} (from {})", versions.join(", "), found.versions_from)
        },
    );
    tell("discovery", yes(found.discovery));
    let handlers: Vec<_> = found
        .handlers
        .iter()
        .map(|(id, name, psp)| format!("{id} ({name}, {psp})"))
        .collect();
    tell("payment handlers", or_none(&handlers));
    tell("merchant id", or_none(found.merchant_id.as_slice()));
    tell("items", or_none(&found.items));
    tell("out of stock", or_none(found.out_of_stock_item.as_slice()));
    tell("digital item", or_none(found.digital_item.as_slice()));
    tell("currency", or_none(found.currency.as_slice()));
    tell("offers", or_none(&found.offers));
    for note in &found.notes {
        tell("note", note.clone());
    }
    if !options.test_mode {
        tell(
            "note",
            "without --test-mode no checkout is completed; give it when no real money moves"
                .to_owned(),
        );
    } else if options.psp.psp.is_none() {
        tell(
            "note",
            "no source of payment tokens: give --psp and --psp-key-env, or edit [seller.payment]"
                .to_owned(),
        );
    }
    let out = options.out.display();
    lines.push(format!(
        "\nwritten to {out}; next:\n  {} seller --config {out}",
        program()
    ));
    lines.join("\n")
}

fn yes(there: bool) -> String {
    if there { "yes" } else { "no" }.to_owned()
}

fn or_none(all: &[String]) -> String {
    if all.is_empty() {
        "none found".to_owned()
    } else {
        all.join(", ")
    }
}
