//! The judge as a program of its own: small and quick to build.

use std::process::ExitCode;

use clap::Parser;
use comptoir_certify::cli;

/// Judges any seller, payment provider, agent, webhook and feed of the Agentic Commerce Protocol.
#[derive(Parser)]
#[command(name = "comptoir-certify", version, max_term_width = 100, after_help = cli::EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: cli::Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(Arguments::parse().command).await
}
