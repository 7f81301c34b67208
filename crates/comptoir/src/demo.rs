//! The whole street on one machine: agent, three sellers of different kinds, and a PSP.

mod catalogue;
mod files;
mod keys;
mod pages;
mod picture;
pub(crate) mod scripted;
mod street;

use std::{path::Path, time::Instant};

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::{cli::say, servers::Interruption};

pub(crate) use street::Street;

/// Starts everything, prints the addresses, and runs until interrupted.
pub(crate) async fn run(data: &Path, port: u16) -> Result<()> {
    let started = Instant::now();
    let (interruption, stop) = (Interruption::listen()?, CancellationToken::new());
    let street = Street::start(data, port, &stop).await?;
    say(&format!("demo ready at {}", street.agent_url()));
    say(&format!(
        "  started in {} ms, data in {}",
        started.elapsed().as_millis(),
        data.display()
    ));
    say("");
    for (what, url) in street.addresses() {
        say(&format!("  {what:<34} {url}"));
    }
    say("");
    say("  Everything here is simulated: no real card is charged, no parcel leaves.");
    say("  Test card: 4242 4242 4242 4242, any future date, any code.");
    say(&format!(
        "  Try: {}",
        "chaussures de course à moins de 100 €"
    ));
    say("       best gifts for someone who loves ceramics");
    say("");
    say("  Orders of a shop:");
    say(&format!("    {}", street.operator_hint()));
    say("  Ctrl-C stops everything; the next start goes on where this one ended.");
    interruption.wait(&stop).await;
    street.finished().await;
    say("stopped");
    Ok(())
}
