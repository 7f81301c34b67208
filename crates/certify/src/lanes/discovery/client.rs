//! Fetching the document, as an agent does that knows a domain and nothing else.

use std::sync::Arc;

use http::Method;
use serde_json::Value;
use url::Url;

use crate::{
    Answer, Case, Outcome, Request, SellerTarget, Stop,
    lanes::seller::{Dialect, Seller},
};

/// Where the document is, below the root of the origin.
pub(super) const WELL_KNOWN: &str = "/.well-known/acp.json";

/// The seller under test, before anything is known of it.
#[derive(Debug, Clone)]
pub struct Discovery {
    case: Arc<Case>,
    target: SellerTarget,
    origin: Url,
}

impl Discovery {
    /// The seller of this case; not tested without a `[seller]` section.
    pub fn of(case: &Arc<Case>) -> Outcome<Self> {
        let target = Seller::of(case)?.target().clone();
        let mut origin = target.url.clone();
        origin.set_path("/");
        origin.set_query(None);
        Ok(Self {
            case: Arc::clone(case),
            target,
            origin,
        })
    }

    /// The configuration of the seller.
    #[must_use]
    pub fn target(&self) -> &SellerTarget {
        &self.target
    }

    /// The root of its origin.
    #[must_use]
    pub fn origin(&self) -> &Url {
        &self.origin
    }

    /// A GET of the document, with nothing but `Accept`.
    #[must_use]
    pub fn request(&self) -> Request {
        Request::new(Method::GET, WELL_KNOWN).header("Accept", "application/json")
    }

    /// Sends any request to the origin.
    pub async fn send(&self, request: Request) -> Outcome<Answer> {
        self.case.send(&self.origin, request).await
    }

    /// The answer to a plain fetch, whatever it is.
    pub async fn fetch(&self) -> Outcome<Answer> {
        self.send(self.request()).await
    }

    /// The document; not applicable where there is none, which a check of its own judges.
    pub async fn document(&self) -> Outcome<(Answer, Value)> {
        let answer = self.fetch().await?;
        match &answer.json {
            Some(json @ Value::Object(_)) if answer.status == 200 => {
                let json = json.clone();
                Ok((answer, json))
            }
            Some(_) | None => Err(Stop::NotApplicable(format!(
                "not offered: {WELL_KNOWN} answers {} and no JSON object",
                answer.status
            ))),
        }
    }

    /// The base address that the document names; the check ends when it names none.
    pub fn base_url(&self, answer: &Answer) -> Outcome<Url> {
        let text = answer.text("/api_base_url").unwrap_or_default();
        let url = Url::parse(text).ok().filter(Url::has_host);
        self.case.must(
            url.is_some(),
            answer,
            "api_base_url is an absolute address",
            || format!("api_base_url is {:?}", answer.pointer("/api_base_url")),
        )?;
        url.ok_or_else(|| Stop::NotTested("no api_base_url".to_owned()))
    }

    /// A POST of this body below the base address of the document, as a known agent.
    pub async fn post(
        &self,
        base: &Url,
        path: &str,
        version: &str,
        body: &Value,
    ) -> Outcome<Answer> {
        let seller = Seller::of(&self.case)?;
        let request = seller
            .post_request(path, body)?
            .with("API-Version", version);
        self.case.send(base, request).await
    }

    /// A body that creates a session in this version's words.
    pub fn create_body(&self, version: crate::SpecVersion) -> Outcome<Value> {
        let seller = Seller::of(&self.case)?;
        let item = seller.item()?.to_owned();
        let body = Dialect(version).create(&self.target, &[(&item, 1)]);
        Ok(Value::Object(body))
    }
}

/// The texts of a list in the document; none when it is absent.
pub(super) fn texts<'a>(document: &'a Value, pointer: &str) -> Vec<&'a str> {
    let list = document.pointer(pointer).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
