//! Bends as closures with a state of their own.

use http::Method;
use serde_json::{Value, json};

use super::proxy::{Answered, Asked, Bend};

struct Ask<F>(F);

impl<F: FnMut(&mut Asked) + Send> Bend for Ask<F> {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        (self.0)(asked);
        None
    }
}

struct Tell<F>(F);

impl<F: FnMut(&Asked, &mut Answered) + Send> Bend for Tell<F> {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        (self.0)(asked, answered);
    }
}

/// A bend of requests.
pub(crate) fn ask(edit: impl FnMut(&mut Asked) + Send + 'static) -> Box<dyn Bend> {
    Box::new(Ask(edit))
}

/// A bend of answers.
pub(crate) fn tell(edit: impl FnMut(&Asked, &mut Answered) + Send + 'static) -> Box<dyn Bend> {
    Box::new(Tell(edit))
}

struct Stored<F> {
    name: F,
    kept: Vec<(String, Answered)>,
}

impl<F: Fn(&Asked) -> Option<String> + Send> Bend for Stored<F> {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let name = (self.name)(asked)?;
        let (_, answered) = self.kept.iter().find(|(known, _)| *known == name)?;
        let mut answered = answered.clone();
        answered.set("idempotent-replayed", "true");
        Some(answered)
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if let Some(name) = (self.name)(asked) {
            self.kept.push((name, answered.clone()));
        }
    }
}

/// Answers again what was answered before under the same name.
pub(crate) fn stored(name: impl Fn(&Asked) -> Option<String> + Send + 'static) -> Box<dyn Bend> {
    Box::new(Stored {
        name,
        kept: Vec::new(),
    })
}

/// The idempotency key of a request that changes something.
pub(crate) fn keyed(asked: &Asked) -> Option<String> {
    (asked.method == Method::POST).then(|| asked.header("idempotency-key"))?
}

/// An error of the flat form.
pub(crate) fn error(code: &str, message: &str) -> Value {
    json!({ "type": "invalid_request", "code": code, "message": message })
}
