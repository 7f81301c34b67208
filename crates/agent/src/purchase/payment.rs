//! The order button: consent, token, complete. Everything that can cost money is in this file and
//! in [`super::settle`].

use std::time::Duration;

use comptoir_commerce::consent::{ConsentAct, ConsentReceipt, SessionSummary, SignedReceipt};
use comptoir_store::{Collection, NewRecord, ReadTx, TenantId, Tx};
use serde_json::Value;

use super::{
    Card, Notice, OrderCard, PurchaseError, PurchaseState, SellerFault,
    model::{ATTEMPTS_MAX, Attempt, Purchase},
    requests::{self, Allowance},
};
use crate::{
    Language,
    agent::Agent,
    peer::{CallFailure, PreparedCall},
};

/// Name of the reviewed label on the order button; see [`Language::order_button`].
const LABEL_ID: &str = "order_with_obligation_to_pay.v1";
/// What the seller gets with the order, in the protocol's names.
const DISCLOSED: [&str; 5] = [
    "line_items",
    "fulfillment_details",
    "buyer.full_name",
    "buyer.email",
    "buyer.phone_number",
];
/// How often a token is asked for, with the same bytes and key.
const DELEGATE_SENDINGS_MAX: u32 = 3;
/// Pause before asking again.
const DELEGATE_PAUSE: Duration = Duration::from_millis(300);
/// Time after which a purchase that is still asking for a token was left by a stopped process.
const PAYING_LEASE_S: i64 = 45;
/// Time after which the complete call was left by a stopped process.
pub(super) const COMPLETING_LEASE_S: i64 = 15;

/// The buyer's press of the order button.
#[derive(Debug)]
pub struct Confirmation {
    /// [`OrderCard::digest`] of the card that was shown.
    pub card_digest: String,
    /// Whether the buyer said to have seen the changes on that card.
    pub changes_seen: bool,
    /// The card.
    pub card: Card,
    /// Language of the label on the button.
    pub language: Language,
}

/// What a press of the order button did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The consent is sealed and the payment under way.
    Started,
    /// An earlier press is under way; this one did nothing.
    AlreadyRunning,
    /// The order exists already; this press did nothing.
    AlreadyOrdered,
}

impl Agent {
    /// The order button. Returns as soon as the consent is sealed; the payment goes on in the
    /// background, whatever becomes of the caller.
    ///
    /// # Errors
    /// [`PurchaseError::ReviewChanged`] when the session is not the one that was shown, and
    /// whatever else keeps the order from being placed. Nothing is charged then.
    pub async fn confirm(
        &self,
        owner: &str,
        purchase_id: &str,
        confirmation: Confirmation,
    ) -> Result<Confirmed, PurchaseError> {
        let mut purchase = self.purchase_of(owner, purchase_id).await?;
        match purchase.state {
            PurchaseState::Open => {}
            PurchaseState::Paying | PurchaseState::Completing | PurchaseState::Checking => {
                return Ok(Confirmed::AlreadyRunning);
            }
            PurchaseState::Ordered => return Ok(Confirmed::AlreadyOrdered),
            PurchaseState::Closed => return Err(PurchaseError::WrongState(PurchaseState::Closed)),
        }
        if purchase.attempts >= ATTEMPTS_MAX {
            return Err(PurchaseError::TooManyAttempts);
        }
        match self.seal_consent(&mut purchase, &confirmation).await {
            // Another press was faster.
            Err(PurchaseError::Stale) => return Ok(Confirmed::AlreadyRunning),
            other => other?,
        }
        let agent = self.clone();
        self.parts().tasks.spawn(async move {
            if let Err(error) = agent.pay(&mut purchase, &confirmation.card).await {
                // The purchase stays as stored; the recovery worker goes on from there.
                tracing::warn!(purchase.id = %purchase.id, error = %error, "payment step failed");
            }
        });
        Ok(Confirmed::Started)
    }

    /// Checks that what was shown is what the seller says now, and seals the buyer's agreement to
    /// exactly that, in one transaction with the move to `Paying`.
    async fn seal_consent(
        &self,
        purchase: &mut Purchase,
        confirmation: &Confirmation,
    ) -> Result<(), PurchaseError> {
        self.refresh(purchase).await?;
        let shown = self.card_of(purchase)?;
        if shown.digest() != confirmation.card_digest {
            purchase.notice = Some(Notice::ReviewChanged);
            self.save_purchase(purchase, None).await?;
            return Err(PurchaseError::ReviewChanged);
        }
        if !shown.changes.is_empty() && !confirmation.changes_seen {
            return Err(PurchaseError::ChangesNotSeen);
        }
        let parts = self.parts();
        let act = ConsentAct {
            id: parts.environment.new_id("con"),
            buyer: purchase.owner.clone(),
            agent_id: parts.public_url.clone(),
            label_id: LABEL_ID.to_owned(),
            locale: confirmation.language.tag().to_owned(),
            disclosed_fields: DISCLOSED.iter().map(|field| (*field).to_owned()).collect(),
        };
        let receipt = ConsentReceipt::record(act, shown.summary, parts.environment.now())?
            .sign(&parts.signer)
            .map_err(|_| PurchaseError::Sealing)?;
        purchase.attempts += 1;
        purchase.state = PurchaseState::Paying;
        purchase.notice = None;
        purchase.attempt = Some(Attempt {
            number: purchase.attempts,
            consent_id: receipt.receipt.id.clone(),
            total: receipt.receipt.token_limit.get(),
            expires_at: receipt.receipt.expires_at,
            delegate_key: self.new_key(),
            complete_key: self.new_key(),
            sealed_complete: None,
            checks: 0,
        });
        let document = serde_json::to_vec(&receipt)?;
        let (id, owner, parent) = (
            receipt.receipt.id.clone(),
            purchase.owner.clone(),
            purchase.id.clone(),
        );
        let unique_ref = format!("{}:{}", purchase.id, purchase.attempts);
        let now = parts.environment.now_micros();
        self.save_purchase_with(
            purchase,
            Some(now + PAYING_LEASE_S * 1_000_000),
            move |tx: &mut dyn Tx| {
                tx.insert(
                    Collection::Consents,
                    &NewRecord {
                        tenant: TenantId::DEFAULT,
                        id: &id,
                        owner: &owner,
                        state: "sealed",
                        unique_ref: Some(&unique_ref),
                        parent: Some(&parent),
                        due_at: None,
                        document: &document,
                        rendered: None,
                        now,
                    },
                )?;
                Ok(())
            },
        )
        .await
    }

    /// From the sealed consent to the complete call.
    async fn pay(&self, purchase: &mut Purchase, card: &Card) -> Result<(), PurchaseError> {
        let shown = self.card_of(purchase)?;
        let Ok(receipt) = self.consent_gate(purchase, &shown.summary).await else {
            return self.reopen(purchase, Notice::ConsentExpired).await;
        };
        let token = match self.delegate(purchase, &shown, &receipt, card).await {
            Ok(token) => token,
            Err(notice) => return self.reopen(purchase, notice).await,
        };
        self.prepare_complete(purchase, &shown, &token).await?;
        self.send_complete(purchase).await
    }

    /// Reads the stored receipt back and lets it through only when it is ours, unbroken, in time
    /// and says exactly what is about to be paid.
    async fn consent_gate(
        &self,
        purchase: &Purchase,
        summary: &SessionSummary,
    ) -> Result<ConsentReceipt, PurchaseError> {
        let id = purchase
            .attempt
            .as_ref()
            .map(|attempt| attempt.consent_id.clone())
            .ok_or(PurchaseError::NotFound)?;
        let record = self
            .parts()
            .store
            .read("load_consent", move |tx: &dyn ReadTx| {
                Ok::<_, PurchaseError>(tx.record(Collection::Consents, TenantId::DEFAULT, &id)?)
            })
            .await?
            .ok_or(PurchaseError::NotFound)?;
        let signed: SignedReceipt = serde_json::from_slice(&record.document)?;
        let parts = self.parts();
        signed.verify(&parts.signer.public_key(), summary, parts.environment.now())?;
        Ok(signed.receipt)
    }

    /// Asks for a token that is worth the agreed total at this seller for this session, and no more.
    async fn delegate(
        &self,
        purchase: &Purchase,
        shown: &OrderCard,
        receipt: &ConsentReceipt,
        card: &Card,
    ) -> Result<String, Notice> {
        let attempt = purchase.attempt.as_ref().ok_or(Notice::Interrupted)?;
        let destination = purchase.destination.as_ref().ok_or(Notice::Interrupted)?;
        let currency = shown.currency();
        let code = currency.code();
        let allowance = Allowance {
            reason: "one_time",
            max_amount: receipt.token_limit.get(),
            currency: code,
            checkout_session_id: receipt.session.checkout_session_id.as_str(),
            merchant_id: &shown.merchant_id,
            expires_at: receipt.expires_at,
        };
        let body = requests::delegate(card, &allowance, destination, &shown.handler_id);
        let call = PreparedCall::delegate(&body, &attempt.delegate_key)
            .map_err(|_| Notice::CardRefused)?;
        let mut sendings = 1;
        loop {
            match self.parts().psp_peer.send(&call).await {
                Ok(answer) => {
                    return answer
                        .get("id")
                        .and_then(Value::as_str)
                        .map(str::to_owned)
                        .ok_or(Notice::ProviderUnavailable);
                }
                Err(CallFailure::Refused {
                    status: 400 | 402 | 422,
                    ..
                }) => return Err(Notice::CardRefused),
                Err(CallFailure::Refused { .. }) => return Err(Notice::ProviderUnavailable),
                Err(_) if sendings < DELEGATE_SENDINGS_MAX => {
                    sendings += 1;
                    tokio::time::sleep(DELEGATE_PAUSE).await;
                }
                Err(_) => return Err(Notice::ProviderUnavailable),
            }
        }
    }

    /// Stores the complete call, byte for byte, before it is sent for the first time.
    async fn prepare_complete(
        &self,
        purchase: &mut Purchase,
        shown: &OrderCard,
        token: &str,
    ) -> Result<(), PurchaseError> {
        let destination = purchase
            .destination
            .as_ref()
            .ok_or(PurchaseError::NotReady)?;
        let key = purchase
            .attempt
            .as_ref()
            .map(|attempt| attempt.complete_key.clone())
            .ok_or(PurchaseError::NotReady)?;
        let instrument = self.parts().environment.new_id("instrument");
        let handler = &shown.handler_id;
        let body = requests::complete(purchase, destination, handler, &instrument, token);
        let session_id = shown.summary.checkout_session_id.as_str();
        let call = PreparedCall::complete(session_id, &body, &key)?;
        let sealed = self.seal_call(purchase, &key, &call)?;
        if let Some(attempt) = &mut purchase.attempt {
            attempt.sealed_complete = Some(sealed);
        }
        purchase.state = PurchaseState::Completing;
        let due_at = self.parts().environment.now_micros() + COMPLETING_LEASE_S * 1_000_000;
        self.save_purchase(purchase, Some(due_at)).await
    }

    /// The session was fit to be shown when it was agreed to; a fault now is the seller's change.
    pub(super) fn still_agreed(&self, purchase: &Purchase) -> Result<(), SellerFault> {
        match self.card_of(purchase) {
            Err(PurchaseError::Seller(fault)) => Err(fault),
            _ => Ok(()),
        }
    }
}
