//! The orders whose events the checks look at. Every order is paid, so a run makes one per stage and
//! all checks look at it.

use std::{process::Output, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{sync::OnceCell, time::sleep};

use super::{
    super::{
        command,
        documents::{list, text},
        seller::{Seller, Session},
    },
    delivery::Delivery,
    hub::Hub,
};
use crate::{Case, Outcome, Stop, WebhookTarget};

/// How far an order goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Stage {
    /// Paid.
    Created,
    /// Shipped by `ship_command`.
    Shipped,
    /// Refunded by `refund_command`.
    Refunded,
    /// Shipped and delivered by `actions.deliver`.
    Delivered,
    /// Cancelled by `actions.cancel`.
    Canceled,
    /// What else `actions` can do.
    Returned,
    Exchanged,
    Credited,
    Disputed,
    Repriced,
}

impl Stage {
    /// The name in `webhooks.actions`.
    fn action(self) -> &'static str {
        match self {
            Self::Created | Self::Shipped | Self::Refunded => "",
            Self::Delivered => "deliver",
            Self::Canceled => "cancel",
            Self::Returned => "return",
            Self::Exchanged => "exchange",
            Self::Credited => "credit",
            Self::Disputed => "dispute",
            Self::Repriced => "price-adjustment",
        }
    }

    /// The commands that lead there, in order.
    fn commands(self, target: &WebhookTarget) -> Outcome<Vec<Vec<String>>> {
        let named = |command: &Vec<String>, name: &str| {
            if command.is_empty() {
                Err(Stop::NotTested(format!(
                    "nothing makes the seller do this: set webhooks.{name} in certify.toml"
                )))
            } else {
                Ok(command.clone())
            }
        };
        let action = self.action();
        let of_action = || {
            let command = target.actions.get(action).cloned().unwrap_or_default();
            named(&command, &format!("actions.{action}"))
        };
        let ship = || named(&target.ship_command, "ship_command");
        Ok(match self {
            Self::Created => Vec::new(),
            Self::Shipped => vec![ship()?],
            Self::Refunded => vec![named(&target.refund_command, "refund_command")?],
            Self::Delivered | Self::Returned => vec![ship()?, of_action()?],
            Self::Canceled | Self::Exchanged | Self::Credited | Self::Disputed | Self::Repriced => {
                vec![of_action()?]
            }
        })
    }
}

/// An order and all that was told of it.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    /// The session as complete answered it.
    pub(super) session: Session,
    /// The order in it.
    pub(super) order: Value,
    /// What came, in order; more than one attempt of an event may be among it.
    pub(super) deliveries: Vec<Delivery>,
    /// What was done, and no event told of.
    pub(super) untold: Option<String>,
}

impl Journey {
    /// The id of the order, from wherever it is told.
    pub(super) fn order_id(&self) -> &str {
        let told = text(&self.order, "id");
        if told.is_empty() {
            self.deliveries
                .first()
                .map_or("", |delivery| text(delivery.order(), "id"))
        } else {
            told
        }
    }

    /// The states of the order that were told, each once, in order.
    pub(super) fn states(&self) -> Vec<&Delivery> {
        let mut states: Vec<&Delivery> = Vec::new();
        for delivery in &self.deliveries {
            if !states.iter().any(|seen| seen.body == delivery.body) {
                states.push(delivery);
            }
        }
        states
    }
}

/// The journeys of a run.
#[derive(Debug, Default)]
struct Journeys {
    stages: [OnceCell<Result<Journey, Stop>>; 10],
}

/// The order of the run that went to `stage`, with its events; not tested when events are missing,
/// which is the business of the checks of [`attempted`].
pub(super) async fn journey(case: &Arc<Case>, stage: Stage) -> Outcome<Journey> {
    let journey = attempted(case, stage).await?;
    match journey.untold {
        None => Ok(journey),
        Some(untold) => Err(Stop::NotTested(format!(
            "{untold}; see the checks webhook-sender.webhooks.emit-*"
        ))),
    }
}

/// The order of the run that went to `stage`, whether or not events told of it.
pub(super) async fn attempted(case: &Arc<Case>, stage: Stage) -> Outcome<Journey> {
    let (hub, target) = Hub::of(case).await?;
    // Before the order is paid: what is missing is said without one.
    let commands = stage.commands(target)?;
    if stage != Stage::Created {
        let first = Box::pin(attempted(case, Stage::Created)).await?;
        if first.untold.is_some() {
            return Ok(first);
        }
    }
    let journeys = case.shared::<Journeys>();
    let index = match stage {
        Stage::Created => 0,
        Stage::Shipped => 1,
        Stage::Refunded => 2,
        Stage::Delivered => 3,
        Stage::Canceled => 4,
        Stage::Returned => 5,
        Stage::Exchanged => 6,
        Stage::Credited => 7,
        Stage::Disputed => 8,
        Stage::Repriced => 9,
    };
    let Some(cell) = journeys.stages.get(index) else {
        return Err(Stop::NotTested("no such stage".to_owned()));
    };
    let made = cell
        .get_or_init(|| make(case, &hub, target, commands))
        .await;
    made.clone()
}

/// A seller that sends no event at all has been waited for once: the other checks need not wait.
pub(super) async fn sends(case: &Arc<Case>) -> Outcome {
    journey(case, Stage::Created).await.map(drop)
}

async fn make(
    case: &Arc<Case>,
    hub: &Hub,
    target: &WebhookTarget,
    commands: Vec<Vec<String>>,
) -> Outcome<Journey> {
    let seller = Seller::of(case)?;
    let session = seller.completed().await.map_err(no_order)?;
    let longest = Duration::from_secs(target.wait_s);
    let mut journey = Journey {
        order: session.json.get("order").cloned().unwrap_or(Value::Null),
        deliveries: Vec::new(),
        untold: None,
        session,
    };
    let id = journey.session.id.clone();
    let within = format!("came to {} within {} s", target.listen, target.wait_s);
    if !hub.wait(&id, longest, |came| !came.is_empty()).await {
        journey.untold = Some(format!("an order was placed, and no event {within}"));
        return Ok(journey);
    }
    for command in commands {
        journey.deliveries = hub.of_session(&id);
        let before = journey.states().len();
        run(&command, journey.order_id(), longest).await?;
        let changed = |came: &[Delivery]| {
            let now = Journey {
                deliveries: came.to_vec(),
                ..journey.clone()
            };
            now.states().len() > before
        };
        if !hub.wait(&id, longest, changed).await {
            journey.untold = Some(format!(
                "{} changed the order, and no event {within}",
                command.join(" ")
            ));
            return Ok(journey);
        }
    }
    sleep(Duration::from_millis(target.quiet_ms)).await;
    journey.deliveries = hub.of_session(&id);
    Ok(journey)
}

/// That no order can be made is not the fault of the events.
pub(super) fn no_order(stop: Stop) -> Stop {
    match stop {
        Stop::Found(finding) => Stop::NotTested(format!(
            "no order could be made: {}; see the lane seller",
            finding.found
        )),
        other @ (Stop::NotApplicable(_) | Stop::NotTested(_)) => other,
    }
}

/// Runs a command about an order; its output is returned.
pub(super) async fn run(program: &[String], order_id: &str, longest: Duration) -> Outcome<Output> {
    let output = command::run(
        program,
        "the command is empty",
        &[("ACP_ORDER_ID", order_id.as_ref())],
        longest,
    )
    .await?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: String = said.chars().take(200).collect();
    Err(Stop::NotTested(format!(
        "{} failed ({}): {said}",
        program.join(" "),
        output.status
    )))
}

/// The adjustments of a type in the newest state.
pub(super) fn adjustments<'a>(journey: &'a Journey, kind: &str) -> Vec<&'a Value> {
    let newest = journey.deliveries.last();
    let all = newest.map_or(&[][..], |delivery| list(delivery.order(), "adjustments"));
    all.iter().filter(|one| text(one, "type") == kind).collect()
}
