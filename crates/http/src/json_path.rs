//! Where in a body something is wrong, as an RFC 9535 `JSONPath`.

/// Longest member name that is repeated to the caller, in bytes.
const NAME_BYTES_MAX: usize = 64;
/// A name with more digits than this may be a card number and is not repeated.
const NAME_DIGITS_MAX: usize = 8;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The member of an object.
    Name(String),
    /// The element of an array, from 0.
    Index(usize),
}

/// Renders the way from the root, such as `$.line_items[0].quantity`.
///
/// Names that are long or full of digits end the path at their parent: what a caller sent as a name
/// must not become a card number in a log.
pub(crate) fn render<'a>(steps: impl IntoIterator<Item = &'a Step>) -> String {
    let mut path = String::from("$");
    for step in steps {
        match step {
            Step::Name(name) if is_showable(name) => push_name(&mut path, name),
            Step::Name(_) => break,
            Step::Index(index) => push_index(&mut path, *index),
        }
    }
    path
}

/// Appends a member, in shorthand where RFC 9535 allows it.
fn push_name(path: &mut String, name: &str) {
    if is_shorthand(name) {
        path.push('.');
        path.push_str(name);
        return;
    }
    path.push_str("['");
    for character in name.chars() {
        match character {
            '\'' => path.push_str("\\'"),
            '\\' => path.push_str("\\\\"),
            control if control.is_control() => path.push('\u{fffd}'),
            other => path.push(other),
        }
    }
    path.push_str("']");
}

/// Appends an element.
fn push_index(path: &mut String, index: usize) {
    path.push('[');
    path.push_str(&index.to_string());
    path.push(']');
}

fn is_shorthand(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn is_showable(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX
        && name.bytes().filter(u8::is_ascii_digit).count() <= NAME_DIGITS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Step {
        Step::Name(text.to_owned())
    }

    #[test]
    fn names_and_indexes_render_as_rfc_9535() {
        assert_eq!(render(&[]), "$");
        let steps = [name("line_items"), Step::Index(0), name("quantity")];
        assert_eq!(render(&steps), "$.line_items[0].quantity");
        assert_eq!(render(&[name("it's a \\ name")]), "$['it\\'s a \\\\ name']");
        assert_eq!(render(&[name("7up")]), "$['7up']");
        assert_eq!(render(&[name("")]), "$['']");
    }

    #[test]
    fn suspicious_names_end_the_path() {
        assert_eq!(
            render(&[name("a"), name("4242424242424242"), name("b")]),
            "$.a"
        );
        assert_eq!(render(&[name("a"), name(&"x".repeat(65))]), "$.a");
    }
}
