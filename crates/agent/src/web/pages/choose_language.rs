//! `POST /language`: the buyer's choice of language.

use axum::{extract::State, response::Response};
use http::{HeaderValue, header};

use crate::{
    Language,
    agent::Agent,
    web::{
        buyer::{Submitted, language_cookie},
        respond,
    },
};

/// Keeps the language in a cookie and goes back.
pub(crate) async fn choose_language(State(agent): State<Agent>, form: Submitted) -> Response {
    let mut response = respond::see(local(form.get("next")));
    if let Some(language) = Language::from_tag(form.get("language"))
        && let Ok(value) = HeaderValue::from_str(&language_cookie(&agent, language))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// A path of this page; anything that could lead elsewhere is the start page.
fn local(next: &str) -> &str {
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if inside { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn other_sites_are_no_place_to_return_to() {
        for evil in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "/a\r\nX: y",
        ] {
            assert_eq!(local(evil), "/");
        }
        assert_eq!(local("/orders"), "/orders");
    }
}
