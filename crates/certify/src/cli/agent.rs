//! `agent`: an agent that buys from the judge's faulty seller and payment provider.

use std::{
    fmt::Write,
    io::{self, IsTerminal},
    net::SocketAddr,
    sync::Arc,
};

use clap::Args;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    say,
    source::Source,
};
use crate::{
    AgentTarget, Lane, Runner, SchemaJudge, SpecVersion, Target, lanes, probe::Unreachable,
};

/// An agent and how to judge it.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    source: Source,
    /// Where the judge's seller listens; the agent must know it under this address.
    #[arg(long, value_name = "ADDR")]
    seller_listen: Option<SocketAddr>,
    /// Where the judge's payment provider listens.
    #[arg(long, value_name = "ADDR")]
    psp_listen: Option<SocketAddr>,
    /// Program that makes the agent try one purchase, then its arguments; last option.
    #[arg(long, value_name = "PROGRAM", num_args = 1.., allow_hyphen_values = true)]
    buy_command: Vec<String>,
    /// Longest purchase, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = AgentTarget::WAIT_S)]
    wait: u64,
    /// Purchases at the same time, on the ports after the first; one unless both ports are 0.
    #[arg(long, value_name = "COUNT")]
    at_once: Option<u16>,
    /// List what the judge's seller and provider do wrong, and judge nothing.
    #[arg(long)]
    list_faults: bool,
    #[command(flatten)]
    flags: Flags,
}

/// Judges the agent.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    if options.list_faults {
        return Ok(list_faults());
    }
    let target = match (options.seller_listen, options.psp_listen) {
        (Some(seller_listen), Some(psp_listen)) => Target {
            agent: Some(AgentTarget {
                wait_s: options.wait,
                at_once: options.at_once,
                ..AgentTarget::new(seller_listen, psp_listen, options.buy_command.clone())
            }),
            ..Target::default()
        },
        (None, None) => options.source.target("agent", |_| {
            Err(Failure::Usage(
                "an agent has no address: give --seller-listen and --psp-listen, or --config FILE"
                    .to_owned(),
            ))
        })?,
        _ => {
            return Err(Failure::Usage(
                "--seller-listen and --psp-listen belong together".to_owned(),
            ));
        }
    };
    let Some(agent) = target.agent.clone() else {
        return Err(Failure::Usage(
            "the configuration has no [agent] section".to_owned(),
        ));
    };
    knock(&agent, &target).await?;
    let party = Party {
        name: format!("agent at {}", agent.seller_listen),
        lanes: &[Lane::Agent],
        knock: None,
    };
    judge(party, target, &options.flags).await
}

/// Tries the honest purchase once: an agent that asks nothing cannot be judged.
async fn knock(agent: &AgentTarget, target: &Target) -> Result<(), Failure> {
    let Some(program) = agent.buy_command.first() else {
        if io::stdin().is_terminal() {
            return Ok(());
        }
        return Err(Failure::Usage(
            "nobody sits at the terminal: give --buy-command PROGRAM ARGUMENTS".to_owned(),
        ));
    };
    let judge = Arc::new(SchemaJudge::bundled()?);
    let case = Runner::new(SpecVersion::LATEST, target.clone(), judge)?.case();
    lanes::agent::knock(&case).await.map_err(|seen| {
        Failure::Unreachable(Unreachable {
            address: program.clone(),
            seen,
            next: "run the command by hand with the variables of crates/certify/README.md, section Agents".to_owned(),
        })
    })
}

fn list_faults() -> Exit {
    let mut text = String::new();
    for fault in lanes::agent::faults(SpecVersion::LATEST) {
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{:<28} {:<12} {}",
            fault.name, fault.task, fault.story
        );
    }
    say(text.trim_end());
    Exit::Clean
}
