//! The single constraints a shape is made of, each with a stable name.

use crate::SpecVersion;

/// One thing that a shape demands of a value.
///
/// Its id reads `2026-04-17/checkout#CheckoutSession.line_items:required`: version, bundle, shape,
/// place in the shape, kind. `[]` stands for every item of a list, `.*` for every value of a map,
/// `|0` for the first alternative, `&0` for the first part of a conjunction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// The stable name.
    pub id: String,
    /// The version that makes the demand.
    pub version: SpecVersion,
    /// The bundle, such as `checkout`.
    pub bundle: &'static str,
    /// The shape, such as `CheckoutSession`.
    pub shape: String,
    /// What kind of demand it is.
    pub kind: ConstraintKind,
    /// What is demanded, in words that follow "expected".
    pub expects: String,
}

/// The kinds of demand; [`ConstraintKind::as_str`] is the word an id ends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConstraintKind {
    /// The JSON type.
    Type,
    /// A member must be there.
    Required,
    /// A member must be there when another one has certain values.
    RequiredWhen,
    /// One of several sets of members must be there.
    Needs,
    /// No members but the named ones.
    Closed,
    /// One of the listed values.
    Enum,
    /// A regular expression.
    Pattern,
    /// A date-time, URI, e-mail address or UUID.
    Format,
    /// Smallest number.
    Minimum,
    /// Largest number.
    Maximum,
    /// Fewest characters.
    MinLength,
    /// Most characters.
    MaxLength,
    /// Fewest items.
    MinItems,
    /// Most items.
    MaxItems,
    /// No item twice.
    Unique,
    /// Fewest members.
    MinSize,
    /// Most members.
    MaxSize,
    /// What every member name must be.
    Keys,
    /// At least one of several alternatives.
    AnyOf,
    /// Exactly one of several alternatives.
    OneOf,
}

impl ConstraintKind {
    /// The word in an id; [`Self::RequiredWhen`] is followed by the name of the deciding member, as
    /// in `required_when_outcome`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Required => "required",
            Self::RequiredWhen => "required_when",
            Self::Needs => "needs",
            Self::Closed => "closed",
            Self::Enum => "enum",
            Self::Pattern => "pattern",
            Self::Format => "format",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::MinLength => "min_length",
            Self::MaxLength => "max_length",
            Self::MinItems => "min_items",
            Self::MaxItems => "max_items",
            Self::Unique => "unique",
            Self::MinSize => "min_size",
            Self::MaxSize => "max_size",
            Self::Keys => "keys",
            Self::AnyOf => "any_of",
            Self::OneOf => "one_of",
        }
    }
}
