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
//! | `ACP_PSP_NAME` | its name in payment handlers, [`PSP_NAME`] |
//! | `ACP_MERCHANT_ID` | the seller's account there, [`MERCHANT_ID`], for versions whose sessions do not say it |
//! | `ACP_SCENARIO` | name of the scenario, for logs |
//! | `ACP_TASK` | what the buyer wants: `buy`, `pay-again`, `say-no`, `cancel`, `code`, `cart`, `gift-card`, `saved-card`, `domain`, `domain-twice`, `mcp`, `feed` |
//! | `ACP_VERSION` | the version by which the agent is judged |
//! | `ACP_MCP_URL` | the seller's MCP server, for the task `mcp` |
//! | `ACP_FEED` | a file with products of the shop, one a line, for the task `feed` |
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

use std::sync::Arc;

use crate::{Case, Check, SpecVersion, Stop};

/// A way in which the judge's seller or provider goes wrong: a scenario.
#[derive(Debug, Clone, Copy)]
pub struct JudgesFault {
    /// The scenario's name, part of the ids of its checks.
    pub name: &'static str,
    /// What goes wrong or is unusual.
    pub story: &'static str,
    /// What the agent's buyer wants: `ACP_TASK`.
    pub task: &'static str,
    /// Whether `version` has it.
    pub applies: bool,
}

/// Everything that goes wrong, or is unusual, in this lane.
#[must_use]
pub fn faults(version: SpecVersion) -> Vec<JudgesFault> {
    let mut known = std::collections::BTreeSet::new();
    scenario::all()
        .iter()
        .filter(|scenario| !scenario.story.is_empty() && known.insert(scenario.name))
        .map(|scenario| JudgesFault {
            name: scenario.name,
            story: scenario.story,
            task: scenario.task.as_str(),
            applies: scenario.versions.contains(version),
        })
        .collect()
}

/// Whether the agent asks the judge's seller anything when nothing is wrong; an error says why not.
pub(crate) async fn knock(case: &Arc<Case>) -> Result<(), String> {
    let stage = case.shared::<stage::Stage>();
    let Some(honest) = scenario::named(scenario::HONEST) else {
        return Ok(());
    };
    match stage.transcript(case, honest).await {
        Err(Stop::NotTested(why)) => Err(why),
        Ok(_) | Err(Stop::Found(_) | Stop::NotApplicable(_)) => Ok(()),
    }
}

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
