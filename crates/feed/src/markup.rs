//! Merchants' HTML: made safe, or made plain.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::Builder;

/// Formatting that may stay; no links, pictures, attributes or styles.
const SAFE_TAGS: [&str; 27] = [
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "hr",
];

/// Tags that end a line of text.
const BLOCK_TAGS: [&str; 20] = [
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "hr",
    "div",
    "section",
];

/// Tag names whose appearance in a plain text means that it is HTML after all.
const TELLTALE_TAGS: [&str; 40] = [
    "a", "b", "br", "body", "button", "dd", "div", "dl", "dt", "em", "embed", "form", "h1", "h2",
    "h3", "h4", "hr", "html", "i", "iframe", "img", "input", "li", "link", "meta", "object", "ol",
    "p", "pre", "script", "small", "span", "strong", "style", "svg", "table", "td", "tr", "u",
    "ul",
];

/// HTML with nothing but [`SAFE_TAGS`], balanced and without attributes.
pub(crate) fn safe_html(html: &str) -> String {
    static SAFE: LazyLock<Builder<'static>> = LazyLock::new(|| builder(&SAFE_TAGS));
    SAFE.clean(html).to_string().trim().to_owned()
}

/// The text of `html`: one line per block, entities decoded.
pub(crate) fn plain_text(html: &str) -> String {
    static BLOCKS: LazyLock<Builder<'static>> = LazyLock::new(|| builder(&BLOCK_TAGS));
    let cleaned = BLOCKS.clean(html).to_string();
    let mut text = String::with_capacity(cleaned.len());
    let mut rest = cleaned.as_str();
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        let end = tag.find('>').map_or(tag.len(), |end| end.saturating_add(1));
        let (tag, after) = tag.split_at(end);
        text.push('\n');
        if tag == "<li>" {
            text.push_str("- ");
        }
        rest = after;
    }
    text.push_str(rest);
    tidy_lines(&decode(&text))
}

/// Whether a text holds a tag or an entity that only HTML has.
pub(crate) fn looks_like_html(text: &str) -> bool {
    let tag = text.match_indices('<').any(|(position, _)| {
        let rest = text.get(position.saturating_add(1)..).unwrap_or_default();
        let name: String = rest
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(12)
            .collect::<String>()
            .to_ascii_lowercase();
        let closed = rest.contains('>');
        rest.starts_with("!--") || (closed && TELLTALE_TAGS.contains(&name.as_str()))
    });
    let lower = || text.to_ascii_lowercase();
    tag || (text.contains('&')
        && ["&nbsp;", "&amp;", "&lt;", "&#"]
            .iter()
            .any(|e| lower().contains(e)))
}

fn builder(tags: &[&'static str]) -> Builder<'static> {
    let mut builder = Builder::new();
    builder
        .tags(tags.iter().copied().collect::<HashSet<_>>())
        .clean_content_tags(
            ["script", "style", "title", "template"]
                .into_iter()
                .collect(),
        )
        .tag_attributes(HashMap::new())
        .generic_attributes(HashSet::new())
        .allowed_classes(HashMap::new())
        .link_rel(None);
    builder
}

/// Decodes the entities that the serialiser writes; `&amp;` last, so that nothing decodes twice.
fn decode(text: &str) -> String {
    text.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Single spaces, no blank lines.
fn tidy_lines(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty() && line != "-")
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_readable_lines() {
        let html =
            "<p>Fired <b>clay</b> pot &amp; saucer</p><ul><li>10&nbsp;cm</li><li>blue</li></ul>";
        assert_eq!(plain_text(html), "Fired clay pot & saucer\n- 10 cm\n- blue");
        assert_eq!(plain_text("5 &lt; 6 &amp;lt;b&gt;"), "5 < 6 &lt;b>");
    }

    #[test]
    fn nothing_active_survives() {
        for hostile in [
            "<script>alert(1)</script>x",
            "<img src=x onerror=alert(1)>x",
            "<a href='javascript:alert(1)'>x</a>",
            "<svg/onload=alert(1)>x",
            "<p style='background:url(javascript:1)' onclick=a()>x</p>",
            "<iframe srcdoc='<script>1</script>'></iframe>x",
            "<style>*{}</style>x",
        ] {
            let safe = safe_html(hostile);
            assert!(
                ["x", "<p>x</p>"].contains(&safe.as_str()),
                "{hostile} -> {safe}"
            );
            assert_eq!(plain_text(hostile), "x", "{hostile}");
        }
    }

    #[test]
    fn technical_text_is_not_taken_for_html() {
        for text in [
            "power < 1.5W",
            "-20 < T < 60",
            "a<b",
            "AT&T",
            "<3 ceramics",
            "R&D",
        ] {
            assert!(!looks_like_html(text), "{text}");
        }
        assert!(looks_like_html("see <a href=x>here</a>"));
        assert!(looks_like_html("fish &amp; chips"));
    }
}
