//! What is broken between the judge and the reference seller, as a pair of closures.

use std::sync::{Arc, Mutex};

use crate::proxy;
pub(crate) use crate::proxy::{Answered, Asked, Proxy};

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

impl proxy::Bend for Bend {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        (self.ask)(asked)
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        (self.tell)(asked, answered);
    }
}
