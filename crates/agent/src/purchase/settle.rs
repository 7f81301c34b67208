//! What the seller's answer to the complete call means. An order exists only when the seller's
//! completed session says so; everything unclear is asked again, never paid again.

use serde_json::Value;

use super::{
    Notice, PurchaseError, PurchaseState,
    model::Purchase,
    order::OrderSnapshot,
    session::{Session, SessionStatus},
};
use crate::{
    agent::Agent,
    peer::{CallFailure, PreparedCall},
};

/// Longest pause between two questions about one purchase, in seconds.
const CHECK_PAUSE_S_MAX: i64 = 60;

/// Which call an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// To the complete call itself: what it shows is final.
    Complete,
    /// To a question afterwards: the complete call may still be under way.
    Poll,
}

impl Agent {
    /// Sends the stored complete call: the same bytes and key every time.
    pub(super) async fn send_complete(&self, purchase: &mut Purchase) -> Result<(), PurchaseError> {
        let Some((key, sealed)) = purchase.attempt.as_ref().and_then(|attempt| {
            Some((
                attempt.complete_key.clone(),
                attempt.sealed_complete.clone()?,
            ))
        }) else {
            return self.reopen(purchase, Notice::Interrupted).await;
        };
        let call = self.open_call(purchase, &key, &sealed)?;
        match self.seller_peer(&purchase.seller_id)?.send(&call).await {
            Ok(value) => self.settle(purchase, &value, Answer::Complete).await,
            Err(CallFailure::Refused { .. }) => {
                // The refusal is final for this call; whether an earlier one was taken, the
                // session tells.
                match self.ask_session(purchase).await {
                    Ok(value) => self.settle(purchase, &value, Answer::Complete).await,
                    Err(_) => self.check_later(purchase).await,
                }
            }
            Err(CallFailure::NotSent | CallFailure::Unknown) => self.check_later(purchase).await,
        }
    }

    /// Asks the seller what became of a purchase whose outcome is not known.
    pub(super) async fn check(&self, purchase: &mut Purchase) -> Result<(), PurchaseError> {
        match self.ask_session(purchase).await {
            Ok(value) => self.settle(purchase, &value, Answer::Poll).await,
            Err(_) => self.check_later(purchase).await,
        }
    }

    /// Back to the review, with a word about why; the attempt is over and nothing was charged.
    pub(super) async fn reopen(
        &self,
        purchase: &mut Purchase,
        notice: Notice,
    ) -> Result<(), PurchaseError> {
        purchase.state = PurchaseState::Open;
        purchase.notice = Some(notice);
        purchase.attempt = None;
        self.save_purchase(purchase, None).await
    }

    async fn ask_session(&self, purchase: &Purchase) -> Result<Value, CallFailure> {
        let id = purchase
            .session
            .as_ref()
            .map(|session| session.id.as_str())
            .unwrap_or_default();
        let call = PreparedCall::read(id).map_err(|_| CallFailure::NotSent)?;
        let peer = self
            .seller_peer(&purchase.seller_id)
            .map_err(|_| CallFailure::NotSent)?;
        peer.send(&call).await
    }

    async fn settle(
        &self,
        purchase: &mut Purchase,
        value: &Value,
        answer: Answer,
    ) -> Result<(), PurchaseError> {
        let known = purchase.session.as_ref().map(|session| session.id.clone());
        let Some(session) =
            Session::read(value).filter(|session| Some(&session.id) == known.as_ref())
        else {
            return self.check_later(purchase).await;
        };
        match session.status {
            SessionStatus::Completed => {
                let order = value.get("order").and_then(OrderSnapshot::read);
                match order.filter(|order| order.checkout_session_id == session.id) {
                    Some(order) => self.ordered(purchase, session, order).await,
                    // Completed without an order, or with somebody else's: not believed.
                    None => self.check_later(purchase).await,
                }
            }
            SessionStatus::InProgress => self.check_later(purchase).await,
            SessionStatus::Closed => {
                purchase.state = PurchaseState::Closed;
                purchase.notice = Some(Notice::NotConfirmed);
                purchase.attempt = None;
                purchase.hold(session);
                self.save_purchase(purchase, None).await
            }
            SessionStatus::AuthenticationRequired => {
                purchase.hold(session);
                self.reopen(purchase, Notice::NeedsAuthentication).await
            }
            SessionStatus::Ready | SessionStatus::NotReady => {
                self.not_taken(purchase, session, answer).await
            }
        }
    }

    /// The session is as it was before the complete call.
    async fn not_taken(
        &self,
        purchase: &mut Purchase,
        session: Session,
        answer: Answer,
    ) -> Result<(), PurchaseError> {
        if answer == Answer::Poll {
            let now = self.parts().environment.now();
            let in_time = purchase
                .attempt
                .as_ref()
                .is_some_and(|attempt| now < attempt.expires_at);
            if in_time {
                // Never arrived, or was answered unheard: the same bytes and key settle which.
                return Box::pin(self.send_complete(purchase)).await;
            }
            // Consent and token are over; nothing can be charged on them any more.
            purchase.hold(session);
            return self.reopen(purchase, Notice::NotConfirmed).await;
        }
        let notice = if session.complains("payment_declined") {
            Notice::Declined
        } else if session.complains("requires_3ds") || session.complains("intervention_required") {
            Notice::NeedsAuthentication
        } else {
            purchase.hold(session.clone());
            if self.still_agreed(purchase).is_err() {
                Notice::ReviewChanged
            } else {
                Notice::NotConfirmed
            }
        };
        purchase.hold(session);
        self.reopen(purchase, notice).await
    }

    async fn ordered(
        &self,
        purchase: &mut Purchase,
        session: Session,
        order: OrderSnapshot,
    ) -> Result<(), PurchaseError> {
        let agreed = purchase.attempt.as_ref().map(|attempt| attempt.total);
        purchase.total_differs = agreed.is_some() && session.only("total") != agreed;
        // A webhook may have told a newer version before the answer came.
        let newer = purchase.order.take().filter(|known| known.id == order.id);
        purchase.order = Some(newer.unwrap_or(order));
        purchase.state = PurchaseState::Ordered;
        purchase.ordered_at = Some(self.parts().environment.now());
        purchase.notice = None;
        if let Some(attempt) = &mut purchase.attempt {
            attempt.sealed_complete = None;
        }
        purchase.hold(session);
        self.save_purchase(purchase, None).await
    }

    /// Outcome unknown: stays visible as such and is asked again, less and less often.
    async fn check_later(&self, purchase: &mut Purchase) -> Result<(), PurchaseError> {
        let checks = purchase
            .attempt
            .as_ref()
            .map_or(0, |attempt| attempt.checks);
        let pause_s = 2_i64.saturating_pow(checks.min(6)).min(CHECK_PAUSE_S_MAX);
        if let Some(attempt) = &mut purchase.attempt {
            attempt.checks = attempt.checks.saturating_add(1);
        }
        purchase.state = PurchaseState::Checking;
        let due_at = self.parts().environment.now_micros() + pause_s * 1_000_000;
        self.save_purchase(purchase, Some(due_at)).await
    }
}
