//! Ways to break what passes through the proxy.

use std::collections::HashMap;

use http::Method;
use serde_json::{Value, json};

use super::proxy::{Answered, Asked, Bend};

/// What is asked of a seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Create,
    Update,
    Retrieve,
    Complete,
    Cancel,
    Other,
}

impl Op {
    pub(super) fn of(asked: &Asked) -> Self {
        let Some((_, rest)) = asked.path.split_once("/checkout_sessions") else {
            return Self::Other;
        };
        match (&asked.method, rest) {
            (&Method::POST, "") => Self::Create,
            (&Method::POST, rest) if rest.ends_with("/complete") => Self::Complete,
            (&Method::POST, rest) if rest.ends_with("/cancel") => Self::Cancel,
            (&Method::POST, _) => Self::Update,
            _ => Self::Retrieve,
        }
    }
}

type Edit = Box<dyn Fn(&Asked, &mut Answered) + Send>;
type Tell = Box<dyn Fn(Value, &Asked) -> Answered + Send>;
type Early = Box<dyn Fn(&mut Asked) -> Option<Answered> + Send>;

struct Answers(Edit);

impl Bend for Answers {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        (self.0)(asked, answered);
    }
}

struct Requests(Early);

impl Bend for Requests {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        (self.0)(asked)
    }
}

/// Changes answers.
pub(super) fn answers(edit: impl Fn(&Asked, &mut Answered) + Send + 'static) -> Box<dyn Bend> {
    Box::new(Answers(Box::new(edit)))
}

/// Changes requests, or answers them at once.
pub(super) fn requests(
    early: impl Fn(&mut Asked) -> Option<Answered> + Send + 'static,
) -> Box<dyn Bend> {
    Box::new(Requests(Box::new(early)))
}

fn is_session(json: &Value) -> bool {
    json.get("line_items").is_some()
}

/// Changes every session.
pub(super) fn sessions(edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn Bend> {
    answers(move |_, answered| {
        answered.edit(|json| {
            if is_session(json) {
                edit(json);
            }
        });
    })
}

/// Changes the sessions that answer one operation.
pub(super) fn after(op: Op, edit: impl Fn(&mut Value) + Send + 'static) -> Box<dyn Bend> {
    answers(move |asked, answered| {
        if Op::of(asked) == op {
            answered.edit(|json| {
                if is_session(json) {
                    edit(json);
                }
            });
        }
    })
}

/// Changes the sessions that have this status.
pub(super) fn when(
    status: &'static str,
    edit: impl Fn(&mut Value) + Send + 'static,
) -> Box<dyn Bend> {
    sessions(move |session| {
        if session["status"] == status {
            edit(session);
        }
    })
}

/// Sets one member of every session.
pub(super) fn set(pointer: &'static str, value: Value) -> Box<dyn Bend> {
    sessions(move |session| put(session, pointer, value.clone()))
}

/// Sets a member where its parent is there.
pub(super) fn put(json: &mut Value, pointer: &str, value: Value) {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(member.to_owned(), value);
        }
        Some(Value::Array(elements)) => {
            if let Some(element) = member
                .parse()
                .ok()
                .and_then(|at: usize| elements.get_mut(at))
            {
                *element = value;
            }
        }
        _ => {}
    }
}

/// Takes one member of every session away.
pub(super) fn without(member: &'static str) -> Box<dyn Bend> {
    sessions(move |session| {
        session.as_object_mut().unwrap().remove(member);
    })
}

/// Changes every row of this type, in sessions and in their lines.
pub(super) fn rows(json: &mut Value, kind: &str, edit: &impl Fn(&mut Value)) {
    if let Some(totals) = json["totals"].as_array_mut() {
        totals
            .iter_mut()
            .filter(|row| row["type"] == kind)
            .for_each(edit);
    }
}

/// Adds to the session's row of this type.
pub(super) fn add(kind: &'static str, amount: i64) -> Box<dyn Bend> {
    sessions(move |session| {
        rows(session, kind, &|row| {
            row["amount"] = json!(row["amount"].as_i64().unwrap() + amount);
        });
    })
}

/// Another status on the good answers to one operation.
pub(super) fn status(op: Op, from: u16, to: u16) -> Box<dyn Bend> {
    answers(move |asked, answered| {
        if Op::of(asked) == op && answered.status == from {
            answered.status = to;
        }
    })
}

pub(super) fn error(status: u16) -> Answered {
    let body = json!({ "type": "invalid_request", "code": "invalid", "message": "no" });
    Answered::new(status, &body)
}

/// Refuses one operation.
pub(super) fn refuse(op: Op, when: impl Fn(&Asked) -> bool + Send + 'static) -> Box<dyn Bend> {
    requests(move |asked| (Op::of(asked) == op && when(asked)).then(|| error(400)))
}

/// Sets a header of every answer.
pub(super) fn header(name: &'static str, value: &'static str) -> Box<dyn Bend> {
    answers(move |_, answered| answered.set(name, value))
}

/// Takes a member out of the bodies of one operation.
pub(super) fn dropped(op: Op, member: &'static str) -> Box<dyn Bend> {
    requests(move |asked| {
        if Op::of(asked) == op {
            asked.edit(|json| {
                json.as_object_mut().unwrap().remove(member);
            });
        }
        None
    })
}

/// Turns one operation into a retrieve: it is answered and does nothing.
pub(super) fn ignored(op: Op) -> Box<dyn Bend> {
    requests(move |asked| {
        if Op::of(asked) == op {
            asked.method = Method::GET;
            for end in ["/complete", "/cancel"] {
                if let Some(path) = asked.path.strip_suffix(end) {
                    asked.path = path.to_owned();
                }
            }
            asked.body = Vec::new().into();
        }
        None
    })
}

/// The id in a path.
fn id_of(path: &str) -> String {
    let mut parts = path
        .split('/')
        .skip_while(|part| *part != "checkout_sessions");
    parts.nth(1).unwrap_or_default().to_owned()
}

/// Remembers sessions and answers one operation from memory.
pub(super) struct Memory {
    sessions: HashMap<String, Value>,
    op: Op,
    keeps_first: bool,
    tell: Tell,
}

impl Bend for Memory {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if Op::of(asked) != self.op {
            return None;
        }
        let id = id_of(&asked.path);
        let told = (self.tell)(self.sessions.get(&id)?.clone(), asked);
        if let Some(session) = told.json().filter(is_session) {
            self.sessions.insert(id, session);
        }
        Some(told)
    }

    fn answer(&mut self, _: &Asked, answered: &mut Answered) {
        let Some(json) = answered.json().filter(is_session) else {
            return;
        };
        let id = json["id"].as_str().unwrap().to_owned();
        if self.keeps_first {
            self.sessions.entry(id).or_insert(json);
        } else {
            self.sessions.insert(id, json);
        }
    }
}

/// Answers an operation from what was last known of the session.
pub(super) fn recalled(
    op: Op,
    tell: impl Fn(Value, &Asked) -> Answered + Send + 'static,
) -> Box<dyn Bend> {
    Box::new(Memory {
        sessions: HashMap::new(),
        op,
        keeps_first: false,
        tell: Box::new(tell),
    })
}

/// Retrieve shows what create showed, for ever.
pub(super) fn forgetful() -> Box<dyn Bend> {
    Box::new(Memory {
        sessions: HashMap::new(),
        op: Op::Retrieve,
        keeps_first: true,
        tell: Box::new(|session, _| Answered::new(200, &session)),
    })
}

/// Every session that has ended says that it is open, and completes.
pub(super) fn immortal() -> Box<dyn Bend> {
    struct Immortal(Memory);
    impl Bend for Immortal {
        fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
            self.0.request(asked)
        }
        fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
            answered.edit(|json| {
                if json["status"] == "expired" {
                    json["status"] = json!("ready_for_payment");
                }
            });
            self.0.answer(asked, answered);
        }
    }
    Box::new(Immortal(Memory {
        sessions: HashMap::new(),
        op: Op::Complete,
        keeps_first: false,
        tell: Box::new(|session, _| completed(session)),
    }))
}

/// The answer of a seller that takes anything for a payment.
pub(super) fn completed(mut session: Value) -> Answered {
    session["status"] = json!("completed");
    session["order"] = json!({
        "id": "ord_gullible_0123456789",
        "checkout_session_id": session["id"],
        "permalink_url": "https://shop.example/orders/ord_gullible_0123456789",
    });
    Answered::new(200, &session)
}

/// The answer of a seller that declines every payment.
pub(super) fn declined(mut session: Value) -> Answered {
    let mut message = json!({
        "type": "error", "code": "payment_declined", "content_type": "plain", "content": "No.",
    });
    message["param"] = json!("$.payment_data");
    session["messages"] = json!([message]);
    Answered::new(200, &session)
}
