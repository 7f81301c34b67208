//! What a seller offers beyond checkout, read from a session and from discovery.

use serde_json::Value;

/// Extensions as sellers name them, and as `offers` of the configuration does.
const EXTENSIONS: [(&str, &str); 6] = [
    ("discount", "discounts"),
    ("affiliate_attribution", "affiliate"),
    ("marketing_consent", "marketing"),
    ("marketing_consents", "marketing"),
    ("intent_trace", "intent-traces"),
    ("intent_traces", "intent-traces"),
];

/// The names of extensions that the probe says it understands, so that a seller that negotiates
/// shows what it has.
pub(crate) const ASKED: [&str; 4] = [
    "discount",
    "affiliate_attribution",
    "marketing_consent",
    "intent_traces",
];

/// What a session and a discovery document show, in the words of the configuration.
pub(crate) fn offers(session: &Value, discovery: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |name: &str| {
        if !found.iter().any(|other| other == name) {
            found.push(name.to_owned());
        }
    };
    let active = list(session, "/capabilities/extensions");
    let declared = discovery.map(|document| list(document, "/capabilities/extensions"));
    for extension in active.iter().chain(declared.unwrap_or_default()) {
        let name = extension
            .as_str()
            .or(extension.get("name").and_then(Value::as_str));
        let bare = name.and_then(|name| name.split('@').next());
        for (theirs, ours) in EXTENSIONS {
            if bare == Some(theirs) {
                add(ours);
            }
        }
    }
    if session.get("marketing_consent_options").is_some() {
        add("marketing");
    }
    if list(session, "/capabilities/interventions/supported").contains(&Value::from("3ds")) {
        add("3ds");
    }
    let handlers = list(session, "/capabilities/payment/handlers");
    if handlers.iter().any(|handler| {
        let name = handler.get("name").and_then(Value::as_str);
        name.is_some_and(|name| name.contains("seller_backed"))
    }) {
        add("seller-backed");
    }
    found
}

fn list<'a>(document: &'a Value, pointer: &str) -> &'a [Value] {
    document
        .pointer(pointer)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}
