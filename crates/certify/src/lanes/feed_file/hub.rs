//! The judge's Feed API: keeps what a seller pushes.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};

use super::{
    super::{
        clock::now,
        command,
        documents::{list, text},
    },
    source::target,
};
use crate::{Answer, Case, Outcome, RecordedRequest, RecordedResponse, Stop};

/// How the judge's Feed API behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// It takes everything.
    Good,
    /// It answers 200 with `accepted: false`.
    Declines,
    /// It refuses with `product_feed_api_disabled`.
    Disabled,
}

/// A call of the seller.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) json: Value,
    answered: (u16, String),
    at: Instant,
}

impl Call {
    /// A header as text, when it is there once.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let one = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(one)
    }

    /// Whether the call upserts products.
    pub(super) fn upserts(&self) -> bool {
        self.method == Method::PATCH && self.path.ends_with("/products")
    }

    /// Keeps the call as evidence, and makes it something that findings can name.
    pub(super) fn evidence(&self, case: &Case) -> Answer {
        let headers = self.headers.iter().map(|(name, value)| {
            let value = case.redact(value.as_bytes());
            let value = if name == "authorization" {
                "(redacted)".to_owned()
            } else {
                value
            };
            (name.as_str().to_owned(), value)
        });
        let request = RecordedRequest {
            method: self.method.to_string(),
            url: format!("(to the judge) {}", self.path),
            headers: headers.collect(),
            body: case.redact(&self.body),
        };
        let response = RecordedResponse {
            status: self.answered.0,
            headers: Vec::new(),
            body: self.answered.1.clone(),
        };
        Answer {
            status: self.answered.0,
            headers: self.headers.clone(),
            body: self.body.clone(),
            json: (!self.json.is_null()).then(|| self.json.clone()),
            exchange: case.keep(request, Some(response), None, self.at),
            elapsed: self.at.elapsed(),
        }
    }
}

/// What one push did.
#[derive(Debug, Clone)]
pub(super) struct Pushed {
    pub(super) calls: Vec<Call>,
    /// Whether the command ended with 0.
    pub(super) success: bool,
}

#[derive(Debug)]
struct Api {
    mood: Mood,
    state: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    calls: Vec<Call>,
    /// Metadata and products by feed.
    feeds: BTreeMap<String, (Value, Vec<Value>)>,
}

/// Ends the server with the push.
struct Serving(JoinHandle<()>);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens; what listened there before may take a moment to go, as a program that was being started
/// at that time holds a copy.
async fn listen(at: SocketAddr) -> io::Result<TcpListener> {
    for _ in 0..40 {
        match TcpListener::bind(at).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                sleep(Duration::from_millis(25)).await;
            }
            done => return done,
        }
    }
    TcpListener::bind(at).await
}

/// Lets the seller push its feed to a Feed API in this mood.
pub(super) async fn push(case: &Case, mood: Mood) -> Outcome<Pushed> {
    let push = target(case)?.push.as_ref().ok_or_else(|| {
        Stop::NotTested(
            "no way to let the seller push: set [feed_file.push] in certify.toml".to_owned(),
        )
    })?;
    let listener = listen(push.listen)
        .await
        .map_err(|error| Stop::NotTested(format!("cannot listen on {}: {error}", push.listen)))?;
    let api = Arc::new(Api {
        mood,
        state: Mutex::default(),
    });
    let router = Router::new()
        .fallback(answer)
        .layer(DefaultBodyLimit::max(256 << 20))
        .with_state(Arc::clone(&api));
    let mut serving = Serving(tokio::spawn(async move {
        // Ends with the push only.
        let _ = axum::serve(listener, router).await;
    }));
    let url = format!("http://{}", push.listen);
    let output = command::run(
        &push.command,
        "feed_file.push.command is empty",
        &[
            ("ACP_FEED_URL", url.as_ref()),
            (
                "ACP_FEED_KEY",
                push.key.exposed("feed_file.push.key")?.as_ref(),
            ),
        ],
        Duration::from_secs(push.wait_s),
    )
    .await;
    // The next push listens at the same address.
    serving.0.abort();
    let _ = (&mut serving.0).await;
    let output = output?;
    let calls = std::mem::take(&mut api.lock().calls);
    Ok(Pushed {
        calls,
        success: output.status.success(),
    })
}

impl Api {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, method: &Method, path: &str, body: &Value) -> (u16, Value) {
        let mut kept = self.lock();
        let path = path.trim_start_matches('/');
        let mut segments = path
            .split('/')
            .skip_while(|part| !matches!(*part, "feeds" | "product_feeds"));
        segments.next();
        let rest: Vec<&str> = segments.filter(|part| !part.is_empty()).collect();
        let missing = (404, error("feed_not_found"));
        if self.mood == Mood::Disabled && *method != Method::GET {
            return (403, error("product_feed_api_disabled"));
        }
        match (method.as_str(), rest.as_slice()) {
            ("POST", []) => {
                let id = format!("feed_{}", kept.feeds.len().saturating_add(1));
                let mut metadata = json!({ "id": id, "updated_at": now().to_string() });
                if let (Some(country), Some(members)) =
                    (body.get("target_country"), metadata.as_object_mut())
                {
                    members.insert("target_country".to_owned(), country.clone());
                }
                kept.feeds.insert(id, (metadata.clone(), Vec::new()));
                (201, metadata)
            }
            ("GET", []) => {
                let feeds: Vec<_> = kept
                    .feeds
                    .values()
                    .map(|(metadata, _)| metadata.clone())
                    .collect();
                (200, json!({ "feeds": feeds }))
            }
            ("GET", [id]) => kept
                .feeds
                .get(*id)
                .map_or(missing, |(metadata, _)| (200, metadata.clone())),
            ("GET", [id, "products"]) => kept.feeds.get(*id).map_or(missing, |(_, products)| {
                (200, json!({ "products": products }))
            }),
            ("PATCH", [id, "products"]) => {
                // A seller may know its feed from another day.
                let feed = kept.feeds.entry((*id).to_owned()).or_insert_with(|| {
                    (
                        json!({ "id": id, "updated_at": now().to_string() }),
                        Vec::new(),
                    )
                });
                if self.mood == Mood::Declines {
                    return (200, json!({ "id": id, "accepted": false }));
                }
                for product in list(body, "products") {
                    let same = |known: &&mut Value| text(known, "id") == text(product, "id");
                    match feed.1.iter_mut().find(same) {
                        Some(known) => *known = product.clone(),
                        None => feed.1.push(product.clone()),
                    }
                }
                (200, json!({ "id": id, "accepted": true }))
            }
            ("PATCH", [id, _]) => (
                200,
                json!({ "id": id, "accepted": self.mood == Mood::Good }),
            ),
            _ => missing,
        }
    }
}

fn error(code: &str) -> Value {
    json!({ "type": "invalid_request", "code": code, "message": "The judge refuses on purpose." })
}

async fn answer(
    State(api): State<Arc<Api>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (status, answer) = api.answer(&method, uri.path(), &json);
    api.lock().calls.push(Call {
        method,
        path: uri.path().to_owned(),
        headers,
        body,
        json,
        answered: (status, answer.to_string()),
        at: Instant::now(),
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (status, axum::Json(answer)).into_response()
}
