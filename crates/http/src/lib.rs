//! What all servers share: accept loop, strict JSON, versions, auth, idempotency, errors.

mod call;
mod callers;
mod config;
mod error;
pub mod idempotency;
mod json_path;
mod layers;
mod reply;
mod request_id;
mod serve;
pub mod strict_json;
mod typed_body;

pub use call::Call;
pub use callers::{CallerKeys, Principal};
pub use config::{ApiConfig, Dialect, Limits, SignatureKeys, SignaturePolicy, Surface};
pub use error::{ApiError, Fault, Row};
pub use idempotency::CallKey;
pub use layers::{IDEMPOTENCY_KEY, layers};
pub use reply::{IDEMPOTENT_REPLAYED, Reply};
pub use request_id::REQUEST_ID;
pub use serve::{ServeOptions, serve};
