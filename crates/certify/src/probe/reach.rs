//! Is there anything at this address that could be judged at all?

use std::fmt;

use http::Method;
use url::Url;

use crate::{Answer, Case, Request, WireError};

/// What is expected behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// Checkout over REST.
    Seller,
    /// The discovery document.
    Discovery,
    /// Delegate payment.
    Psp,
    /// The Model Context Protocol over HTTP.
    Mcp,
    /// A receiver of order events.
    Receiver,
    /// The Feed API.
    Feed,
}

/// Why nothing can be judged there: what was seen, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreachable {
    /// The address that was tried.
    pub(crate) address: String,
    /// What was seen.
    pub(crate) seen: String,
    /// What to do.
    pub(crate) next: String,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}: {}\n  next: {}",
            self.address, self.seen, self.next
        )
    }
}

/// Knocks: one harmless request, or two, each within the request time-out. The answer that decided
/// is returned.
pub(crate) async fn reach(
    case: &Case,
    url: &Url,
    key: Option<&str>,
    face: Face,
) -> Result<Answer, Unreachable> {
    let mut last = None;
    for (method, path, body) in knocks(face) {
        let mut request = Request::new((*method).clone(), *path)
            .header("Accept", "application/json, text/event-stream")
            .header("API-Version", case.version().as_str());
        if let Some(key) = key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        if let Some(body) = body {
            request = request
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", case.fresh_key().unwrap_or_default())
                .body(*body);
        }
        let at = format!("{} {}{}", request.method, shown(url), request.path);
        let answer = case
            .try_send(url, &request)
            .await
            .map_err(|(error, _)| no_answer(url, &at, &error))?;
        if let Some(location) = redirection(&answer) {
            return Err(redirects(&at, answer.status, &location));
        }
        last = Some((at, answer));
    }
    // The last knock decides: the first ones only had to be answered.
    let Some((at, answer)) = last else {
        return Err(Unreachable {
            address: url.to_string(),
            seen: "nothing was asked".to_owned(),
            next: "report this".to_owned(),
        });
    };
    if speaks_html(&answer) {
        return Err(Unreachable {
            seen: format!("{} with an HTML page instead of JSON", answer.status),
            next: wrong_base(url, face),
            address: at,
        });
    }
    // A discovery document may be absent: the lane says what that means.
    if matches!(answer.status, 404 | 405) && face != Face::Discovery {
        return Err(Unreachable {
            seen: format!("{}: there is no such endpoint", answer.status),
            next: wrong_base(url, face),
            address: at,
        });
    }
    Ok(answer)
}

/// Requests that change nothing at a party that is right.
fn knocks(face: Face) -> &'static [(&'static Method, &'static str, Option<&'static str>)] {
    match face {
        Face::Seller => &[
            (
                &Method::GET,
                "/checkout_sessions/comptoir-certify-probe",
                None,
            ),
            (&Method::POST, "/checkout_sessions", Some("{}")),
        ],
        Face::Discovery => &[(&Method::GET, "/.well-known/acp.json", None)],
        Face::Psp => &[(
            &Method::POST,
            "/agentic_commerce/delegate_payment",
            Some("{}"),
        )],
        Face::Mcp | Face::Receiver => &[(&Method::POST, "", Some("{}"))],
        Face::Feed => &[(&Method::POST, "/feeds", Some("{}"))],
    }
}

fn wrong_base(url: &Url, face: Face) -> String {
    let below = match face {
        Face::Seller => "/checkout_sessions",
        Face::Discovery => "/.well-known/acp.json",
        Face::Psp => "/agentic_commerce/delegate_payment",
        Face::Feed => "/feeds",
        Face::Mcp | Face::Receiver => {
            return format!("give the whole address of the endpoint instead of {url}");
        }
    };
    format!(
        "give the address below which {below} is served, such as {}/api",
        shown(url)
    )
}

fn no_answer(url: &Url, at: &str, error: &WireError) -> Unreachable {
    let text = error.to_string();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let port = url.port_or_known_default().unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    let next = if has(&["dns", "resolve", "lookup", "Name or service"]) {
        format!("check the spelling of {host}, and that this machine can resolve it")
    } else if has(&["refused"]) {
        format!("nothing listens on {host}:{port}: start the server, or correct the port")
    } else if has(&[
        "UnknownIssuer",
        "SelfSigned",
        "certificate",
        "CaUsedAsEndEntity",
    ]) {
        format!(
            "{host} shows a certificate that this machine does not trust: use one of a public \
             authority, or judge the server on a local http:// address"
        )
    } else if has(&[
        "InvalidContentType",
        "corrupt message",
        "wrong version number",
    ]) {
        format!("{host}:{port} does not speak TLS: try http:// instead of https://")
    } else if has(&[
        "handshake",
        "HandshakeFailure",
        "ProtocolVersion",
        "peer incompatible",
    ]) {
        "the TLS handshake fails: the server must offer TLS 1.2 or 1.3".to_owned()
    } else {
        match error {
            WireError::TimedOut(_) => {
                "the server takes connections and says nothing, or a firewall swallows them: look \
                 at its log, or raise limits.request_timeout_s"
                    .to_owned()
            }
            WireError::Broken(_) if url.scheme() == "http" => {
                "what came back is no complete HTTP answer: try https:// instead of http://, and \
                 look at the server's log"
                    .to_owned()
            }
            WireError::Broken(_) => {
                "what came back is no complete HTTP answer: look at the server's log".to_owned()
            }
            WireError::TooLong => "this is no ACP endpoint: check the address".to_owned(),
            WireError::Connect(_) | WireError::Unwritable(_) | WireError::Budget(_) => {
                "check address, network and firewall".to_owned()
            }
        }
    };
    Unreachable {
        address: at.to_owned(),
        seen: text,
        next,
    }
}

fn redirects(at: &str, status: u16, location: &str) -> Unreachable {
    Unreachable {
        address: at.to_owned(),
        seen: format!("{status}: it redirects to {location}"),
        next: "give the address to which it redirects: redirects are not followed, for a key must \
               not travel to an address that nobody named"
            .to_owned(),
    }
}

fn redirection(answer: &Answer) -> Option<String> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    Some(
        answer
            .header("location")
            .unwrap_or("no address")
            .chars()
            .take(200)
            .collect(),
    )
}

fn speaks_html(answer: &Answer) -> bool {
    if answer.json.is_some() {
        return false;
    }
    let declared = answer.header("content-type").unwrap_or_default();
    let start = answer.body.trim_ascii_start();
    declared.starts_with("text/html") || start.starts_with(b"<")
}

fn shown(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}
