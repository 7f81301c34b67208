//! JSONPath as error bodies use it: names and indices from the root (RFC 9535, normalised paths and
//! their dotted short form).

/// The segments of a path such as `$.line_items[0]['id']`; `None` when it is no such path.
pub(in crate::lanes) fn segments(path: &str) -> Option<Vec<String>> {
    let mut rest = path.strip_prefix('$')?;
    let mut segments = Vec::new();
    while !rest.is_empty() {
        let (segment, behind) = if let Some(dotted) = rest.strip_prefix('.') {
            dotted_name(dotted)?
        } else {
            bracketed(rest.strip_prefix('[')?)?
        };
        segments.push(segment);
        rest = behind;
    }
    Some(segments)
}

/// Whether `param` names the place `path`, something around it below the root, or a part of it.
pub(in crate::lanes) fn points_at(param: &str, path: &str) -> bool {
    let (Some(param), Some(path)) = (segments(param), segments(path)) else {
        return false;
    };
    !param.is_empty() && param.iter().zip(&path).all(|(ours, theirs)| ours == theirs)
}

fn dotted_name(text: &str) -> Option<(String, &str)> {
    let end = text
        .find(|next: char| !(next.is_alphanumeric() || next == '_' || next == '*'))
        .unwrap_or(text.len());
    let (name, behind) = text.split_at_checked(end)?;
    (!name.is_empty()).then(|| (name.to_owned(), behind))
}

fn bracketed(text: &str) -> Option<(String, &str)> {
    for quote in ['\'', '"'] {
        if let Some(quoted) = text.strip_prefix(quote) {
            let (name, behind) = quoted.split_once(&format!("{quote}]"))?;
            return Some((name.to_owned(), behind));
        }
    }
    let (index, behind) = text.split_once(']')?;
    let known =
        index == "*" || (!index.is_empty() && index.bytes().all(|one| one.is_ascii_digit()));
    known.then(|| (index.to_owned(), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dotted and bracketed names mean the same.
    #[test]
    fn both_notations_give_the_same_segments() {
        let wanted = Some(vec!["a".to_owned(), "0".to_owned(), "b".to_owned()]);
        assert_eq!(segments("$.a[0].b"), wanted);
        assert_eq!(segments("$['a'][0][\"b\"]"), wanted);
        assert_eq!(segments("$"), Some(Vec::new()));
    }

    /// What is no path from the root is refused.
    #[test]
    fn other_notations_are_no_paths() {
        for text in ["a.b", "", "/a/0", "$a", "$.", "$[", "$[x]", "$.a b"] {
            assert_eq!(segments(text), None, "{text}");
        }
    }

    /// The root names everything, hence nothing.
    #[test]
    fn a_param_points_at_a_place_or_around_it() {
        assert!(points_at("$.buyer", "$.buyer.email"));
        assert!(points_at("$.buyer.email", "$.buyer"));
        assert!(!points_at("$", "$.buyer"));
        assert!(!points_at("$.buyer.name", "$.buyer.email"));
    }
}
