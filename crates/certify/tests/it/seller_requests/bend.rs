//! A proxy before the reference seller that breaks one thing.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

/// A request on its way to the good seller.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer on its way back.
#[derive(Clone)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

type Ask = Box<dyn FnMut(&mut Asked) -> Option<Answered> + Send>;
type Tell = Box<dyn FnMut(&Asked, &mut Answered) + Send>;

/// What is broken: requests, answers, or both.
pub(crate) struct Bend {
    ask: Ask,
    tell: Tell,
}

impl Bend {
    /// Nothing.
    pub(crate) fn honest() -> Self {
        Self {
            ask: Box::new(|_| None),
            tell: Box::new(|_, _| {}),
        }
    }

    /// Requests.
    pub(crate) fn ask(ask: impl FnMut(&mut Asked) + Send + 'static) -> Self {
        let mut ask = ask;
        Self {
            ask: Box::new(move |asked| {
                ask(asked);
                None
            }),
            ..Self::honest()
        }
    }

    /// Answers.
    pub(crate) fn tell(tell: impl FnMut(&Asked, &mut Answered) + Send + 'static) -> Self {
        Self {
            tell: Box::new(tell),
            ..Self::honest()
        }
    }

    /// Answers again what was answered before under the same name.
    pub(crate) fn stored(name: impl Fn(&Asked) -> Option<String> + Clone + Send + 'static) -> Self {
        let kept: Arc<Mutex<Vec<(String, Answered)>>> = Arc::default();
        let (reads, named) = (Arc::clone(&kept), name.clone());
        Self {
            ask: Box::new(move |asked| {
                let name = named(asked)?;
                let kept = reads.lock().unwrap();
                let found = kept.iter().find(|(known, _)| *known == name);
                found.map(|(_, answered)| {
                    let mut answered = answered.clone();
                    answered.set("idempotent-replayed", "true");
                    answered
                })
            }),
            tell: Box::new(move |asked, answered| {
                if let Some(name) = name(asked) {
                    kept.lock().unwrap().push((name, answered.clone()));
                }
            }),
        }
    }
}

/// The proxy at work; it ends when dropped.
pub(crate) struct Proxy {
    pub(crate) url: Url,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Between {
    to: String,
    client: reqwest::Client,
    bend: Mutex<Bend>,
}

impl Proxy {
    pub(crate) async fn start(to: &Url, bend: Bend) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let between = Arc::new(Between {
            to: to.as_str().trim_end_matches('/').to_owned(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            bend: Mutex::new(bend),
        });
        let router = Router::new().fallback(pass).with_state(between);
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            url: url.parse().unwrap(),
            task,
        }
    }
}

async fn pass(State(between): State<Arc<Between>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut asked = Asked {
        method: head.method,
        path: head.uri.path_and_query().unwrap().to_string(),
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    };
    let early = (between.bend.lock().unwrap().ask)(&mut asked);
    let answered = if let Some(answered) = early {
        answered
    } else {
        let mut answered = between.forward(&asked).await;
        (between.bend.lock().unwrap().tell)(&asked, &mut answered);
        answered
    };
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = StatusCode::from_u16(answered.status).unwrap();
    *response.headers_mut() = answered.headers;
    response
}

impl Between {
    async fn forward(&self, asked: &Asked) -> Answered {
        let mut headers = asked.headers.clone();
        for name in ["host", "content-length", "transfer-encoding", "connection"] {
            headers.remove(name);
        }
        let url = format!("{}{}", self.to, asked.path);
        let request = self
            .client
            .request(asked.method.clone(), url)
            .headers(headers);
        let response = request.body(asked.body.clone()).send().await.unwrap();
        let mut headers = response.headers().clone();
        for name in ["content-length", "transfer-encoding", "connection"] {
            headers.remove(name);
        }
        Answered {
            status: response.status().as_u16(),
            headers,
            body: response.bytes().await.unwrap(),
        }
    }
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().ok()?.to_owned())
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        set(&mut self.headers, name, value);
    }

    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Ok(mut json) = serde_json::from_slice(&self.body) {
            edit(&mut json);
            self.body = json.to_string().into();
        }
    }
}

impl Answered {
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        set(&mut self.headers, name, value);
    }

    pub(crate) fn is_error(&self) -> bool {
        self.status >= 400
    }

    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Ok(mut json) = serde_json::from_slice(&self.body) {
            edit(&mut json);
            self.body = json.to_string().into();
        }
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(
        HeaderName::from_static(name),
        HeaderValue::from_str(value).unwrap(),
    );
}
