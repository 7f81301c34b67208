//! `comptoir demo`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Args;

use crate::demo;

/// Where the demo lives and what it does.
#[derive(Args)]
pub(super) struct Options {
    /// Folder of the demo's databases and keys; kept between runs.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// First of five ports: agent, three sellers, PSP. 0 takes free ones.
    #[arg(long, default_value_t = 8420)]
    port: u16,
    /// Buy, ship and refund once without a browser, print each step, and exit. Uses a fresh folder
    /// and free ports unless told otherwise.
    #[arg(long)]
    scripted: bool,
}

pub(super) async fn run(options: Options) -> Result<ExitCode> {
    if options.scripted {
        return demo::scripted::run().await;
    }
    demo::run(&options.data, options.port).await?;
    Ok(ExitCode::SUCCESS)
}
