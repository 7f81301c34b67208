//! What a value does wrong, in words of the shapes.

use jsonschema::{
    ValidationError, Validator,
    error::ValidationErrorKind,
    paths::{Location, LocationSegment},
};
use serde_json::Value;

use super::wording;

/// One breach of one constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaFault {
    /// Where, as a JSONPath such as `$.line_items[0].id`. A missing or needless member is named
    /// itself, not the object around it.
    pub path: String,
    /// The id of the breached [`Constraint`](super::Constraint), or the place in the official file.
    pub constraint: String,
    /// What was expected and what was found.
    pub message: String,
    /// By whose schema.
    pub source: FaultSource,
}

/// Whose schema finds a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultSource {
    /// The shapes of this crate.
    Shapes,
    /// The official JSON Schema files of `--spec`.
    Official,
}

/// The name of a constraint, and what it says of a value that breaches it.
pub(super) struct Rule {
    pub(super) constraint: String,
    pub(super) says: String,
}

/// Finds the rule at an address; `None` when the fault is not to be reported.
pub(super) type Rules<'a> = &'a dyn Fn(&Breach<'_>) -> Option<Rule>;

/// A breach before it is worded.
pub(super) struct Breach<'a> {
    /// The address of the keyword, with the name of the member for a missing one.
    pub(super) address: String,
    /// The missing or needless member.
    pub(super) member: Option<&'a str>,
    /// What the validator says, without the value.
    pub(super) masked: String,
}

/// Every fault of `value`, ordered by path and none twice.
pub(super) fn faults(
    validator: &Validator,
    value: &Value,
    source: FaultSource,
    rules: Rules<'_>,
) -> Vec<SchemaFault> {
    let mut collector = Collector {
        source,
        rules,
        faults: Vec::new(),
    };
    for error in validator.iter_errors(value) {
        collector.error(&error);
    }
    collector.faults.sort();
    collector.faults.dedup();
    collector.faults
}

struct Collector<'a> {
    source: FaultSource,
    rules: Rules<'a>,
    faults: Vec<SchemaFault>,
}

impl Collector<'_> {
    fn error(&mut self, error: &ValidationError<'_>) {
        let path = json_path(error.instance_path());
        let instance = error.instance();
        if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
            for member in unexpected {
                let found = instance.get(member).unwrap_or(&Value::Null);
                self.push(error, joined(&path, member), Some(member), Some(found));
            }
        } else if let ValidationErrorKind::Required { property } = error.kind() {
            let member = property.as_str().unwrap_or_default();
            self.push(error, joined(&path, member), Some(member), None);
        } else if let ValidationErrorKind::AnyOf { context }
        | ValidationErrorKind::OneOfNotValid { context } = error.kind()
        {
            match intended(context, error.instance_path()) {
                Some(errors) => errors.iter().for_each(|error| self.error(error)),
                None => self.push(error, path, None, Some(instance)),
            }
        } else {
            self.push(error, path, None, Some(instance));
        }
    }

    fn push(
        &mut self,
        error: &ValidationError<'_>,
        path: String,
        member: Option<&str>,
        found: Option<&Value>,
    ) {
        let mut address = error
            .absolute_keyword_location()
            .map(ToString::to_string)
            .unwrap_or_default();
        if let (Some(member), None) = (member, found) {
            address.push('/');
            address.push_str(member);
        }
        let breach = Breach {
            address,
            member,
            masked: error.masked_with("the value").to_string(),
        };
        let Some(rule) = (self.rules)(&breach) else {
            return;
        };
        let found = found.map_or_else(|| "none".to_owned(), |value| wording::found(value, &path));
        self.faults.push(SchemaFault {
            message: format!("{}, found {found}", rule.says),
            path,
            constraint: rule.constraint,
            source: self.source,
        });
    }
}

/// The errors of the one alternative that `value` means to be: the others refuse its type, the
/// type of an item, or a direct member that can only have one value, such as `type`.
fn intended<'a, 'e>(
    context: &'a [Vec<ValidationError<'e>>],
    at: &Location,
) -> Option<&'a Vec<ValidationError<'e>>> {
    let other = |error: &ValidationError<'_>| {
        let path = error.instance_path();
        let (parent, last) = path.as_str().rsplit_once('/').unwrap_or_default();
        let below = !path.is_empty() && parent == at.as_str();
        match error.kind().keyword() {
            "type" => path == at || (below && last.bytes().all(|next| next.is_ascii_digit())),
            "const" => below,
            _ => false,
        }
    };
    let mut meant = context.iter().filter(|errors| !errors.iter().any(other));
    match (meant.next(), meant.next()) {
        (Some(errors), None) => Some(errors),
        _ => None,
    }
}

/// A JSON pointer as a JSONPath.
pub(super) fn json_path(location: &Location) -> String {
    location
        .segments()
        .fold("$".to_owned(), |path, segment| match segment {
            LocationSegment::Index(index) => format!("{path}[{index}]"),
            LocationSegment::Property(name) => joined(&path, &name),
        })
}

fn joined(path: &str, member: &str) -> String {
    let plain = member.chars().enumerate().all(|(index, next)| {
        next == '_' || next.is_ascii_alphabetic() || (index > 0 && next.is_ascii_digit())
    });
    if plain && !member.is_empty() {
        format!("{path}.{member}")
    } else {
        let member = member.replace('\\', "\\\\").replace('\'', "\\'");
        format!("{path}['{member}']")
    }
}
