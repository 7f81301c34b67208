//! Bodies of the PSP's seller surface.

use comptoir_acp::id::{ChargeId, RefundId};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::{
    ChargeOutcome, ChargeRequest, DeclineReason, Lookup, RefundLookup, RefundOutcome, RefundRequest,
};

#[derive(Serialize)]
pub(super) struct ChargeBody<'a> {
    token: &'a str,
    charge_key: &'a str,
    amount: i64,
    currency: String,
    checkout_session_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_ref: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication: Option<AuthenticationBody<'a>>,
}

#[derive(Serialize)]
struct AuthenticationBody<'a> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    three_ds_cryptogram: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    electronic_commerce_indicator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

impl<'a> ChargeBody<'a> {
    pub(super) fn new(request: &'a ChargeRequest) -> Self {
        Self {
            token: request.token.expose_secret(),
            charge_key: &request.charge_key,
            amount: request.amount.get(),
            currency: request.currency.code().to_owned(),
            checkout_session_id: request.checkout_session_id.as_str(),
            order_ref: request.order_ref.as_deref(),
            authentication: request.authentication.as_ref().map(|authentication| {
                AuthenticationBody {
                    outcome: authentication.outcome.as_str(),
                    three_ds_cryptogram: authentication.three_ds_cryptogram.as_deref(),
                    electronic_commerce_indicator: authentication
                        .electronic_commerce_indicator
                        .as_deref(),
                    transaction_id: authentication.transaction_id.as_deref(),
                    version: authentication.version.as_deref(),
                }
            }),
        }
    }
}

#[derive(Serialize)]
pub(super) struct RefundBody<'a> {
    refund_key: &'a str,
    charge_id: &'a str,
    amount: i64,
    currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> RefundBody<'a> {
    pub(super) fn new(request: &'a RefundRequest) -> Self {
        Self {
            refund_key: &request.refund_key,
            charge_id: request.charge_id.as_str(),
            amount: request.amount.get(),
            currency: request.currency.code().to_owned(),
            reason: request.reason.as_deref(),
        }
    }
}

/// The flat error of the PSP; fields that this adapter does not use are ignored.
#[derive(Deserialize)]
pub(super) struct ErrorBody {
    pub(super) code: String,
    pub(super) message: String,
}

/// A charge as the PSP shows it; unknown fields are ignored, wrong known ones are not.
#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
pub(super) struct Charge {
    id: ChargeId,
    pub(super) charge_key: String,
    status: String,
    amount: i64,
    currency: String,
    checkout_session_id: String,
    decline_reason: Option<String>,
}

impl Charge {
    /// An answer about another charge, amount or currency proves nothing about ours.
    pub(super) fn check_against(&self, request: &ChargeRequest) -> Result<(), String> {
        let wrong = if self.charge_key != request.charge_key {
            "charge_key"
        } else if self.amount != request.amount.get() {
            "amount"
        } else if self.currency != request.currency.code() {
            "currency"
        } else if self.checkout_session_id != request.checkout_session_id.as_str() {
            "checkout_session_id"
        } else {
            return Ok(());
        };
        Err(format!("the answer has another {wrong} than the request"))
    }

    pub(super) fn lookup(self) -> Lookup {
        match self.status.as_str() {
            "succeeded" => Lookup::Approved { charge_id: self.id },
            "reversed" => Lookup::Reversed { charge_id: self.id },
            "authentication_required" => Lookup::AuthenticationRequired,
            "declined" => {
                let word = self.decline_reason.unwrap_or_default();
                let reason = DeclineReason::parse(&word).unwrap_or(DeclineReason::Generic);
                Lookup::Declined {
                    reason,
                    retryable: reason.is_retryable(),
                    message: format!("declined: {word}"),
                }
            }
            "pending" => Lookup::Unknown {
                cause: "the charge is in progress".to_owned(),
            },
            _ => Lookup::Unknown {
                cause: "the charge has a status that is not of this API".to_owned(),
            },
        }
    }

    pub(super) fn outcome(self) -> ChargeOutcome {
        match self.lookup() {
            Lookup::Approved { charge_id } => ChargeOutcome::Approved { charge_id },
            Lookup::AuthenticationRequired => ChargeOutcome::AuthenticationRequired,
            Lookup::Declined {
                reason,
                retryable,
                message,
            } => ChargeOutcome::Declined {
                reason,
                retryable,
                message,
            },
            Lookup::Reversed { .. } => ChargeOutcome::Declined {
                reason: DeclineReason::Generic,
                retryable: true,
                message: "the issuer reversed the charge".to_owned(),
            },
            Lookup::Unknown { cause } => ChargeOutcome::Unknown { cause },
            Lookup::Absent => ChargeOutcome::Unknown {
                cause: "absent".to_owned(),
            },
        }
    }
}

/// A refund as the PSP shows it.
#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
pub(super) struct Refund {
    id: RefundId,
    pub(super) refund_key: String,
    charge_id: String,
    status: String,
    amount: i64,
    currency: String,
}

impl Refund {
    pub(super) fn check_against(&self, request: &RefundRequest) -> Result<(), String> {
        let same = self.refund_key == request.refund_key
            && self.charge_id == request.charge_id.as_str()
            && self.amount == request.amount.get()
            && self.currency == request.currency.code();
        if same {
            Ok(())
        } else {
            Err("the answer is about another refund than the request".to_owned())
        }
    }

    pub(super) fn lookup(self) -> RefundLookup {
        match self.status.as_str() {
            "succeeded" => RefundLookup::Succeeded { refund_id: self.id },
            "failed" => RefundLookup::Failed {
                message: "the issuer refused the refund".to_owned(),
            },
            _ => RefundLookup::Unknown {
                cause: "the refund is in progress".to_owned(),
            },
        }
    }

    pub(super) fn outcome(self) -> RefundOutcome {
        match self.lookup() {
            RefundLookup::Succeeded { refund_id } => RefundOutcome::Succeeded { refund_id },
            RefundLookup::Failed { message } => RefundOutcome::Failed { message },
            RefundLookup::Unknown { cause } => RefundOutcome::Unknown { cause },
            RefundLookup::Absent => RefundOutcome::Unknown {
                cause: "absent".to_owned(),
            },
        }
    }
}
