//! Starts the reference parties, so that a person can try the judge on them, and prints the
//! configuration of the judge.
//!
//! `cargo run -p comptoir-certify --example reference -- 8301 > certify.toml` takes the ports 8301
//! to 8304, and sends order events to 8305.
#![expect(clippy::print_stdout, reason = "a command for a person")]

#[path = "../tests/reference/parties.rs"]
mod reference;

use std::net::SocketAddr;

use reference::{Options, Reference};

#[tokio::main]
async fn main() {
    let first = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(8301_u16);
    let at = |place: u16| {
        Some(SocketAddr::from((
            [127, 0, 0, 1],
            first.saturating_add(place),
        )))
    };
    let parties = Reference::with(Options {
        seller: at(0),
        psp: at(1),
        receiver: at(2),
        feed: at(3),
        webhooks: at(4),
        ..Options::default()
    })
    .await;
    println!("{}", parties.configuration());
    parties.run().await;
}
