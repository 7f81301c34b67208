//! How the dated versions differ in what a seller must answer, one constant per version: the
//! previous one, except.

use crate::SpecVersion;

/// What one dated version demands of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a table of independent flags is what this is"
)]
pub(super) struct Rules {
    /// A POST without `Idempotency-Key` is refused.
    pub(super) key_required: bool,
    /// Status of the same key with another body.
    pub(super) conflict_status: u16,
    /// Error types that this conflict may have.
    pub(super) conflict_types: &'static [&'static str],
    /// A replay is marked, and bodies are compared by their meaning.
    pub(super) canonical_idempotency: bool,
    /// Error types that the version knows.
    pub(super) error_types: &'static [&'static str],
    /// An error about the version lists the supported ones, with status 400.
    pub(super) supported_versions: bool,
    /// The schema of a requested line has a quantity.
    pub(super) quantity_in_schema: bool,
    /// A quantity may be fractional.
    pub(super) fractional_quantity: bool,
    /// Cancel may carry an intent trace.
    pub(super) intent_trace: bool,
    /// Most characters of `order_notes`, where requests have them.
    pub(super) order_notes_max: Option<usize>,
    /// The handshake must be TLS 1.3; before, 1.2 will do.
    pub(super) tls_1_3: bool,
}

const V2025_09_29: Rules = Rules {
    key_required: false,
    conflict_status: 409,
    conflict_types: &["invalid_request", "request_not_idempotent"],
    canonical_idempotency: false,
    error_types: &[
        "invalid_request",
        "request_not_idempotent",
        "processing_error",
        "service_unavailable",
    ],
    supported_versions: false,
    quantity_in_schema: true,
    fractional_quantity: true,
    intent_trace: false,
    order_notes_max: None,
    tls_1_3: false,
};

const V2025_12_12: Rules = Rules {
    fractional_quantity: false,
    intent_trace: true,
    ..V2025_09_29
};

const V2026_01_16: Rules = Rules { ..V2025_12_12 };

const V2026_01_30: Rules = Rules {
    quantity_in_schema: false,
    ..V2026_01_16
};

const V2026_04_17: Rules = Rules {
    key_required: true,
    conflict_status: 422,
    conflict_types: &["invalid_request"],
    canonical_idempotency: true,
    error_types: &["invalid_request", "processing_error", "service_unavailable"],
    supported_versions: true,
    order_notes_max: Some(5000),
    tls_1_3: true,
    ..V2026_01_30
};

impl Rules {
    /// The demands of `version`.
    pub(super) const fn of(version: SpecVersion) -> &'static Self {
        match version {
            SpecVersion::V2025_09_29 => &V2025_09_29,
            SpecVersion::V2025_12_12 => &V2025_12_12,
            SpecVersion::V2026_01_16 => &V2026_01_16,
            SpecVersion::V2026_01_30 => &V2026_01_30,
            SpecVersion::V2026_04_17 => &V2026_04_17,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 422 belongs to mandatory idempotency; every version before has 409.
    #[test]
    fn conflicts_are_422_only_where_keys_are_mandatory() {
        for version in SpecVersion::ALL {
            let rules = Rules::of(version);
            assert_eq!(
                rules.conflict_status == 422,
                rules.key_required,
                "{version}"
            );
        }
    }
}
