//! Who is looking: a random cookie, the principal derived from it, and the token that forms carry.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use comptoir_signing::{keyed::hmac_sha256, secret::constant_time_eq};
use http::{HeaderMap, HeaderValue, header, request::Parts};
use zeroize::Zeroizing;

use super::page_error::PageError;
use crate::{Language, agent::Agent};

/// The cookie that makes a browser the same buyer again.
const BUYER_COOKIE: &str = "comptoir_buyer";
/// The cookie that holds a chosen language.
const LANGUAGE_COOKIE: &str = "comptoir_language";
/// How long cookies last, in seconds: a year, so that orders stay reachable.
const COOKIE_LIFE_S: u32 = 31_536_000;

/// The buyer of a request.
#[derive(Clone)]
pub(crate) struct Buyer {
    /// Principal under which everything of this buyer is stored. The cookie cannot be computed
    /// from it, so a stolen database opens no session.
    pub(crate) owner: String,
    pub(crate) csrf: String,
    pub(crate) language: Language,
    /// The language was chosen, not guessed from the browser.
    pub(crate) language_chosen: bool,
    /// The cookie to set, for a new buyer.
    new_cookie: Option<String>,
}

impl Buyer {
    fn of(agent: &Agent, headers: &HeaderMap) -> Self {
        let parts = agent.parts();
        let known = cookie(headers, BUYER_COOKIE)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .filter(|bytes| bytes.len() == 32);
        let is_new = known.is_none();
        let secret = known.unwrap_or_else(|| parts.environment.random::<32>().to_vec());
        let owner_bytes = hmac_sha256(&parts.owner_key, &secret);
        let owner = format!(
            "buyer_{}",
            hex::encode(owner_bytes.get(..16).unwrap_or_default())
        );
        let csrf = URL_SAFE_NO_PAD.encode(hmac_sha256(&parts.csrf_key, &secret));
        let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag);
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .and_then(Language::from_accept_language);
        Self {
            owner,
            csrf,
            language: chosen.or(accepted).unwrap_or(parts.locale),
            language_chosen: chosen.is_some(),
            new_cookie: is_new
                .then(|| set_cookie(agent, BUYER_COOKIE, &URL_SAFE_NO_PAD.encode(&secret))),
        }
    }

    /// Puts the cookie of a new buyer on an answer.
    pub(crate) fn greet(&self, headers: &mut HeaderMap) {
        if let Some(value) = self
            .new_cookie
            .as_deref()
            .and_then(|text| HeaderValue::from_str(text).ok())
        {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// The `Set-Cookie` value that keeps a language.
pub(crate) fn language_cookie(agent: &Agent, language: Language) -> String {
    set_cookie(agent, LANGUAGE_COOKIE, language.tag())
}

impl FromRequestParts<Agent> for Buyer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, agent: &Agent) -> Result<Self, Self::Rejection> {
        Ok(Self::of(agent, &parts.headers))
    }
}

/// A submitted form of a known buyer, with the token checked.
pub(crate) struct Submitted {
    pub(crate) buyer: Buyer,
    fields: BTreeMap<String, Zeroizing<String>>,
}

impl Submitted {
    /// A field's text; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.as_str())
    }
}

impl FromRequest<Agent> for Submitted {
    type Rejection = PageError;

    async fn from_request(request: Request, agent: &Agent) -> Result<Self, PageError> {
        let headers = request.headers().clone();
        let buyer = Buyer::of(agent, &headers);
        let refused = || PageError::form(agent, &buyer);
        // Browsers say where a request comes from; the token holds for those that do not.
        let site = headers
            .get("sec-fetch-site")
            .and_then(|value| value.to_str().ok());
        if matches!(site, Some("cross-site" | "same-site")) {
            return Err(refused());
        }
        let body = Bytes::from_request(request, agent)
            .await
            .map_err(|_| refused())?;
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(&body) {
            // The first value of a name counts.
            fields
                .entry(name.into_owned())
                .or_insert_with(|| Zeroizing::new(value.into_owned()));
        }
        let token = fields.get("csrf").map_or("", |value| value.as_str());
        if buyer.new_cookie.is_some() || !constant_time_eq(token.as_bytes(), buyer.csrf.as_bytes())
        {
            return Err(refused());
        }
        Ok(Self { buyer, fields })
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn set_cookie(agent: &Agent, name: &str, value: &str) -> String {
    let secure = if agent.parts().public_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    format!("{name}={value}; Path=/; Max-Age={COOKIE_LIFE_S}; HttpOnly; SameSite=Lax{secure}")
}
