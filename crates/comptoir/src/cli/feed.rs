//! `comptoir feed check | push`.

mod check;
mod push;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use comptoir_acp::currency::Currency;
use comptoir_feed::{FeedReader, ReadOptions, read_path_with};
use comptoir_signing::environment::Environment;
use secrecy::SecretString;

use super::say;

pub(crate) use push::{Target, push};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Read a product feed and list what is wrong with it. Exit code 1 when rows were rejected.
    Check {
        #[command(flatten)]
        file: FeedFile,
        /// Also write format, counts and findings to this file, as JSON.
        #[arg(long)]
        json: Option<PathBuf>,
        /// List every finding.
        #[arg(long)]
        all: bool,
    },
    /// Send a product feed to an agent.
    Push {
        #[command(flatten)]
        file: FeedFile,
        /// Address of the agent, such as `http://127.0.0.1:8420`.
        #[arg(long)]
        agent: String,
        /// Key that the agent gave this shop for its feeds.
        #[arg(long, env = "COMPTOIR_FEED_KEY", hide_env_values = true)]
        key: SecretString,
        /// Feed to update; a new one is created when absent.
        #[arg(long)]
        feed: Option<String>,
        /// Country that a new feed is for, ISO 3166-1 alpha-2.
        #[arg(long)]
        country: Option<String>,
    },
}

/// A feed file and how to read it.
#[derive(Args)]
pub(super) struct FeedFile {
    /// ACP (JSON, JSONL, gzip, folder), Shopify export (CSV), or a flat table (CSV, TSV, JSONL).
    file: PathBuf,
    /// Currency of a file that names none, ISO 4217.
    #[arg(long)]
    currency: Option<String>,
}

impl FeedFile {
    fn open(&self) -> Result<FeedReader> {
        let currency = self
            .currency
            .as_deref()
            .map(Currency::from_code)
            .transpose();
        let options = ReadOptions {
            currency: currency.context("--currency is not an ISO 4217 code")?,
            now: Some(Environment::system().now()),
            ..ReadOptions::default()
        };
        read_path_with(&self.file, options)
            .with_context(|| format!("cannot read the feed {}", self.file.display()))
    }
}

pub(super) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check { file, json, all } => check::check(&file, json.as_deref(), all),
        Command::Push {
            file,
            agent,
            key,
            feed,
            country,
        } => {
            let target = Target {
                agent: &agent,
                key: &key,
                feed: feed.as_deref(),
                country: country.as_deref(),
            };
            let mut reader = file.open()?;
            let pushed = push(&target, &mut reader, |pushed| {
                say(&format!("{} products sent", pushed.products));
            })
            .await?;
            let report = reader.report();
            say(&format!(
                "feed {}: {} products accepted by the agent, {} left out of the file",
                pushed.feed_id, pushed.products, report.rejected
            ));
            match pushed.withdrawn {
                Some(0) => {}
                Some(withdrawn) => say(&format!(
                    "{withdrawn} products that the file has no more were withdrawn"
                )),
                None => say("nothing was withdrawn, because parts of the file cannot be read"),
            }
            if report.rejected > 0 {
                say(&format!(
                    "next: comptoir feed check {}",
                    file.file.display()
                ));
            }
            Ok(if report.complete {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}
