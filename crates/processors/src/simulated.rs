//! A processor in memory that moves no money. For tests and for sellers who try things out.
//!
//! It accepts only tokens that it issued itself with [`SimulatedProcessor::issue_token`]: a made-up
//! token is refused like anywhere else. Nothing survives a restart.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use comptoir_acp::{
    currency::Currency,
    id::{ChargeId, CheckoutSessionId, RefundId},
    money::MinorUnits,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    BoxFuture, ChargeOutcome, ChargeRequest, DeclineReason, HandlerDeclaration, Lookup, Processor,
    RefundLookup, RefundOutcome, RefundRequest,
};

/// What the simulated card behind a token does when it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// Approves.
    Approve,
    /// Declines for this reason.
    Decline(DeclineReason),
    /// Asks for 3-D Secure, and approves once the buyer is authenticated.
    RequireAuthentication,
    /// Charges, and loses the answer.
    TimeoutAfterCharge,
    /// Loses the request before anything is charged.
    TimeoutBeforeCharge,
}

/// The limits and the behaviour of a simulated token.
#[derive(Clone, Debug)]
pub struct TokenSpec {
    /// Highest amount that can be charged, in minor units of `currency`.
    pub max_amount: MinorUnits,
    /// Currency of `max_amount`.
    pub currency: Currency,
    /// The only checkout session that can be paid.
    pub checkout_session_id: CheckoutSessionId,
    /// What charging does.
    pub behavior: Behavior,
}

/// The processor; see the module.
#[derive(Debug, Default)]
pub struct SimulatedProcessor {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    issued: u64,
    tokens: BTreeMap<String, Token>,
    charges: BTreeMap<String, Charge>,
    refunds: BTreeMap<String, Refund>,
}

#[derive(Debug)]
struct Token {
    spec: TokenSpec,
    consumed: bool,
}

#[derive(Debug)]
struct Charge {
    token: String,
    amount: MinorUnits,
    currency: Currency,
    outcome: ChargeOutcome,
}

#[derive(Debug)]
struct Refund {
    request: RefundRequest,
    outcome: RefundOutcome,
}

impl SimulatedProcessor {
    /// A processor without tokens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Issues a token that this processor will accept.
    pub fn issue_token(&self, spec: TokenSpec) -> SecretString {
        let mut state = self.lock();
        let name = state.next_name("vt_simulated");
        state.tokens.insert(
            name.clone(),
            Token {
                spec,
                consumed: false,
            },
        );
        SecretString::from(name)
    }

    /// How many charges captured simulated money, over all keys that start with `prefix`.
    #[must_use]
    pub fn captured(&self, prefix: &str) -> usize {
        let state = self.lock();
        state
            .charges
            .iter()
            .filter(|(key, charge)| {
                key.starts_with(prefix) && matches!(charge.outcome, ChargeOutcome::Approved { .. })
            })
            .count()
    }

    /// Simulated money that was captured, in minor units, over all keys that start with `prefix`.
    #[must_use]
    pub fn captured_amount(&self, prefix: &str) -> i64 {
        let state = self.lock();
        state
            .charges
            .iter()
            .filter(|(key, charge)| {
                key.starts_with(prefix) && matches!(charge.outcome, ChargeOutcome::Approved { .. })
            })
            .map(|(_, charge)| charge.amount.get())
            .sum()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Processor for SimulatedProcessor {
    fn describe(&self) -> HandlerDeclaration {
        HandlerDeclaration::tokenized_card(
            "simulated_card",
            "comptoir_simulated",
            "simulated_merchant",
        )
    }

    fn charge<'a>(&'a self, request: &'a ChargeRequest) -> BoxFuture<'a, ChargeOutcome> {
        Box::pin(async move { self.lock().charge(request) })
    }

    fn lookup_charge<'a>(&'a self, charge_key: &'a str) -> BoxFuture<'a, Lookup> {
        Box::pin(async move {
            match self
                .lock()
                .charges
                .get(charge_key)
                .map(|charge| charge.outcome.clone())
            {
                Some(ChargeOutcome::Approved { charge_id }) => Lookup::Approved { charge_id },
                Some(ChargeOutcome::Declined {
                    reason,
                    retryable,
                    message,
                }) => Lookup::Declined {
                    reason,
                    retryable,
                    message,
                },
                Some(ChargeOutcome::AuthenticationRequired) => Lookup::AuthenticationRequired,
                Some(ChargeOutcome::Unknown { cause }) => Lookup::Unknown { cause },
                None => Lookup::Absent,
            }
        })
    }

    fn refund<'a>(&'a self, request: &'a RefundRequest) -> BoxFuture<'a, RefundOutcome> {
        Box::pin(async move { self.lock().refund(request) })
    }

    fn lookup_refund<'a>(&'a self, refund_key: &'a str) -> BoxFuture<'a, RefundLookup> {
        Box::pin(async move {
            match self
                .lock()
                .refunds
                .get(refund_key)
                .map(|refund| refund.outcome.clone())
            {
                Some(RefundOutcome::Succeeded { refund_id }) => {
                    RefundLookup::Succeeded { refund_id }
                }
                Some(RefundOutcome::Failed { message }) => RefundLookup::Failed { message },
                Some(RefundOutcome::Unknown { cause }) => RefundLookup::Unknown { cause },
                None => RefundLookup::Absent,
            }
        })
    }
}

impl State {
    fn next_name(&mut self, prefix: &str) -> String {
        self.issued = self.issued.saturating_add(1);
        format!("{prefix}_{:08}", self.issued)
    }

    fn charge(&mut self, request: &ChargeRequest) -> ChargeOutcome {
        let token = request.token.expose_secret().to_owned();
        if let Some(known) = self.charges.get(&request.charge_key) {
            let same = known.token == token
                && known.amount == request.amount
                && known.currency == request.currency;
            return if same {
                known.outcome.clone()
            } else {
                ChargeOutcome::Unknown {
                    cause: "this charge_key was used with other parameters".to_owned(),
                }
            };
        }
        let behavior = match self.permitted(&token, request) {
            Ok(behavior) => behavior,
            // A refusal of the token leaves no charge behind, as at a real processor.
            Err(reason) => return declined(reason),
        };
        let outcome = match self.decide(behavior, request) {
            Ok(outcome) => outcome,
            Err(cause) => return ChargeOutcome::Unknown { cause },
        };
        if matches!(outcome, ChargeOutcome::Approved { .. })
            && let Some(known) = self.tokens.get_mut(&token)
        {
            known.consumed = true;
        }
        let charge = Charge {
            token,
            amount: request.amount,
            currency: request.currency,
            outcome: outcome.clone(),
        };
        self.charges.insert(request.charge_key.clone(), charge);
        if behavior == Behavior::TimeoutAfterCharge {
            return ChargeOutcome::Unknown {
                cause: "simulated time-out after the charge".to_owned(),
            };
        }
        outcome
    }

    fn permitted(&self, token: &str, request: &ChargeRequest) -> Result<Behavior, DeclineReason> {
        let token = self.tokens.get(token).ok_or(DeclineReason::TokenUnknown)?;
        let spec = &token.spec;
        if token.consumed {
            return Err(DeclineReason::TokenConsumed);
        }
        if spec.checkout_session_id != request.checkout_session_id {
            return Err(DeclineReason::SessionMismatch);
        }
        if spec.currency != request.currency {
            return Err(DeclineReason::CurrencyMismatch);
        }
        if request.amount > spec.max_amount || request.amount <= MinorUnits::ZERO {
            return Err(DeclineReason::AmountExceedsAllowance);
        }
        Ok(spec.behavior)
    }

    fn decide(
        &mut self,
        behavior: Behavior,
        request: &ChargeRequest,
    ) -> Result<ChargeOutcome, String> {
        let authentication = request
            .authentication
            .as_ref()
            .map(|authentication| authentication.outcome);
        if authentication.is_some_and(|outcome| !outcome.permits_charge()) {
            return Ok(declined(DeclineReason::AuthenticationFailed));
        }
        match behavior {
            Behavior::Decline(reason) => Ok(declined(reason)),
            Behavior::TimeoutBeforeCharge => Err("simulated time-out before the charge".to_owned()),
            Behavior::RequireAuthentication if authentication.is_none() => {
                Ok(ChargeOutcome::AuthenticationRequired)
            }
            Behavior::RequireAuthentication | Behavior::Approve | Behavior::TimeoutAfterCharge => {
                let name = self.next_name("ch_simulated");
                let charge_id = ChargeId::parse(name).map_err(|error| error.to_string())?;
                Ok(ChargeOutcome::Approved { charge_id })
            }
        }
    }

    fn refund(&mut self, request: &RefundRequest) -> RefundOutcome {
        if let Some(known) = self.refunds.get(&request.refund_key) {
            return if known.request == *request {
                known.outcome.clone()
            } else {
                RefundOutcome::Failed {
                    message: "this refund_key was used with other parameters".to_owned(),
                }
            };
        }
        if let Err(message) = self.refundable(request) {
            return RefundOutcome::Failed { message };
        }
        let outcome = match RefundId::parse(self.next_name("re_simulated")) {
            Ok(refund_id) => RefundOutcome::Succeeded { refund_id },
            Err(error) => RefundOutcome::Failed {
                message: error.to_string(),
            },
        };
        let refund = Refund {
            request: request.clone(),
            outcome: outcome.clone(),
        };
        self.refunds.insert(request.refund_key.clone(), refund);
        outcome
    }

    fn refundable(&self, request: &RefundRequest) -> Result<(), String> {
        let charge = self
            .charges
            .values()
            .find(|charge| matches!(&charge.outcome, ChargeOutcome::Approved { charge_id } if *charge_id == request.charge_id))
            .ok_or("no such charge")?;
        if charge.currency != request.currency {
            return Err("the charge has another currency".to_owned());
        }
        if request.amount <= MinorUnits::ZERO {
            return Err("a refund is positive".to_owned());
        }
        let mut sum = request.amount;
        for refund in self
            .refunds
            .values()
            .filter(|refund| refund.request.charge_id == request.charge_id)
        {
            sum = sum
                .checked_add(refund.request.amount)
                .map_err(|error| error.to_string())?;
        }
        if sum > charge.amount {
            Err("refunds would exceed the charge".to_owned())
        } else {
            Ok(())
        }
    }
}

fn declined(reason: DeclineReason) -> ChargeOutcome {
    ChargeOutcome::Declined {
        reason,
        retryable: reason.is_retryable(),
        message: format!("simulated decline: {reason}"),
    }
}
