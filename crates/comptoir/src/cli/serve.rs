//! `comptoir seller | psp | agent serve --config FILE`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Subcommand;
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{
    config,
    servers::{self, Interruption},
};

/// One of the three servers.
#[derive(Clone, Copy)]
pub(super) enum Party {
    Seller,
    Psp,
    Agent,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Serve until interrupted; prints its address when it is ready.
    Serve {
        /// The configuration, a TOML file; see docs/src/configuration.md.
        #[arg(long)]
        config: PathBuf,
    },
}

pub(super) async fn run(party: Party, command: Command) -> Result<ExitCode> {
    let Command::Serve { config } = command;
    let (interruption, stop) = (Interruption::listen()?, CancellationToken::new());
    let (name, running) = match party {
        Party::Seller => (
            "seller",
            servers::seller::start(config::read(&config)?, stop.clone()).await?,
        ),
        Party::Psp => (
            "psp",
            servers::psp::start(config::read(&config)?, stop.clone()).await?,
        ),
        Party::Agent => (
            "agent",
            servers::agent::start(config::read(&config)?, stop.clone()).await?,
        ),
    };
    say(&format!("{name} ready at {}", running.url));
    interruption.wait(&stop).await;
    running.finished().await;
    Ok(ExitCode::SUCCESS)
}
