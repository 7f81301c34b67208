//! Calls about a seller's session, and what they change in the purchase.

use super::{
    PurchaseError, SellerFault,
    model::Purchase,
    requests,
    session::{Session, SessionStatus},
};
use crate::{
    agent::Agent,
    peer::{CallFailure, PreparedCall},
};

/// How often a call before the order button is sent, with the same bytes and key.
const SENDINGS_MAX: u32 = 2;

impl Agent {
    /// Gets the session and stores it when it changed.
    pub(super) async fn refresh(&self, purchase: &mut Purchase) -> Result<(), PurchaseError> {
        let id = purchase
            .session
            .as_ref()
            .map(|session| session.id.clone())
            .ok_or(PurchaseError::NotReady)?;
        let call = PreparedCall::read(&id)?;
        let session = self.ask(&purchase.seller_id, &call).await?;
        if session.id != id {
            return Err(PurchaseError::Seller(SellerFault::Session));
        }
        if purchase.hold(session) {
            self.save_purchase(purchase, None).await?;
        }
        Ok(())
    }

    /// Sends an update and stores what came back.
    pub(super) async fn update_session(
        &self,
        purchase: &mut Purchase,
        body: Vec<u8>,
    ) -> Result<(), PurchaseError> {
        let id = purchase
            .session
            .as_ref()
            .map(|session| session.id.clone())
            .ok_or(PurchaseError::NotReady)?;
        let call = PreparedCall::update(&id, &body, &self.new_key())?;
        let session = self.ask(&purchase.seller_id, &call).await?;
        if session.id != id {
            return Err(PurchaseError::Seller(SellerFault::Session));
        }
        purchase.hold(session);
        self.save_purchase(purchase, None).await
    }

    /// Some sellers are not ready before they know the buyer. Only those learn the e-mail early.
    pub(super) async fn introduce_buyer(
        &self,
        purchase: &mut Purchase,
    ) -> Result<(), PurchaseError> {
        let (Some(session), Some(destination)) = (&purchase.session, &purchase.destination) else {
            return Ok(());
        };
        let asks = session.messages.iter().any(|message| {
            let param = message.param.as_deref().unwrap_or_default();
            message.is_error
                && message.code == "missing"
                && (param.contains("buyer") || param.contains("email"))
        });
        if session.status != SessionStatus::NotReady || !asks {
            return Ok(());
        }
        let body = requests::set_buyer(destination);
        self.update_session(purchase, body).await
    }

    /// A session that waits for a bank's confirmation can be paid with another card once the
    /// buyer's wishes are stated again.
    pub(super) async fn leave_authentication(
        &self,
        purchase: &mut Purchase,
    ) -> Result<(), PurchaseError> {
        let waits = |session: &&Session| session.status == SessionStatus::AuthenticationRequired;
        let Some(session) = purchase.session.as_ref().filter(waits) else {
            return Ok(());
        };
        let Some(option) = session
            .options
            .iter()
            .find(|option| session.selected.contains(&option.id))
        else {
            return Ok(());
        };
        let line_ids: Vec<&str> = session.lines.iter().map(|line| line.id.as_str()).collect();
        let body = requests::choose_option(&option.kind, &option.id, &line_ids);
        self.update_session(purchase, body).await
    }

    /// Sends once more with the same bytes and key when the first sending brought nothing.
    pub(super) async fn ask(
        &self,
        seller_id: &str,
        call: &PreparedCall,
    ) -> Result<Session, PurchaseError> {
        let peer = self.seller_peer(seller_id)?;
        let mut sendings = 1;
        loop {
            match peer.send(call).await {
                Ok(value) => {
                    return Session::read(&value)
                        .ok_or(PurchaseError::Seller(SellerFault::Unreadable));
                }
                Err(CallFailure::Refused { code, message, .. }) => {
                    return Err(PurchaseError::SellerRefused { code, message });
                }
                Err(CallFailure::NotSent | CallFailure::Unknown) if sendings < SENDINGS_MAX => {
                    sendings += 1;
                }
                Err(CallFailure::NotSent | CallFailure::Unknown) => {
                    return Err(PurchaseError::SellerUnavailable);
                }
            }
        }
    }
}

impl Purchase {
    /// Takes over the seller's newest session; says whether it differs from the one held.
    pub(super) fn hold(&mut self, session: Session) -> bool {
        let changed = self.session.as_ref() != Some(&session);
        if changed {
            self.session_revision += 1;
            self.session = Some(session);
        }
        changed
    }
}
