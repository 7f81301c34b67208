//! A request that has passed every check, as endpoints receive it.

mod body;
mod checks;

use std::{fmt, sync::Arc};

use axum::extract::{FromRef, FromRequest, Request};
use bytes::Bytes;
use comptoir_acp::{
    id::{IdempotencyKey, RequestId},
    rules::ProtocolRules,
    version::ApiVersion,
};
use comptoir_signing::fingerprint::Fingerprint;
use comptoir_store::TenantId;
use http::{Method, request::Parts};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use body::collect as read_body;

use crate::{
    ApiConfig, ApiError, Dialect, Principal, Surface,
    idempotency::{CallKey, RETENTION_S},
    request_id, strict_json, typed_body,
};

/// A request that has passed every check.
///
/// As an extractor it checks, in this order: path, version, bearer key, time and signature,
/// idempotency key, limits of the body, strict JSON. Use it as the handler's last argument, with `Arc<ApiConfig>`
/// reachable from the router's state through [`FromRef`].
pub struct Call {
    /// Version the caller speaks.
    pub version: ApiVersion,
    /// Behaviour of that version.
    pub rules: &'static ProtocolRules,
    /// Surface the request came in on.
    pub surface: Surface,
    /// Tenant that is served.
    pub tenant: TenantId,
    /// Who calls.
    pub caller: Principal,
    /// Identity of this request in logs and answers.
    pub request_id: RequestId,
    /// The caller's key for repetitions of this request.
    pub idempotency_key: Option<IdempotencyKey>,
    /// HTTP method.
    pub method: Method,
    /// Path without query.
    pub path: String,
    /// Query, as received.
    pub query: Option<String>,
    /// `Accept-Language`, as received.
    pub accept_language: Option<String>,
    /// Body, byte for byte; empty on GET.
    pub body: Bytes,
    /// The body's value; `null` when there is no body.
    pub json: Value,
}

impl Call {
    /// The body as a typed request.
    ///
    /// # Errors
    /// 400 `missing` or `invalid` with the `JSONPath` of the first bad field in `param`. Values
    /// of the request are never quoted.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        if self.body.is_empty() {
            let error = ApiError::missing("$");
            return Err(error.under(self.dialect()));
        }
        self.parse_rewritten(&self.json)
    }

    /// The same of a body that the endpoint has rewritten from the form of an older version.
    ///
    /// # Errors
    /// As [`Call::parse`], with places in the rewritten body.
    pub fn parse_rewritten<T: DeserializeOwned>(&self, json: &Value) -> Result<T, ApiError> {
        typed_body::parse(json).map_err(|error| error.under(self.dialect()))
    }

    /// The rules this call is answered under.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        Dialect {
            rules: self.rules,
            surface: self.surface,
        }
    }

    /// What [`crate::idempotency`] needs to know of this call.
    ///
    /// # Errors
    /// [`ApiError::internal`] when the body has no canonical form, which the strict reader rules
    /// out.
    pub fn key(&self) -> Result<CallKey, ApiError> {
        Ok(CallKey {
            scope: self.scope(),
            raw: Fingerprint::of_bytes(&self.body),
            canonical: Fingerprint::of_json(&self.json).map_err(ApiError::internal)?,
            dialect: self.dialect(),
            retention_s: RETENTION_S,
        })
    }

    /// Where the idempotency key belongs: a digest of tenant, caller, method, path and key.
    /// `None` without a key.
    #[must_use]
    pub fn scope(&self) -> Option<[u8; 16]> {
        let key = self.idempotency_key.as_ref()?;
        let tenant = self.tenant.0.to_be_bytes();
        let parts: [&[u8]; 5] = [
            &tenant,
            self.caller.as_str().as_bytes(),
            self.method.as_str().as_bytes(),
            self.path.as_bytes(),
            key.as_str().as_bytes(),
        ];
        // Each part is preceded by its length: no two different lists give the same text.
        let mut text = Vec::with_capacity(64 + self.path.len() + key.as_str().len());
        for part in parts {
            text.extend_from_slice(&part.len().to_be_bytes());
            text.extend_from_slice(part);
        }
        let digest = Fingerprint::of_bytes(&text);
        digest.as_bytes().first_chunk().copied()
    }
}

impl<S> FromRequest<S> for Call
where
    S: Send + Sync,
    Arc<ApiConfig>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let config = Arc::<ApiConfig>::from_ref(state);
        let (parts, body) = request.into_parts();
        checks::path(parts.uri.path())?;
        let version = checks::version(&parts.headers, &config)?;
        let rules = version.rules();
        let dialect = Dialect {
            rules,
            surface: config.surface,
        };
        let authorized = Authorized {
            config: &config,
            parts,
            dialect,
            version,
        };
        authorized
            .read(body)
            .await
            .map_err(|error| error.under(dialect))
    }
}

/// A request whose version is known and whose caller is not yet.
struct Authorized<'c> {
    config: &'c ApiConfig,
    parts: Parts,
    dialect: Dialect,
    version: ApiVersion,
}

impl Authorized<'_> {
    /// The rest of the checks, in the promised order.
    async fn read(self, body: axum::body::Body) -> Result<Call, ApiError> {
        let Self {
            config,
            parts,
            dialect,
            version,
        } = self;
        let headers = &parts.headers;
        let caller = checks::caller(headers, config)?;
        let signature = checks::signature(&parts, config, &caller)?;
        if signature.is_none() {
            checks::timestamp(&parts, config)?;
        }
        let key = checks::idempotency_key(headers);
        let (key, body) = match signature {
            // The signature covers the body, so that has to be read before the key is judged.
            Some(signature) => {
                let limit = config.limits.body_bytes_max;
                let bytes = body::collect(body, limit).await?;
                let covered = key.as_ref().ok().and_then(Option::as_ref);
                signature.verify(&parts, covered, &bytes, config)?;
                (key?, body::Received::Whole(bytes))
            }
            None => (key?, body::Received::Pending(body)),
        };
        if key.is_none() && parts.method == Method::POST && dialect.requires_idempotency_key() {
            return Err(ApiError::idempotency_key_required());
        }
        let body = body.checked(&parts, &config.limits).await?;
        let json = if body.is_empty() {
            Value::Null
        } else {
            strict_json::parse(&body, config.limits.json())?
        };
        Ok(Call {
            version,
            rules: dialect.rules,
            surface: dialect.surface,
            tenant: config.tenant,
            caller,
            request_id: request_id::of(headers, &config.environment)?,
            idempotency_key: key,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            accept_language: checks::accept_language(headers),
            method: parts.method,
            body,
            json,
        })
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("version", &self.version)
            .field("caller", &self.caller)
            .field("request_id", &self.request_id)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
