//! What the agent must do to go on with an authentication.

use serde::{Deserialize, Serialize};

closed_enum! {
    /// What the agent must do.
    pub enum ActionType {
        /// Let the issuer see the browser.
        ///
        Fingerprint = "fingerprint",
        /// Let the issuer question the buyer.
        ///
        Challenge = "challenge",
    }
}

/// How to show the browser to the issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FingerprintAction {
    /// Where to post.
    pub three_ds_method_url: String,
    /// 3DS Server transaction id.
    pub three_ds_server_trans_id: String,
}

/// How the issuer questions the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeAction {
    /// Where to go.
    pub acs_url: String,
    /// ACS transaction id.
    pub acs_trans_id: String,
    /// 3DS Server transaction id.
    pub three_ds_server_trans_id: String,
    /// 3-D Secure version.
    pub message_version: String,
}

/// What the agent must do. The field named like the type is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Action {
    /// What.
    pub r#type: ActionType,
    /// Details of a fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<FingerprintAction>,
    /// Details of a challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeAction>,
}

impl Action {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(r#type: ActionType) -> Self {
        Self {
            r#type,
            fingerprint: None,
            challenge: None,
        }
    }
}

checked_serde!(Action);

impl Action {
    fn check(&self) -> Result<(), &'static str> {
        match self.r#type {
            ActionType::Fingerprint if self.fingerprint.is_none() => {
                Err("missing field `fingerprint`")
            }
            ActionType::Challenge if self.challenge.is_none() => Err("missing field `challenge`"),
            ActionType::Fingerprint | ActionType::Challenge => Ok(()),
        }
    }
}
