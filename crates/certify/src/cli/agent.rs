//! `agent`: an agent that buys from the judge's faulty seller and payment provider.

use std::net::SocketAddr;

use clap::Args;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    source::Source,
};
use crate::{AgentTarget, Lane, Target};

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
    #[command(flatten)]
    flags: Flags,
}

/// Judges the agent.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = match (options.seller_listen, options.psp_listen) {
        (Some(seller_listen), Some(psp_listen)) => Target {
            agent: Some(AgentTarget::new(
                seller_listen,
                psp_listen,
                options.buy_command.clone(),
            )),
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
    let party = Party {
        name: format!("agent at {}", agent.seller_listen),
        lanes: &[Lane::Agent],
        knock: None,
    };
    judge(party, target, &options.flags).await
}
