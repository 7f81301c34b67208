//! What a server accepts: callers, versions, limits, signatures.

use std::{collections::BTreeMap, sync::Arc};

use comptoir_acp::{rules::ProtocolRules, version::ApiVersion};
use comptoir_signing::{environment::Environment, request_signature::RequestVerifier};
use comptoir_store::TenantId;

use crate::{CallerKeys, Principal, strict_json::JsonLimits};

/// What a server accepts. Shared by all its requests as `Arc<ApiConfig>` in the router's state.
#[derive(Clone)]
pub struct ApiConfig {
    /// Bearer keys and whom they prove.
    pub callers: CallerKeys,
    /// Protocol versions this server speaks, in any order.
    pub supported: Vec<ApiVersion>,
    /// Limits of a request.
    pub limits: Limits,
    /// Clock and randomness.
    pub environment: Environment,
    /// What to do about the `Signature` header.
    pub signatures: SignaturePolicy,
    /// Whose rules about versions, keys and error codes hold.
    pub surface: Surface,
    /// The tenant that idempotency keys belong to.
    pub tenant: TenantId,
}

impl ApiConfig {
    /// The ACP surface with all released versions, default limits and no signatures.
    #[must_use]
    pub fn new(callers: CallerKeys, environment: Environment) -> Self {
        Self {
            callers,
            supported: ApiVersion::ALL.to_vec(),
            limits: Limits::default(),
            environment,
            signatures: SignaturePolicy::Off,
            surface: Surface::Acp,
            tenant: TenantId::DEFAULT,
        }
    }

    /// The same for another surface.
    #[must_use]
    pub fn on(mut self, surface: Surface) -> Self {
        self.surface = surface;
        self
    }

    /// Ready to be put into a router's state.
    #[must_use]
    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }
}

/// Limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest body, in bytes.
    pub body_bytes_max: usize,
    /// Deepest nesting of the body's JSON.
    pub json_depth_max: usize,
    /// Whether JSON numbers may have a fraction; see [`JsonLimits::fractions`].
    pub json_fractions: bool,
    /// Largest difference between a request's `Timestamp` and our clock, in seconds; also of a request
    /// without a signature.
    pub signature_tolerance_s: i64,
}

impl Limits {
    /// The part of them that the JSON reader needs.
    #[must_use]
    pub const fn json(&self) -> JsonLimits {
        JsonLimits {
            depth_max: self.json_depth_max,
            fractions: self.json_fractions,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 256 * 1_024,
            json_depth_max: 32,
            json_fractions: false,
            signature_tolerance_s: 300,
        }
    }
}

/// Whose rules hold on a server's paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surface {
    /// ACP: `API-Version` is required, and `Idempotency-Key` on POST where the version says so.
    #[default]
    Acp,
    /// ACP's delegate payment: as [`Surface::Acp`], and error codes come from its closed list.
    DelegatePayment,
    /// ACP's delegate authentication: as [`Surface::Acp`], with a conflict status of its own.
    DelegateAuthentication,
    /// ACP's Feed API: `API-Version` is required, `Idempotency-Key` is optional.
    Feed,
    /// Our own documented API: `API-Version` and `Idempotency-Key` are optional.
    Own,
}

impl Surface {
    /// Whether requests must name the protocol version.
    #[must_use]
    pub const fn requires_version(self) -> bool {
        !matches!(self, Self::Own)
    }
}

/// The rules that an error or a reply is written under: the version's and the surface's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The version's rules.
    pub rules: &'static ProtocolRules,
    /// The surface.
    pub surface: Surface,
}

impl Dialect {
    /// Whether a POST without `Idempotency-Key` is refused.
    #[must_use]
    pub const fn requires_idempotency_key(&self) -> bool {
        !matches!(self.surface, Surface::Own | Surface::Feed) && self.rules.idempotency_key_required
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            rules: ApiVersion::LATEST.rules(),
            surface: Surface::Acp,
        }
    }
}

/// The keys with which callers sign their requests, pinned per caller.
pub type SignatureKeys = BTreeMap<Principal, RequestVerifier>;

/// What to do about the `Signature` and `Timestamp` headers of requests with a body.
#[derive(Clone, Default)]
pub enum SignaturePolicy {
    /// Signatures are not looked at. A `Timestamp` is.
    #[default]
    Off,
    /// A signature that is present must verify with one of the caller's pinned keys; a caller
    /// without pinned keys must not sign. Unsigned requests pass.
    VerifyIfPresent(SignatureKeys),
    /// Every request with a body must carry a signature that verifies with one of the caller's
    /// pinned keys.
    Require(SignatureKeys),
}
