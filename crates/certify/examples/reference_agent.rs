//! A small agent that buys as the environment says: the contract of the lane `agent` from the side of
//! the agent, and the party on which the judge of agents is tried.
//!
//! `comptoir-certify agent --seller-listen 127.0.0.1:0 --psp-listen 127.0.0.1:0 --buy-command
//! target/debug/examples/reference_agent`
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::as_conversions,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::similar_names,
    reason = "a program for trying the judge: it prints, lives by the real clock and writes JSON by member"
)]

#[path = "../tests/reference/agent/purchase.rs"]
mod purchase;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match purchase::Purchase::from_environment() {
        Ok(mut purchase) => match purchase.make().await {
            Ok(order) => println!("bought: order {order}"),
            Err(why) => println!("not bought: {why}"),
        },
        Err(why) => println!("cannot buy: {why}"),
    }
}
