//! What all servers share: accept loop, strict JSON, versions, auth, idempotency, errors.
//!
//! An endpoint takes a [`Call`], which has passed every check, and returns a [`Reply`] or an
//! [`ApiError`]. [`layers`] surrounds the finished router, [`serve`] runs it.
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{Router, extract::State, routing::post};
//! use comptoir_http::{ApiConfig, ApiError, Call, CallerKeys, Reply, idempotency, layers};
//! use comptoir_signing::environment::Environment;
//! use comptoir_store::{Store, StoreError};
//! use http::StatusCode;
//!
//! #[derive(Clone)]
//! struct Shop {
//!     config: Arc<ApiConfig>,
//!     store: Store,
//! }
//!
//! impl axum::extract::FromRef<Shop> for Arc<ApiConfig> {
//!     fn from_ref(shop: &Shop) -> Self {
//!         Arc::clone(&shop.config)
//!     }
//! }
//!
//! /// Runs once per idempotency key; the answer is stored with the change it reports.
//! async fn visit(State(shop): State<Shop>, call: Call) -> Result<Reply, ApiError> {
//!     let key = call.key()?;
//!     let now = shop.config.environment.now_micros();
//!     let work = move |tx: &mut dyn comptoir_store::Tx| {
//!         idempotency::once(tx, &key, now, &mut |tx| {
//!             tx.set_meta("visited", "yes")?;
//!             Ok(Reply::bytes(StatusCode::CREATED, "{}"))
//!         })
//!     };
//!     shop.store.write("visit", work).await
//! }
//!
//! fn router() -> Result<Router, StoreError> {
//!     let environment = Environment::system();
//!     let callers = CallerKeys::new().with(&"a-secret".to_owned().into(), "agent");
//!     let config = ApiConfig::new(callers, environment.clone()).shared();
//!     let shop = Shop { config, store: Store::in_memory()? };
//!     Ok(layers(Router::new().route("/visits", post(visit)).with_state(shop), &environment))
//! }
//! # router()?;
//! # Ok::<(), StoreError>(())
//! ```

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

pub use call::{Call, read_body};
pub use callers::{CallerKeys, Principal};
pub use config::{ApiConfig, Dialect, Limits, SignatureKeys, SignaturePolicy, Surface};
pub use error::{ApiError, Fault, Row};
pub use idempotency::CallKey;
pub use layers::{IDEMPOTENCY_KEY, layers};
pub use reply::{IDEMPOTENT_REPLAYED, Reply};
pub use request_id::REQUEST_ID;
pub use serve::{ServeOptions, serve};
