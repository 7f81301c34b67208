//! An agent that buys; the judge plays a faulty seller and payment provider.
//!
//! Every scenario is one purchase. The judge listens on `agent.seller_listen` and `agent.psp_listen`,
//! runs `agent.buy_command` and writes down what the agent asks; rules are then held against that.
//! The command gets in its environment:
//!
//! | variable | meaning |
//! | --- | --- |
//! | `ACP_ITEM_ID` | the item to buy, [`ITEM_ID`]; it costs [`ITEM_PRICE`] in USD |
//! | `ACP_SELLER_URL` | base address of the seller |
//! | `ACP_PSP_URL` | base address of the payment provider |
//! | `ACP_SCENARIO` | name of the scenario, for logs |
//! | `ACP_TASK` | what the buyer wants: `buy`, `pay-again`, `say-no`, `cancel`, `code`, `cart`, `gift-card`, `saved-card`, `domain`, `mcp` |
//! | `ACP_VERSION` | the version by which the agent is judged |
//!
//! The buyer agrees to the first total that is shown and to nothing after it. An agent that does not
//! know a task buys as always, or not at all; what the task is about is then not applicable.

mod authentication;
mod call;
mod cancel;
mod carts;
mod honest;
mod launch;
mod listener;
mod mcp;
mod play;
mod provider;
mod render;
mod reply;
mod rule;
mod rules;
mod scenario;
mod seller;
mod shop;
mod stage;
mod tls;
mod transcript;

pub use shop::{CODE, ITEM_ID, ITEM_PRICE, ITEM_TITLE, MERCHANT_ID, PSP_NAME};

use crate::{Check, SpecVersion};

/// Every check of this lane. Rules of different scenarios take turns, so that purchases can run at the
/// same time.
#[must_use]
pub fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut rounds: Vec<Vec<Check>> = Vec::new();
    for scenario in scenario::all() {
        for (round, rule) in scenario.all_rules().iter().enumerate() {
            if rounds.len() <= round {
                rounds.push(Vec::new());
            }
            if let Some(checks) = rounds.get_mut(round) {
                checks.push(rule.check(scenario));
            }
        }
    }
    rounds.into_iter().flatten().collect()
}
