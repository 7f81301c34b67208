//! The judge as a merchant that fills a feed.
#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON made at the call reads better without a reference"
)]

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::super::documents::{list, text};
use crate::{Answer, Case, FeedTarget, Outcome, Request, Stop};

/// The Feed API under test.
#[derive(Debug, Clone)]
pub(super) struct FeedApi {
    case: Arc<Case>,
    target: FeedTarget,
    /// `/feeds`, or `/product_feeds` of `OpenAI`'s own API.
    root: &'static str,
}

impl FeedApi {
    /// The Feed API of this case; not tested without a `[feed]` section.
    pub(super) fn of(case: &Arc<Case>) -> Outcome<Self> {
        let target =
            case.target().feed.clone().ok_or_else(|| {
                Stop::NotTested("no Feed API: set [feed] in certify.toml".to_owned())
            })?;
        Ok(Self {
            case: Arc::clone(case),
            target,
            root: "/feeds",
        })
    }

    /// The same agent's API in `OpenAI`'s own form.
    pub(super) fn openai(self) -> Self {
        Self {
            root: "/product_feeds",
            ..self
        }
    }

    pub(super) fn case(&self) -> &Case {
        &self.case
    }

    pub(super) fn target(&self) -> &FeedTarget {
        &self.target
    }

    pub(super) fn root(&self) -> &'static str {
        self.root
    }

    fn key(&self) -> Outcome<&str> {
        self.target.key.exposed("feed.key")
    }

    /// A request with the headers of a well-behaved merchant.
    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Outcome<Request> {
        let mut request = Request::new(method.clone(), format!("{}{path}", self.root))
            .header("Authorization", format!("Bearer {}", self.key()?))
            .header("API-Version", self.case.version().as_str())
            .header("Accept", "application/json");
        if method != Method::GET {
            request = request.header("Idempotency-Key", self.case.fresh_key()?);
        }
        if let Some(body) = body {
            request = request
                .header("Content-Type", "application/json")
                .body(body.to_string());
        }
        Ok(request)
    }

    pub(super) async fn send(&self, request: Request) -> Outcome<Answer> {
        self.case.send(&self.target.url, request).await
    }

    pub(super) async fn try_send(
        &self,
        request: &Request,
    ) -> Result<Answer, (crate::WireError, u32)> {
        self.case.try_send(&self.target.url, request).await
    }

    /// The request that creates a feed.
    pub(super) fn create_request(&self, body: &Value) -> Outcome<Request> {
        self.request(Method::POST, "", Some(body))
    }

    /// A new feed for the US, and the answer that brought it.
    pub(super) async fn created(&self) -> Outcome<(String, Answer)> {
        let answer = self
            .send(self.create_request(&json!({ "target_country": "US" }))?)
            .await?;
        let id = self.feed_id(&answer)?;
        Ok((id, answer))
    }

    /// The id of the feed in an answer to create.
    pub(super) fn feed_id(&self, answer: &Answer) -> Outcome<String> {
        self.case.must(
            answer.is_success(),
            answer,
            "a known merchant gets a feed (201)",
            || format!("{}: {}", answer.status, self.case.excerpt(answer)),
        )?;
        let id = answer.text("/id").unwrap_or_default().to_owned();
        self.case.must(
            !id.is_empty(),
            answer,
            "the metadata of a feed has its id",
            || self.case.excerpt(answer),
        )?;
        Ok(id)
    }

    /// A new feed with these products in it.
    pub(super) async fn filled(&self, products: &[Value]) -> Outcome<String> {
        let (id, _) = self.created().await?;
        self.upserted(&id, products).await?;
        Ok(id)
    }

    /// `GET /feeds/{id}`.
    pub(super) async fn metadata(&self, id: &str) -> Outcome<Answer> {
        self.send(self.request(Method::GET, &format!("/{}", escaped(id)), None)?)
            .await
    }

    /// `GET /feeds/{id}/products`.
    pub(super) async fn products(&self, id: &str) -> Outcome<Answer> {
        self.send(self.request(Method::GET, &products_path(id), None)?)
            .await
    }

    /// The request that upserts products.
    pub(super) fn upsert_request(&self, id: &str, body: &Value) -> Outcome<Request> {
        self.request(Method::PATCH, &products_path(id), Some(body))
    }

    /// `PATCH /feeds/{id}/products`, whatever comes of it.
    pub(super) async fn upsert(&self, id: &str, products: &[Value]) -> Outcome<Answer> {
        self.send(self.upsert_request(id, &json!({ "products": products }))?)
            .await
    }

    /// The same, and it is accepted.
    pub(super) async fn upserted(&self, id: &str, products: &[Value]) -> Outcome<Answer> {
        let answer = self.upsert(id, products).await?;
        self.must_be_accepted(&answer)?;
        Ok(answer)
    }

    /// 200 and `accepted: true`.
    pub(super) fn must_be_accepted(&self, answer: &Answer) -> Outcome {
        self.case.must(
            answer.is_success() && answer.pointer("/accepted") == Some(&Value::Bool(true)),
            answer,
            "valid products are accepted (200, accepted: true)",
            || format!("{}: {}", answer.status, self.case.excerpt(answer)),
        )
    }

    /// The products that the feed holds now.
    pub(super) async fn held(&self, id: &str) -> Outcome<(Vec<Value>, Answer)> {
        let answer = self.products(id).await?;
        self.case.status(&answer, &[200])?;
        let json = self.case.json(&answer)?;
        Ok((list(json, "products").to_vec(), answer))
    }

    /// The product with this id in the feed, when it is there.
    pub(super) async fn held_product(
        &self,
        id: &str,
        product: &str,
    ) -> Outcome<(Option<Value>, Answer)> {
        let (products, answer) = self.held(id).await?;
        let found = products.into_iter().find(|one| text(one, "id") == product);
        Ok((found, answer))
    }

    /// The feed holds exactly these product ids.
    pub(super) async fn must_hold_ids(&self, id: &str, wanted: &[&str], rule: &str) -> Outcome {
        let (products, answer) = self.held(id).await?;
        let mut ids: Vec<_> = products.iter().map(|one| text(one, "id")).collect();
        let mut wanted = wanted.to_vec();
        ids.sort_unstable();
        wanted.sort_unstable();
        self.case.must(ids == wanted, &answer, rule, || {
            format!(
                "{} products: {}",
                ids.len(),
                ids.iter().take(10).copied().collect::<Vec<_>>().join(", ")
            )
        })
    }

    /// The answer refuses with a flat error: 4xx, never 5xx.
    pub(super) fn must_refuse(&self, answer: &Answer, statuses: &[u16]) -> Outcome {
        if statuses.is_empty() {
            self.case.must(
                answer.is_refusal(),
                answer,
                "the request is refused (4xx)",
                || format!("{}: {}", answer.status, self.case.excerpt(answer)),
            )?;
        } else {
            self.case.status(answer, statuses)?;
        }
        self.case.shape(answer, "feed#Error")
    }

    /// The receiver did not break.
    pub(super) fn must_not_break(&self, answer: &Answer) -> Outcome {
        self.case.must(
            answer.status < 500,
            answer,
            "no request makes the Feed API fail (5xx)",
            || format!("{}: {}", answer.status, self.case.excerpt(answer)),
        )
    }
}

/// The path of a feed's products.
pub(super) fn products_path(id: &str) -> String {
    format!("/{}/products", escaped(id))
}

/// An id as a path segment.
fn escaped(id: &str) -> String {
    let bytes = id.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    bytes.collect()
}
