//! The places of a checkout's life at which rules are judged.

use serde_json::{Value, json};

use super::{Seller, Session};
use crate::{Outcome, Stop};

/// One path to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The answer to create, one item, no address.
    Created,
    /// The answer to create with an address.
    Addressed,
    /// The answer to create, two items, three units, with an address.
    Several,
    /// The answer to an update of the lines.
    Requantified,
    /// The answer to an update that chooses another fulfilment option.
    Optioned,
    /// The answer to an update of the address.
    Moved,
    /// The answer to retrieve.
    Retrieved,
    /// The answer to complete when the payment is declined.
    Declined,
    /// The answer to complete.
    Completed,
    /// The answer to retrieve after complete.
    CompletedRetrieved,
    /// The answer to cancel.
    Canceled,
}

impl Stage {
    /// The answers of the five operations.
    pub const OPERATIONS: [Self; 5] = [
        Self::Created,
        Self::Requantified,
        Self::Retrieved,
        Self::Completed,
        Self::Canceled,
    ];

    /// Every answer with prices.
    pub const PRICED: [Self; 10] = [
        Self::Created,
        Self::Addressed,
        Self::Several,
        Self::Requantified,
        Self::Optioned,
        Self::Moved,
        Self::Retrieved,
        Self::Completed,
        Self::CompletedRetrieved,
        Self::Canceled,
    ];

    /// Its part of a check's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "on-create",
            Self::Addressed => "on-create-with-address",
            Self::Several => "on-create-of-several",
            Self::Requantified => "on-update-of-lines",
            Self::Optioned => "on-update-of-option",
            Self::Moved => "on-update-of-address",
            Self::Retrieved => "on-retrieve",
            Self::Declined => "on-decline",
            Self::Completed => "on-complete",
            Self::CompletedRetrieved => "on-retrieve-after-complete",
            Self::Canceled => "on-cancel",
        }
    }

    /// Its part of a check's title.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Created => "answer to create without an address",
            Self::Addressed => "answer to create with an address",
            Self::Several => "answer to create with two items and three units",
            Self::Requantified => "answer to an update of the lines",
            Self::Optioned => "answer to an update of the fulfilment option",
            Self::Moved => "answer to an update of the address",
            Self::Retrieved => "answer to retrieve",
            Self::Declined => "answer to complete with a declined card",
            Self::Completed => "answer to complete",
            Self::CompletedRetrieved => "answer to retrieve after complete",
            Self::Canceled => "answer to cancel",
        }
    }

    /// A fresh session that was led to this stage.
    pub async fn session(self, seller: &Seller) -> Outcome<Session> {
        match self {
            Self::Created => seller.new_session().await,
            Self::Addressed => seller.new_session_with_address().await,
            Self::Several => {
                let lines = [(seller.item()?, 2), (seller.item_at(1)?, 1)];
                seller.create_units(&lines, true).await
            }
            Self::Requantified => {
                let session = seller.new_session_with_address().await?;
                let lines = [(seller.item()?, 2), (seller.item_at(1)?, 1)];
                seller.update_units(&session, &lines).await
            }
            Self::Optioned => {
                let session = seller.new_session_with_address().await?;
                let body = seller.select_other(&session)?;
                seller.updated(&session, &body).await
            }
            Self::Moved => {
                let session = seller.new_session_with_address().await?;
                let body = seller.address_body(&seller.other_address());
                seller.updated(&session, &body).await
            }
            Self::Retrieved => {
                let session = seller.new_session_with_address().await?;
                seller.read(&session.id).await
            }
            Self::Declined => seller.declined().await,
            Self::Completed => seller.completed().await,
            Self::CompletedRetrieved => {
                let session = seller.completed().await?;
                seller.read(&session.id).await
            }
            Self::Canceled => seller.canceled().await,
        }
    }
}

impl Seller {
    /// A body that chooses an offered option that is not selected; not applicable when the seller
    /// offers only one.
    pub fn select_other(&self, session: &Session) -> Outcome<Value> {
        let selected = session.selected_options();
        let other = session
            .options()
            .iter()
            .find(|option| Session::text(option, "id").is_some_and(|id| !selected.contains(&id)));
        let other = other.ok_or_else(|| {
            Stop::NotApplicable(
                "not offered: a second fulfilment option for the configured items and address"
                    .to_owned(),
            )
        })?;
        Ok(self.select_body(session, other))
    }

    /// A body that chooses this option for every line of the session.
    #[must_use]
    pub fn select_body(&self, session: &Session, option: &Value) -> Value {
        let id = Session::text(option, "id").unwrap_or_default();
        let kind = Session::text(option, "type").unwrap_or_default();
        self.dialect().select_option(id, kind, &session.line_ids())
    }

    /// A body with this buyer and nothing else.
    #[must_use]
    pub fn buyer_body(&self) -> Value {
        json!({ "buyer": self.target().buyer })
    }
}
