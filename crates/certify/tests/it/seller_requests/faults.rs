//! Ways to break a good seller, and the checks that must see each.

mod answers;
mod callers;
mod input;
mod keys;

use comptoir_certify::Verdict;
use http::Method;
use serde_json::json;

use super::bend::{Answered, Asked, Bend};

/// A planted fault, the checks that must see it, and what they must say.
pub(crate) struct Fault {
    pub(crate) does: &'static str,
    pub(crate) red: &'static [&'static str],
    pub(crate) verdict: Verdict,
    pub(crate) bend: Bend,
}

fn must(does: &'static str, red: &'static [&'static str], bend: Bend) -> Fault {
    Fault {
        does,
        red,
        verdict: Verdict::Violated,
        bend,
    }
}

fn should(does: &'static str, red: &'static [&'static str], bend: Bend) -> Fault {
    Fault {
        verdict: Verdict::Warning,
        ..must(does, red, bend)
    }
}

pub(crate) fn all() -> Vec<Fault> {
    let lists = [keys::all(), answers::all(), input::all(), callers::all()];
    lists.into_iter().flatten().collect()
}

/// A bend of requests.
fn ask(edit: impl FnMut(&mut Asked) + Send + 'static) -> Bend {
    Bend::ask(edit)
}

/// A bend of answers.
fn tell(edit: impl FnMut(&Asked, &mut Answered) + Send + 'static) -> Bend {
    Bend::tell(edit)
}

fn keyed(asked: &Asked) -> Option<String> {
    (asked.method == Method::POST).then(|| asked.header("idempotency-key"))?
}

fn error(code: &str, message: &str) -> String {
    json!({ "type": "invalid_request", "code": code, "message": message }).to_string()
}
