//! The command line: one file per command.

mod agent;
mod compare;
mod contradictions;
mod discovery;
mod exit;
mod failure;
mod feed;
mod init;
mod judge;
mod list;
mod mcp;
mod options;
mod progress;
mod psp;
mod receiver;
mod register;
mod seller;
mod serve;
mod source;

use std::{io::Write, process::ExitCode};

use clap::Subcommand;

use exit::Exit;
use failure::Failure;

/// Where runs are kept when nothing else is said.
const HISTORY: &str = ".comptoir/certify";
/// Where the page of results is shown when nothing else is said.
const PAGE: &str = "127.0.0.1:4810";

/// Exit codes, as every help text ends.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  no violation
  1  at least one violated MUST
  2  wrong usage or configuration
  3  the party cannot be reached
  4  nothing was tested";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at a seller and write certify.toml. Creates sessions, completes none.
    #[command(after_help = EXIT_CODES)]
    Init(init::Options),
    /// Judge a seller: checkout over REST, discovery, carts, extensions, order events.
    #[command(after_help = EXIT_CODES)]
    Seller(seller::Options),
    /// Judge a payment service provider: delegate payment and delegate authentication.
    #[command(after_help = EXIT_CODES)]
    Psp(psp::Options),
    /// Judge a seller over the Model Context Protocol.
    #[command(after_help = EXIT_CODES)]
    Mcp(mcp::Options),
    /// Judge a discovery document.
    #[command(after_help = EXIT_CODES)]
    Discovery(discovery::Options),
    /// Judge a receiver of order events: send, forge, replay and reorder them.
    #[command(after_help = EXIT_CODES)]
    Receiver(receiver::Options),
    /// Judge a feed file, or an agent's Feed API.
    #[command(after_help = EXIT_CODES)]
    Feed(feed::Options),
    /// Judge an agent: it buys from a faulty seller and payment provider.
    #[command(after_help = EXIT_CODES)]
    Agent(agent::Options),
    /// List the checks with their titles and requirements.
    List(list::Options),
    /// Print which requirements are tested, as markdown.
    Register(register::Options),
    /// Print where the sources contradict each other and which reading is taken, as markdown.
    Contradictions,
    /// Compare two runs: newly red, newly green, changed. Ends with 1 when something is newly red.
    Compare(compare::Options),
    /// Show the page of all kept runs.
    Serve(serve::Options),
}

/// Runs a command and says how it ended.
pub async fn run(command: Command) -> ExitCode {
    let done = match command {
        Command::Init(options) => init::run(&options).await,
        Command::Seller(options) => seller::run(options).await,
        Command::Psp(options) => psp::run(options).await,
        Command::Mcp(options) => mcp::run(options).await,
        Command::Discovery(options) => discovery::run(options).await,
        Command::Receiver(options) => receiver::run(options).await,
        Command::Feed(options) => feed::run(options).await,
        Command::Agent(options) => agent::run(options).await,
        Command::List(options) => list::run(&options),
        Command::Register(options) => register::run(&options),
        Command::Contradictions => contradictions::run(),
        Command::Compare(options) => compare::run(&options),
        Command::Serve(options) => serve::run(&options).await,
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report();
            failure.exit().into()
        }
    }
}

/// How this program was called, for commands that it proposes.
fn program() -> &'static str {
    let called = std::env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&called).file_stem();
    if name.is_some_and(|name| name == "comptoir") {
        "comptoir certify"
    } else {
        "comptoir-certify"
    }
}

/// Prints results to standard output. A reader that went away is no failure.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
