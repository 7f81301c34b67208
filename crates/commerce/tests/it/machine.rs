//! The state machine: every state against every event, and random lives of a checkout.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use comptoir_acp::id::{ChargeId, OrderId};
use comptoir_commerce::checkout::{
    Authentication, ChargeKey, ChargeNews, Checkout, CheckoutState, Completion, DeclineReason,
    Effect, Event, Outcome, apply,
};
use proptest::prelude::*;

use crate::fixtures::{
    Shop, charge_id, completion, destination, item_id, key, later, now, order_id, units, wanted,
};

/// One state of each kind. The charge under way, or made, is `key(1)`.
pub(crate) fn states() -> Vec<CheckoutState> {
    vec![
        CheckoutState::NotReady,
        CheckoutState::Ready,
        CheckoutState::CompleteInProgress {
            attempt: 1,
            charge_key: key(1),
            started_at: now(),
        },
        CheckoutState::AuthenticationRequired { attempt: 1 },
        CheckoutState::Completed {
            order_id: order_id(),
            charge_key: key(1),
            at: now(),
        },
        CheckoutState::Canceled { at: now() },
        CheckoutState::Expired { at: now() },
    ]
}

/// Every event; news of a charge both of the state's own and of another one.
pub(crate) fn events() -> Vec<(String, Event)> {
    let mut events = vec![
        Event::Update { ready: true },
        Event::Update { ready: false },
        Event::Complete {
            attempt: 2,
            charge_key: key(2),
        },
        Event::AuthenticationFailed,
        Event::Cancel,
        Event::Expire,
    ]
    .into_iter()
    .map(|event| (event.name().to_owned(), event))
    .collect::<Vec<_>>();
    for (whose, charge_key) in [("", key(1)), (" for another attempt", key(9))] {
        let reason = DeclineReason::Declined;
        let news = [
            Event::ChargeApproved {
                charge_key: charge_key.clone(),
                charge_id: charge_id(),
                order_id: order_id(),
            },
            Event::ChargeDeclined {
                charge_key: charge_key.clone(),
                reason,
            },
            Event::AuthenticationDemanded {
                charge_key: charge_key.clone(),
            },
            Event::ChargeAbsent { charge_key },
        ];
        events.extend(news.map(|event| (format!("{}{whose}", event.name()), event)));
    }
    events
}

pub(crate) fn effect_name(effect: &Effect) -> &'static str {
    match effect {
        Effect::HoldStock => "hold stock",
        Effect::ReleaseStock => "release stock",
        Effect::SellStock => "sell stock",
        Effect::Charge { .. } => "charge",
        Effect::PlaceOrder { .. } => "place order",
        Effect::ReverseCharge { .. } => "reverse charge",
    }
}

// The whole matrix, as a table to be read.
#[test]
fn every_state_meets_every_event() {
    let mut table = String::new();
    for state in states() {
        writeln!(table, "{}", state.name()).unwrap();
        for (name, event) in events() {
            let shown = match apply(state.clone(), event, later(1)) {
                Err(refused) => {
                    assert_eq!(refused.state, state.name());
                    "refused".to_owned()
                }
                Ok((next, effects)) => {
                    let moved = if next == state {
                        "(stays)"
                    } else {
                        next.name()
                    };
                    let effects: Vec<_> = effects.iter().map(effect_name).collect();
                    let effects = if effects.is_empty() {
                        String::new()
                    } else {
                        format!(" [{}]", effects.join(", "))
                    };
                    format!("{moved}{effects}")
                }
            };
            writeln!(table, "  {name:<44} {shown}").unwrap();
        }
    }
    insta::assert_snapshot!("state_event_matrix", table);
}

// Terminal states absorb everything: no event leads out of them.
#[test]
fn terminal_states_absorb() {
    for state in states().into_iter().filter(CheckoutState::is_terminal) {
        for (name, event) in events() {
            if let Ok((next, _)) = apply(state.clone(), event, later(1)) {
                assert_eq!(next, state, "{name}");
            }
        }
    }
}

/// Something that happens to a checkout or around it.
#[derive(Clone, Debug)]
enum Step {
    Want(u8, u32),
    Drop(u8),
    Move(bool),
    Price(i64),
    Stock(u32),
    Read,
    Complete(u8),
    News(u8, u8),
    Cancel,
    Wait(i64),
    Expire,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0_u8..3, 1_u32..12).prop_map(|(item, quantity)| Step::Want(item, quantity)),
        1 => (0_u8..3).prop_map(Step::Drop),
        2 => any::<bool>().prop_map(Step::Move),
        1 => (1_i64..5_000).prop_map(Step::Price),
        1 => (0_u32..12).prop_map(Step::Stock),
        2 => Just(Step::Read),
        6 => (0_u8..3).prop_map(Step::Complete),
        8 => (0_u8..4, 0_u8..6).prop_map(|(news, back)| Step::News(news, back)),
        1 => Just(Step::Cancel),
        2 => (0_i64..900).prop_map(Step::Wait),
        1 => Just(Step::Expire),
    ]
}

/// A life: the shop, the checkout as stored, and everything that was ever done about it.
struct Life {
    shop: Shop,
    checkout: Checkout,
    seconds: i64,
    charges: Vec<ChargeKey>,
    taken: BTreeSet<ChargeKey>,
    reversed: BTreeSet<ChargeKey>,
    orders: Vec<OrderId>,
}

impl Life {
    fn begin() -> Self {
        let shop = Shop::new();
        let checkout = shop.create(&[("mug", 1)], Some("US-CA"));
        let (charges, orders) = (Vec::new(), Vec::new());
        let (taken, reversed) = (BTreeSet::new(), BTreeSet::new());
        Self {
            shop,
            checkout,
            seconds: 0,
            charges,
            taken,
            reversed,
            orders,
        }
    }

    fn live(&mut self, step: &Step) {
        const ITEMS: [&str; 3] = ["mug", "pen", "song"];
        let at = later(self.seconds);
        let mut desired = self.checkout.desired.clone();
        let context = self.shop.context();
        let outcome = match step {
            Step::Want(item, quantity) => {
                desired
                    .lines
                    .retain(|line| line.item_id != item_id(ITEMS[usize::from(*item)]));
                desired
                    .lines
                    .push(wanted(ITEMS[usize::from(*item)], *quantity));
                self.checkout.update(desired, &context, at)
            }
            Step::Drop(item) => {
                desired
                    .lines
                    .retain(|line| line.item_id != item_id(ITEMS[usize::from(*item)]));
                self.checkout.update(desired, &context, at)
            }
            Step::Move(home) => {
                desired.destination = home.then(|| destination("US-TX"));
                self.checkout.update(desired, &context, at)
            }
            Step::Price(price) => {
                self.shop.item("mug").unit_price = units(*price);
                return;
            }
            Step::Stock(stock) => {
                self.shop.item("mug").stock = Some(*stock);
                return;
            }
            Step::Wait(seconds) => {
                self.seconds += seconds;
                return;
            }
            Step::Read => self.checkout.refresh(&context, at),
            Step::Complete(authentication) => {
                let authentication = match authentication {
                    0 => Authentication::NotProvided,
                    1 => Authentication::Passed,
                    _ => Authentication::Failed,
                };
                let completion = Completion {
                    authentication,
                    ..completion()
                };
                self.checkout.begin_complete(completion, &context, at)
            }
            Step::News(news, back) => {
                let Some(charge) = self.charges.iter().rev().nth(usize::from(*back)).cloned()
                else {
                    return;
                };
                self.news(*news, &charge, at)
            }
            Step::Cancel => self.checkout.cancel(at),
            Step::Expire => self.checkout.expire(at),
        };
        if let Ok(outcome) = outcome {
            self.take_over(outcome);
        }
    }

    /// The processor's word; a processor that took the money does not deny it.
    fn news(
        &mut self,
        news: u8,
        charge: &ChargeKey,
        at: jiff::Timestamp,
    ) -> Result<Outcome, comptoir_commerce::checkout::Refusal> {
        let charge_id = ChargeId::parse(format!("ch_{}", charge.as_str())).unwrap();
        let order_id = OrderId::parse(format!("ord_{}", charge.as_str())).unwrap();
        let news = match (news, self.taken.contains(charge)) {
            (0, _) | (_, true) => ChargeNews::Approved {
                charge_id,
                order_id,
            },
            (1, _) => ChargeNews::Declined {
                reason: DeclineReason::Declined,
            },
            (2, _) => ChargeNews::AuthenticationRequired,
            (_, _) => ChargeNews::Absent,
        };
        if matches!(news, ChargeNews::Approved { .. }) {
            self.taken.insert(charge.clone());
        }
        self.checkout.settle(charge, news, at)
    }

    fn take_over(&mut self, outcome: Outcome) {
        let before = &self.checkout;
        let after = &outcome.checkout;
        assert!(after.revision >= before.revision);
        assert_eq!(outcome.changed, after.revision > before.revision);
        assert_eq!(outcome.changed, after != before);
        if before.state.is_terminal() {
            assert_eq!(after, before, "terminal states absorb");
        }
        if let Some(intent) = outcome.charge() {
            assert!(before.state.is_open());
            assert_eq!(intent.amount, before.total(), "charged what was shown");
            assert!(
                !self.charges.contains(&intent.charge_key),
                "one charge per attempt"
            );
            self.charges.push(intent.charge_key);
        }
        for effect in &outcome.effects {
            match effect {
                Effect::PlaceOrder {
                    order_id,
                    charge_key,
                    ..
                } => {
                    assert!(self.taken.contains(charge_key));
                    self.orders.push(order_id.clone());
                }
                Effect::ReverseCharge { charge_key, .. } => {
                    self.reversed.insert(charge_key.clone());
                }
                Effect::HoldStock
                | Effect::ReleaseStock
                | Effect::SellStock
                | Effect::Charge { .. } => {}
            }
        }
        let lines: i64 = after
            .ledger
            .lines()
            .values()
            .map(|line| line.total.get())
            .sum();
        let rest = after.ledger.without_line().total.get();
        assert_eq!(lines + rest, after.ledger.total().get());
        self.checkout = outcome.checkout;
    }

    /// I1 to I3: at most one order, exactly when completed, paid by exactly one charge; every other
    /// charge that was taken was given back.
    fn check(&self) {
        let completed = matches!(self.checkout.state, CheckoutState::Completed { .. });
        assert_eq!(self.orders.len(), usize::from(completed));
        let kept: BTreeSet<_> = self.taken.difference(&self.reversed).cloned().collect();
        assert_eq!(
            kept,
            self.checkout.state.paid_by().cloned().into_iter().collect()
        );
        let stored = serde_json::to_string(&self.checkout).unwrap();
        assert_eq!(
            serde_json::from_str::<Checkout>(&stored).unwrap(),
            self.checkout
        );
        let held: BTreeMap<_, _> = self.checkout.hold();
        assert!(held.is_empty() || !self.checkout.state.is_terminal());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    // Whatever happens, in whatever order: one order at most, nothing charged that was not shown,
    // nothing kept without an order, terminal states absorb, the document round-trips.
    #[test]
    fn every_life_keeps_the_books(steps in prop::collection::vec(step(), 1..60)) {
        let mut life = Life::begin();
        for step in steps {
            life.live(&step);
            life.check();
        }
    }
}
