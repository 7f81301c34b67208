//! Charges at a Comptoir PSP over HTTP.
//!
//! One HTTP client is built per adapter and shared by all calls. A charge is sent once: whatever
//! comes back that is not a well-formed answer about exactly this charge is
//! [`ChargeOutcome::Unknown`], and only a look-up settles it.

mod wire;

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::{
    BoxFuture, ChargeOutcome, ChargeRequest, DeclineReason, HandlerDeclaration, Lookup, Processor,
    RefundLookup, RefundOutcome, RefundRequest,
    comptoir_psp::wire::{Charge, ChargeBody, ErrorBody, Refund, RefundBody},
};

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Where the PSP is and who calls it.
#[derive(Clone, Debug)]
pub struct ComptoirPspConfig {
    /// Address of the PSP without trailing slash, for example `http://127.0.0.1:4003`.
    pub base_url: String,
    /// The merchant's bearer key; the PSP knows the merchant by it.
    pub bearer: SecretString,
    /// The merchant id that tokens must be limited to.
    pub merchant_id: String,
    /// Time for one call, connect to last byte. Longer than this is [`ChargeOutcome::Unknown`].
    pub timeout: Duration,
}

/// The adapter cannot be built.
#[derive(Debug, Error)]
pub enum ComptoirPspError {
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    HttpClient(#[source] reqwest::Error),
}

/// Adapter for the seller surface of a Comptoir PSP.
#[derive(Clone, Debug)]
pub struct ComptoirPsp {
    config: ComptoirPspConfig,
    client: Client,
}

/// What came over the wire, before it is judged.
enum Answer<T> {
    Ok(T),
    Refused {
        status: StatusCode,
        code: String,
        message: String,
    },
    Unclear(String),
}

impl ComptoirPsp {
    /// Builds the adapter with one HTTP client that follows no redirects.
    pub fn new(config: ComptoirPspConfig) -> Result<Self, ComptoirPspError> {
        let client = Client::builder()
            .timeout(config.timeout)
            .redirect(redirect::Policy::none())
            // A library does not read the environment: money does not take a detour through it.
            .no_proxy()
            // One seller talks to one PSP: the pool is small and the connection stays warm.
            .pool_max_idle_per_host(32)
            .build()
            .map_err(ComptoirPspError::HttpClient)?;
        Ok(Self { config, client })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.config.base_url))
            .bearer_auth(self.config.bearer.expose_secret())
    }

    async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &B,
    ) -> Answer<T> {
        exchange(
            self.request(Method::POST, path)
                .header("idempotency-key", key)
                .json(body),
        )
        .await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, name: &str, value: &str) -> Answer<T> {
        exchange(self.request(Method::GET, path).query(&[(name, value)])).await
    }

    async fn charge_once(&self, request: &ChargeRequest) -> ChargeOutcome {
        let body = ChargeBody::new(request);
        match self
            .post::<_, Charge>("/v1/charges", &request.charge_key, &body)
            .await
        {
            Answer::Ok(charge) => match charge.check_against(request) {
                Ok(()) => charge.outcome(),
                Err(cause) => ChargeOutcome::Unknown { cause },
            },
            Answer::Refused {
                status,
                code,
                message,
            } => refused(status, &code, message),
            Answer::Unclear(cause) => ChargeOutcome::Unknown { cause },
        }
    }

    async fn refund_once(&self, request: &RefundRequest) -> RefundOutcome {
        let body = RefundBody::new(request);
        match self
            .post::<_, Refund>("/v1/refunds", &request.refund_key, &body)
            .await
        {
            Answer::Ok(refund) => match refund.check_against(request) {
                Ok(()) => refund.outcome(),
                Err(cause) => RefundOutcome::Unknown { cause },
            },
            Answer::Refused {
                status,
                code,
                message,
            } if is_final(status) => RefundOutcome::Failed {
                message: format!("{code}: {message}"),
            },
            Answer::Refused { status, code, .. } => RefundOutcome::Unknown {
                cause: format!("status {status}, code {code}"),
            },
            Answer::Unclear(cause) => RefundOutcome::Unknown { cause },
        }
    }
}

impl Processor for ComptoirPsp {
    fn describe(&self) -> HandlerDeclaration {
        HandlerDeclaration::tokenized_card("comptoir_card", "comptoir", &self.config.merchant_id)
    }

    fn charge<'a>(&'a self, request: &'a ChargeRequest) -> BoxFuture<'a, ChargeOutcome> {
        Box::pin(self.charge_once(request))
    }

    fn lookup_charge<'a>(&'a self, charge_key: &'a str) -> BoxFuture<'a, Lookup> {
        Box::pin(async move {
            match self
                .get::<Charge>("/v1/charges", "charge_key", charge_key)
                .await
            {
                Answer::Ok(charge) if charge.charge_key == charge_key => charge.lookup(),
                Answer::Ok(_) => Lookup::Unknown {
                    cause: "the answer is about another charge".to_owned(),
                },
                Answer::Refused {
                    status: StatusCode::NOT_FOUND,
                    code,
                    ..
                } if code == "charge_not_found" => Lookup::Absent,
                Answer::Refused { status, code, .. } => Lookup::Unknown {
                    cause: format!("status {status}, code {code}"),
                },
                Answer::Unclear(cause) => Lookup::Unknown { cause },
            }
        })
    }

    fn refund<'a>(&'a self, request: &'a RefundRequest) -> BoxFuture<'a, RefundOutcome> {
        Box::pin(self.refund_once(request))
    }

    fn lookup_refund<'a>(&'a self, refund_key: &'a str) -> BoxFuture<'a, RefundLookup> {
        Box::pin(async move {
            match self
                .get::<Refund>("/v1/refunds", "refund_key", refund_key)
                .await
            {
                Answer::Ok(refund) if refund.refund_key == refund_key => refund.lookup(),
                Answer::Ok(_) => RefundLookup::Unknown {
                    cause: "the answer is about another refund".to_owned(),
                },
                Answer::Refused {
                    status: StatusCode::NOT_FOUND,
                    code,
                    ..
                } if code == "refund_not_found" => RefundLookup::Absent,
                Answer::Refused { status, code, .. } => RefundLookup::Unknown {
                    cause: format!("status {status}, code {code}"),
                },
                Answer::Unclear(cause) => RefundLookup::Unknown { cause },
            }
        })
    }
}

/// Sends one request and reads one bounded answer. Never retries.
async fn exchange<T: DeserializeOwned>(request: RequestBuilder) -> Answer<T> {
    let mut response = match request.send().await {
        Ok(response) => response,
        // The address carries the charge key, which is no secret, but is dropped as noise.
        Err(error) => return Answer::Unclear(format!("no answer: {}", error.without_url())),
    };
    let status = response.status();
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len().saturating_add(chunk.len()) <= ANSWER_BYTES_MAX => {
                bytes.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                return Answer::Unclear(format!(
                    "status {status} with more than {ANSWER_BYTES_MAX} bytes"
                ));
            }
            Ok(None) => break,
            Err(error) => {
                return Answer::Unclear(format!("the answer broke off: {}", error.without_url()));
            }
        }
    }
    if status.is_success() {
        return match serde_json::from_slice(&bytes) {
            Ok(value) => Answer::Ok(value),
            Err(_) => Answer::Unclear(format!(
                "status {status} with a body that is not of this API"
            )),
        };
    }
    match serde_json::from_slice::<ErrorBody>(&bytes) {
        Ok(error) => Answer::Refused {
            status,
            code: error.code,
            message: error.message,
        },
        Err(_) => Answer::Unclear(format!(
            "status {status} with a body that is not an error of this API"
        )),
    }
}

/// A refusal that no repetition of the same bytes can turn into a success.
fn is_final(status: StatusCode) -> bool {
    status.is_client_error()
        && !matches!(
            status,
            StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
        )
}

/// Maps a refusal of the PSP's own codes. A code that is not listed proves nothing.
fn refused(status: StatusCode, code: &str, message: String) -> ChargeOutcome {
    let reason = match code {
        // A reserved token is being used by another charge: for this one it is as good as used.
        "token_consumed" | "token_reserved" => DeclineReason::TokenConsumed,
        "token_expired" => DeclineReason::TokenExpired,
        "token_revoked" => DeclineReason::TokenRevoked,
        "token_not_found" => DeclineReason::TokenUnknown,
        "amount_exceeds_allowance" => DeclineReason::AmountExceedsAllowance,
        "currency_mismatch" => DeclineReason::CurrencyMismatch,
        "merchant_mismatch" => DeclineReason::MerchantMismatch,
        "session_mismatch" => DeclineReason::SessionMismatch,
        "rate_limit_exceeded" => DeclineReason::RateLimited,
        "unauthorized" | "forbidden" => DeclineReason::Misconfigured,
        _ => {
            return ChargeOutcome::Unknown {
                cause: format!("status {status}, code {code}"),
            };
        }
    };
    if status.is_client_error() {
        ChargeOutcome::Declined {
            reason,
            retryable: reason.is_retryable(),
            message,
        }
    } else {
        ChargeOutcome::Unknown {
            cause: format!("status {status}, code {code}"),
        }
    }
}
