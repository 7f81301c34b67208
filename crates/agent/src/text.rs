//! Text of strangers: made harmless before it is stored, compared or shown.
//!
//! Escaping for HTML is the templates' work; here control and direction characters go, lengths are
//! bounded, links are reduced to what may be opened, and card numbers are masked.

mod card_mask;
mod link;

use std::borrow::Cow;

pub(crate) use card_mask::mask_cards;
pub(crate) use card_mask::passes_check_digit;
pub(crate) use link::SafeLink;

/// One line of somebody else's text: no control, direction or invisible characters, white space
/// collapsed, at most `chars_max` characters.
#[must_use]
pub(crate) fn line(raw: &str, chars_max: usize) -> String {
    let mut kept: Vec<char> = Vec::with_capacity(raw.len().min(chars_max));
    'words: for word in raw.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut is_first = true;
        for character in visible(word).chars() {
            if is_first && !kept.is_empty() {
                kept.push(' ');
            }
            is_first = false;
            kept.push(character);
            if kept.len() > chars_max {
                break 'words;
            }
        }
    }
    if kept.len() > chars_max {
        kept.truncate(chars_max.saturating_sub(1));
        kept.push('…');
    }
    kept.into_iter().collect()
}

/// Several lines of somebody else's text: as [`line`], but line breaks stay (at most one empty
/// line in a row).
#[must_use]
pub(crate) fn paragraphs(raw: &str, chars_max: usize) -> String {
    let mut out = String::new();
    let mut left = chars_max;
    let mut empty_lines = 0;
    for raw_line in raw.lines() {
        let clean = line(raw_line, left.max(2));
        if clean.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        left = left.saturating_sub(clean.chars().count() + 1);
        out.push_str(&clean);
        if left < 2 {
            break;
        }
    }
    out
}

/// HTML reduced to its text: tags and what is inside `script` and `style` go, the five basic
/// entities are decoded. The result is still untrusted text.
#[must_use]
pub(crate) fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else {
            rest = "";
            break;
        };
        rest = behind;
        let name: String = tag
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        if name == "script" || name == "style" {
            let end = format!("</{name}");
            rest = rest
                .to_lowercase()
                .find(&end)
                .and_then(|at| rest.get(at..))
                .unwrap_or("");
        } else if matches!(
            name.as_str(),
            "p" | "br" | "li" | "div" | "h1" | "h2" | "h3" | "tr"
        ) {
            out.push('\n');
        }
    }
    out.push_str(rest);
    out.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Percent-encodes everything but letters, digits, `-`, `_` and `~`: somebody else's identifier as
/// one segment of a path (RFC 3986 section 2.3; dots too, because of `..`).
#[must_use]
pub(crate) fn path_segment(id: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Without characters that change the reading direction or cannot be seen.
fn visible(word: &str) -> Cow<'_, str> {
    if word.chars().any(is_deceptive) {
        Cow::Owned(
            word.chars()
                .filter(|&character| !is_deceptive(character))
                .collect(),
        )
    } else {
        Cow::Borrowed(word)
    }
}

/// Bidirectional controls, zero-width characters, tags, interlinear marks and private use.
fn is_deceptive(character: char) -> bool {
    matches!(character,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_direction_and_invisible_characters() {
        assert_eq!(
            line("\u{202e}evil\u{200b}\u{0}  name\r\nX", 50),
            "evil name X"
        );
        assert_eq!(line("abcdef", 4), "abc…");
        assert_eq!(line("FR", 2), "FR");
        assert_eq!(line("a b", 3), "a b");
        assert_eq!(line("\u{2066}\u{2069}", 10), "");
    }

    #[test]
    fn paragraphs_keep_breaks_and_stay_bounded() {
        assert_eq!(paragraphs("a\n\n\n\nb\nc", 50), "a\n\nb\nc");
        assert!(paragraphs(&"word \n".repeat(1000), 100).chars().count() <= 110);
    }

    #[test]
    fn tags_go_and_scripts_with_their_content() {
        assert_eq!(
            without_tags("<p>A<script>alert(1)</script> &amp; B</p>").trim(),
            "A & B"
        );
        assert_eq!(without_tags("a <b"), "a ");
    }
}
