//! The command line: one file per command.

mod buy;
mod db;
mod demo;
mod doctor;
mod feed;
mod orders;
mod serve;

pub(crate) use feed::{Target, push};
pub(crate) use orders::OperatorApi;

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use reqwest::{Client, Url};
use serve::Party;

/// From a chat message to a delivered order, on the Agentic Commerce Protocol.
#[derive(Parser)]
#[command(name = "comptoir", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start agent, three sellers and a PSP on this machine, with made-up shops.
    Demo(demo::Options),
    /// Serve a shop to agents.
    #[command(subcommand)]
    Seller(serve::Command),
    /// Serve a payment service provider with a simulated card issuer.
    #[command(subcommand)]
    Psp(serve::Command),
    /// Serve the shopping agent and its chat page, or let it buy once.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// List, ship, refund and cancel the orders of a running seller.
    Orders(orders::Options),
    /// Check a product feed, or push it to an agent.
    #[command(subcommand)]
    Feed(feed::Command),
    /// Judge any seller, payment provider, agent, webhook or feed by the specification.
    #[command(subcommand)]
    Certify(Box<comptoir_certify::cli::Command>),
    /// Look after a database file.
    #[command(subcommand)]
    Db(db::Command),
    /// Say what this machine has, and what is missing.
    Doctor,
}

/// What the agent does.
#[derive(Subcommand)]
enum AgentCommand {
    #[command(flatten)]
    Serve(serve::Command),
    /// Buy one item with a fresh agent, as a judge of agents asks for it: `comptoir certify agent`.
    Buy(buy::Options),
}

/// Runs the command; the exit code is 0 when it did what was asked.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::Demo(options) => demo::run(options).await,
        Command::Seller(command) => serve::run(Party::Seller, command).await,
        Command::Psp(command) => serve::run(Party::Psp, command).await,
        Command::Agent(AgentCommand::Serve(command)) => serve::run(Party::Agent, command).await,
        Command::Agent(AgentCommand::Buy(options)) => buy::run(options).await,
        Command::Orders(options) => orders::run(options).await,
        Command::Feed(command) => feed::run(command).await,
        Command::Certify(command) => Ok(comptoir_certify::cli::run(*command).await),
        Command::Db(command) => db::run(&command),
        Command::Doctor => Ok(doctor::run()),
    }
}

/// An HTTP client for the party at `url`: through the environment's proxy, unless the party runs on
/// this machine.
pub(crate) fn http_client(url: &str, timeout: Duration) -> Result<Client> {
    let url = Url::parse(url).with_context(|| format!("{url} is no address"))?;
    let builder = Client::builder().timeout(timeout);
    let builder = if comptoir_client::is_this_machine(&url) {
        builder.no_proxy()
    } else {
        builder
    };
    Ok(builder.build()?)
}

/// Prints a line of the command's result.
#[expect(
    clippy::print_stdout,
    reason = "results of commands go to standard output"
)]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
