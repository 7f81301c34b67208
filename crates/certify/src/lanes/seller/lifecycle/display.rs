//! What the buyer is shown: links, texts, markdown.

use serde_json::Value;
use url::Url;

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage, paths,
        rule::{Rule, ask},
    },
};

const SINCE_MARKDOWN: VersionRange = VersionRange::from(SpecVersion::V2026_04_17);

const WITH_TEXTS: [Stage; 3] = [Stage::Created, Stage::Addressed, Stage::Declined];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(LINKS.at(Topic::Lifecycle, &Stage::OPERATIONS));
    checks.extend(TITLES.at(Topic::Lifecycle, &[Stage::Several, Stage::Completed]));
    checks.extend(NO_HTML.at(Topic::Lifecycle, &WITH_TEXTS));
    checks.extend(COMMONMARK.at(Topic::Lifecycle, &WITH_TEXTS));
    checks.extend([
        ask(
            Topic::Lifecycle,
            "links-stay",
            "the links of a session are the same in every answer",
            links_stay,
        )
        .proves(&["checkout.create.links-are-policies"])
        .advice("answer with the shop's links every time"),
        ask(
            Topic::Lifecycle,
            "locale-is-followed",
            "texts come in the locale that was asked for, where the shop says that it has it",
            locale_followed,
        )
        .versions(VersionRange::from(SpecVersion::V2026_01_30))
        .proves(&["checkout.session.locale-followed"])
        .advice("translate display_text, or do not answer with a locale that you do not speak"),
    ]);
    checks
}

const LINKS: Rule = Rule {
    name: "links-are-absolute",
    title: "each link is an absolute http address with a type",
    proves: &["checkout.create.links-are-policies"],
    advice: "write whole addresses of the policy pages",
    versions: VersionRange::ALL,
    judge: links_absolute,
};

const TITLES: Rule = Rule {
    name: "rows-have-texts",
    title: "each row of totals has a display_text for the buyer",
    proves: &["checkout.state.authoritative-every-response"],
    advice: "write a short text such as Shipping",
    versions: VersionRange::ALL,
    judge: rows_have_texts,
};

const NO_HTML: Rule = Rule {
    name: "markdown-has-no-html",
    title: "content of type markdown holds no raw HTML",
    proves: &["checkout.markdown.no-raw-html"],
    advice: "write CommonMark without tags, or content_type plain",
    versions: SINCE_MARKDOWN,
    judge: no_html,
};

const COMMONMARK: Rule = Rule {
    name: "markdown-is-commonmark",
    title: "content of type markdown uses no syntax beyond CommonMark 0.31.2",
    proves: &["checkout.markdown.commonmark"],
    advice: "leave out tables, strike-through, task lists and footnotes: other renderers show them raw",
    versions: SINCE_MARKDOWN,
    judge: commonmark,
};

fn links_absolute(seller: &Seller, session: &Session) -> Outcome {
    seller.case().must(
        session.json.get("links").is_some_and(Value::is_array),
        &session.answer,
        "links is a list",
        || seller.case().excerpt(&session.answer),
    )?;
    for link in session.links() {
        let url = Session::text(link, "url").and_then(|url| Url::parse(url).ok());
        let good = url.is_some_and(|url| matches!(url.scheme(), "http" | "https"));
        seller.case().must(
            good && Session::text(link, "type").is_some_and(|kind| !kind.is_empty()),
            &session.answer,
            LINKS.title,
            || link.to_string(),
        )?;
    }
    Ok(())
}

fn rows_have_texts(seller: &Seller, session: &Session) -> Outcome {
    let totals = session.json.get("totals").and_then(Value::as_array);
    for row in totals.into_iter().flatten() {
        let text = Session::text(row, "display_text");
        seller.case().must(
            text.is_some_and(|text| !text.trim().is_empty()),
            &session.answer,
            TITLES.title,
            || row.to_string(),
        )?;
    }
    Ok(())
}

/// Every content of type markdown; not applicable when there is none.
fn markdown(session: &Session) -> Outcome<Vec<String>> {
    let mut all = Vec::new();
    collect(&session.json, &mut all);
    if all.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: content of type markdown at this stage".to_owned(),
        ));
    }
    Ok(all)
}

fn collect(json: &Value, all: &mut Vec<String>) {
    if Session::text(json, "content_type") == Some("markdown") {
        all.extend(Session::text(json, "content").map(str::to_owned));
    }
    match json {
        Value::Object(members) => members.values().for_each(|value| collect(value, all)),
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn no_html(seller: &Seller, session: &Session) -> Outcome {
    for content in markdown(session)? {
        seller.case().must(
            !holds_html(&content),
            &session.answer,
            NO_HTML.title,
            || content.clone(),
        )?;
    }
    Ok(())
}

/// Whether a text holds raw HTML in the sense of `CommonMark`: a tag, a comment, an instruction or a
/// declaration. Code is text, and so is a `<` before anything else; links in `<…>` are no HTML.
fn holds_html(content: &str) -> bool {
    let mut outside = true;
    content.split('`').any(|part| {
        let looked_at = outside;
        outside = !outside;
        looked_at
            && part
                .match_indices('<')
                .any(|(at, _)| opens_html(part.get(at..)))
    })
}

fn opens_html(rest: Option<&str>) -> bool {
    let Some(inside) = rest.and_then(|rest| rest.strip_prefix('<')) else {
        return false;
    };
    if inside.starts_with("!--") || inside.starts_with('?') || inside.starts_with("![CDATA[") {
        return true;
    }
    if let Some(declared) = inside.strip_prefix('!') {
        return declared.starts_with(|letter: char| letter.is_ascii_alphabetic());
    }
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let end = name
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .unwrap_or(name.len());
    let (name, after) = name.split_at_checked(end).unwrap_or(("", ""));
    // `<https://…>` and `<me@shop.example>` are autolinks.
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && after.starts_with(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))
}

fn commonmark(seller: &Seller, session: &Session) -> Outcome {
    for content in markdown(session)? {
        let found = beyond_commonmark(&content);
        seller
            .case()
            .must(found.is_none(), &session.answer, COMMONMARK.title, || {
                format!("{}: {content}", found.unwrap_or_default())
            })?;
    }
    Ok(())
}

/// Names a construct that common dialects have and `CommonMark` has not.
fn beyond_commonmark(content: &str) -> Option<&'static str> {
    if content.contains('\0') {
        return Some("a NUL character");
    }
    if content.matches("~~").count() >= 2 {
        return Some("strike-through");
    }
    if content.contains("[^") {
        return Some("a footnote");
    }
    content.lines().find_map(|line| {
        let line = line.trim();
        let rule = |letter: char| matches!(letter, '|' | '-' | ':' | ' ');
        if line.contains('|') && line.contains("---") && line.chars().all(rule) {
            return Some("a table");
        }
        let item = line.trim_start_matches(['-', '*', '+', ' ']);
        let task = item.len() < line.len()
            && (item.starts_with("[ ] ") || item.to_lowercase().starts_with("[x] "));
        task.then_some("a task list")
    })
}

async fn links_stay(seller: Seller) -> Outcome {
    let created = seller.new_session().await?;
    let body = seller.address_body(&seller.target().address);
    let updated = seller.updated(&created, &body).await?;
    let read = seller.read(&created.id).await?;
    for later in [&updated, &read] {
        seller.case().must(
            created.links() == later.links(),
            &later.answer,
            "the links stay as they were on create",
            || format!("{:?} and {:?}", created.links(), later.links()),
        )?;
    }
    Ok(())
}

async fn locale_followed(seller: Seller) -> Outcome {
    let mut texts = Vec::new();
    for locale in ["en-US", "fr-FR"] {
        let mut body = seller.create_body_with_address()?;
        body.insert("locale".to_owned(), Value::String(locale.to_owned()));
        let answer = seller.create(&Value::Object(body)).await?;
        let session = seller.session(&answer)?;
        let says = Session::text(&session.json, "locale").map(str::to_owned);
        if says.as_deref() != Some(locale) {
            return Err(Stop::NotApplicable(format!(
                "the shop does not say that it speaks {locale}"
            )));
        }
        let all = paths::texts(&session.json).into_iter();
        let shown = all.filter(|(path, _)| path.ends_with("display_text"));
        texts.push((shown.collect::<Vec<_>>(), answer));
    }
    let [(english, _), (french, answer)] = &*texts else {
        return Ok(());
    };
    seller.case().should(
        english != french,
        answer,
        "texts follow the locale of the session",
        || format!("the same texts in en-US and fr-FR: {french:?}"),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags, comments and declarations are HTML; code, comparisons and autolinks are not.
    #[test]
    fn html_is_recognised() {
        for html in [
            "<b>sale</b>",
            "a <img src=x> b",
            "</div>",
            "<br/>",
            "<!-- note -->",
            "<!DOCTYPE html>",
            "<?php ?>",
            "<script>alert(1)</script>",
            "`code` then <i>x</i>",
        ] {
            assert!(holds_html(html), "{html}");
        }
        for text in [
            "3 < 4 and 5 > 4",
            "see <https://shop.example>",
            "write <help@shop.example>",
            "`<b>`",
            "**bold** and *soft*",
            "a<3",
        ] {
            assert!(!holds_html(text), "{text}");
        }
    }

    /// Dialects are told from `CommonMark`.
    #[test]
    fn dialects_are_recognised() {
        for dialect in [
            "~~old~~",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "- [ ] todo",
            "note[^1]",
        ] {
            assert!(beyond_commonmark(dialect).is_some(), "{dialect}");
        }
        for plain in [
            "# Title\n\n- a\n- b\n\n---",
            "[x](https://a.example)",
            "a | b",
        ] {
            assert_eq!(beyond_commonmark(plain), None, "{plain}");
        }
    }
}
