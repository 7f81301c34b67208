//! Rules of the official files that contradict the specification or themselves.

use crate::{SpecVersion, VersionRange};

/// An official rule that must not be held against anyone, and why.
#[derive(Debug, Clone, Copy)]
pub struct SpecDefect {
    /// The versions that have it.
    pub versions: VersionRange,
    /// The shape of the judged value as `bundle#Name`; `None` for every shape around the rule.
    pub shape: Option<&'static str>,
    /// The keyword, as `json-schema/schema.cart.json#/$defs/Cart/required`.
    pub place: &'static str,
    /// The needless member, for a rule that is wrong only about one.
    pub member: Option<&'static str>,
    /// Why it is a defect.
    pub reason: &'static str,
}

impl SpecDefect {
    /// Whether the defect explains a fault that the official rule at `place`, the version in front,
    /// finds in a value judged as `shape`.
    #[must_use]
    pub fn covers(
        &self,
        version: SpecVersion,
        shape: &str,
        place: &str,
        member: Option<&str>,
    ) -> bool {
        self.versions.contains(version)
            && self.shape.is_none_or(|named| named == shape)
            && self.member.is_none_or(|named| member == Some(named))
            && place.split_once('/') == Some((version.as_str(), self.place))
    }
}

const fn defect(versions: VersionRange, place: &'static str, reason: &'static str) -> SpecDefect {
    SpecDefect {
        versions,
        shape: None,
        place,
        member: None,
        reason,
    }
}

/// A member that a file forgot, which closes the object against it.
const fn forgotten(place: &'static str, member: &'static str, reason: &'static str) -> SpecDefect {
    SpecDefect {
        member: Some(member),
        ..defect(VersionRange::from(SpecVersion::LATEST), place, reason)
    }
}

const fn only(version: SpecVersion) -> VersionRange {
    VersionRange::between(version, version)
}

/// Every known defect that makes an official rule refuse what it should not.
pub const SPEC_DEFECTS: &[SpecDefect] = &[
    SpecDefect {
        shape: Some("checkout#CheckoutSessionWithOrder"),
        member: Some("order"),
        ..defect(
            only(SpecVersion::V2025_09_29),
            "json-schema/schema.agentic_checkout.json#/$defs/CheckoutSessionBase/additionalProperties",
            "the closed base has no `order`, which the session with an order requires",
        )
    },
    SpecDefect {
        shape: Some("delegate_authentication#DelegateAuthenticationSessionWithResult"),
        member: Some("authentication_result"),
        ..defect(
            only(SpecVersion::V2026_04_17),
            "json-schema/schema.delegate_authentication.json#/$defs/DelegateAuthenticationSessionBase/additionalProperties",
            "the closed base refuses the result that the session with a result adds",
        )
    },
    defect(
        VersionRange::from(SpecVersion::V2026_01_30),
        "json-schema/schema.agentic_checkout.json#/$defs/Capabilities/properties/extensions/oneOf",
        "an empty list is a list of names and one of declarations, hence not exactly one of them",
    ),
    defect(
        VersionRange::from(SpecVersion::V2026_01_30),
        "json-schema/schema.extension.json#/$defs/core_extensions/properties/discount/allOf/1/properties/description/const",
        "a description for readers is pinned to one sentence",
    ),
    defect(
        VersionRange::ALL,
        "json-schema/schema.agentic_checkout.json#/$defs/MessageError/properties/param/type",
        "the OpenAPI file of the same version calls `param` nullable",
    ),
    defect(
        only(SpecVersion::V2025_09_29),
        "json-schema/schema.delegate_payment.json#/$defs/PaymentMethodCard/properties/iin/maxLength",
        "the OpenAPI file of the same version permits eight digits",
    ),
    forgotten(
        "openapi/openapi.agentic_checkout.yaml#/components/schemas/Order/additionalProperties",
        "client_reference_id",
        "the JSON Schema of the same version has the member",
    ),
    forgotten(
        "openapi/openapi.agentic_checkout.yaml#/components/schemas/OrderConfirmation/additionalProperties",
        "order_notes",
        "the JSON Schema of the same version has the member",
    ),
    forgotten(
        "openapi/openapi.agentic_checkout.yaml#/components/schemas/Address/additionalProperties",
        "company",
        "the JSON Schema of the same version has the member",
    ),
];
