//! The token's ledger over random uses.

use std::collections::BTreeMap;

use comptoir_commerce::{
    checkout::ChargeKey,
    token::{RESERVE_LEASE_SECONDS, RevokeCause, Token, TokenState},
};
use proptest::prelude::*;

use crate::{
    fixtures::{key, later},
    token::{Ask, token},
};

#[derive(Clone, Debug)]
enum Step {
    Reserve {
        attempt: u32,
        amount: i64,
        stranger: bool,
    },
    Consume(u32),
    Release(u32),
    Expire,
    Revoke,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1_u32..4, 1_i64..10_000, 0_u8..8).prop_map(|(attempt, amount, who)| {
            Step::Reserve { attempt, amount: amount.min(5_001), stranger: who == 0 }
        }),
        4 => (1_u32..4).prop_map(Step::Consume),
        3 => (1_u32..4).prop_map(Step::Release),
        1 => Just(Step::Expire),
        1 => Just(Step::Revoke),
        3 => (0_i64..200).prop_map(Step::Wait),
    ]
}

/// The token as stored afterwards.
fn live(token: &Token, step: &Step, seconds: i64) -> Token {
    let at = later(seconds);
    let unchanged = |_| token.clone();
    match step {
        Step::Reserve {
            attempt,
            amount,
            stranger,
        } => {
            let merchant = if *stranger {
                "merchant-2"
            } else {
                "merchant-1"
            };
            let ask = Ask {
                charge_key: key(*attempt),
                amount: *amount,
                merchant,
                ..Ask::new()
            };
            ask.of(token, at)
                .unwrap_or_else(|refused| refused.token.unwrap_or(token.clone()))
        }
        Step::Consume(attempt) => token.consume(&key(*attempt), at).unwrap_or_else(unchanged),
        Step::Release(attempt) => token.release(&key(*attempt), at).unwrap_or_else(unchanged),
        Step::Expire => token.expire(at).unwrap_or_else(|| token.clone()),
        Step::Revoke => token
            .revoke(RevokeCause::Requested, at)
            .unwrap_or_else(unchanged),
        Step::Wait(_) => token.clone(),
    }
}

/// Whether the ledger may go from one state to another.
fn allowed(before: &TokenState, after: &TokenState) -> bool {
    match (before, after) {
        _ if before == after => true,
        (TokenState::Active, to) => !matches!(to, TokenState::Consumed { .. }),
        (TokenState::Reserved { charge_key, .. }, TokenState::Consumed { charge_key: by, .. }) => {
            charge_key == by
        }
        (TokenState::Reserved { .. }, TokenState::Active | TokenState::Expired { .. }) => true,
        (_, _) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    // I5 and I6: active, reserved, consumed or ended, and no way back from an end; never more than
    // the allowance, once at most, only by the charge that had reserved in time, within its lease.
    #[test]
    fn the_ledger_only_moves_forward(steps in prop::collection::vec(step(), 1..60)) {
        let mut token = token();
        let mut seconds = 0;
        let mut reserved_at: BTreeMap<ChargeKey, i64> = BTreeMap::new();
        let mut consumed = 0;
        for step in steps {
            if let Step::Wait(wait) = step {
                seconds += wait;
            }
            let next = live(&token, &step, seconds);
            prop_assert!(allowed(&token.state, &next.state), "{:?} -> {:?}", token, next);
            if next.state != token.state {
                match &next.state {
                    TokenState::Reserved { charge_key, amount, .. } => {
                        prop_assert!(amount.get() <= 5_000 && seconds < 600);
                        reserved_at.insert(charge_key.clone(), seconds);
                    }
                    TokenState::Consumed { charge_key, amount, .. } => {
                        consumed += 1;
                        prop_assert!(amount.get() <= 5_000);
                        prop_assert!(seconds - reserved_at[charge_key] <= RESERVE_LEASE_SECONDS);
                    }
                    TokenState::Active | TokenState::Expired { .. } | TokenState::Revoked { .. } => {}
                }
            }
            prop_assert!(next.wrong_merchant_tries >= token.wrong_merchant_tries);
            let stored = serde_json::to_string(&next).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Token>(&stored).unwrap(), &next);
            token = next;
        }
        prop_assert!(consumed <= 1);
    }
}
