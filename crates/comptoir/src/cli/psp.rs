//! `comptoir psp serve --config FILE`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Subcommand;
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{
    config,
    servers::{self, Interruption},
};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Serve until interrupted; prints its address when it is ready.
    Serve {
        /// The configuration, a TOML file; see docs/src/configuration.md.
        #[arg(long)]
        config: PathBuf,
    },
}

pub(super) async fn run(command: Command) -> Result<ExitCode> {
    let Command::Serve { config } = command;
    let (interruption, stop) = (Interruption::listen()?, CancellationToken::new());
    let running = servers::psp::start(config::read(&config)?, stop.clone()).await?;
    say(&format!("psp ready at {}", running.url));
    interruption.wait(&stop).await;
    running.finished().await;
    Ok(ExitCode::SUCCESS)
}
