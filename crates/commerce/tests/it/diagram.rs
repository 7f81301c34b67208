//! The state diagram in the documentation, generated from the machine itself.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use comptoir_commerce::checkout::apply;

use crate::{
    fixtures::later,
    machine::{effect_name, events, states},
};

const PATH: &str = "../../docs/checkout-states.md";

fn document() -> String {
    let mut edges: BTreeMap<(usize, &str, &str), Vec<String>> = BTreeMap::new();
    for (position, state) in states().into_iter().enumerate() {
        for (name, event) in events() {
            let Ok((next, effects)) = apply(state.clone(), event, later(1)) else {
                continue;
            };
            if next.name() == state.name() {
                continue;
            }
            let effects: Vec<_> = effects.iter().map(effect_name).collect();
            let label = if effects.is_empty() {
                name
            } else {
                format!("{name} / {}", effects.join(", "))
            };
            edges
                .entry((position, state.name(), next.name()))
                .or_default()
                .push(label);
        }
    }
    let mut text = String::from(
        "# States of a checkout\n\nGenerated from `comptoir_commerce::checkout::apply`. After the \
         slash stands what the caller must do.\nNews of a charge that is not the one under way \
         moves nothing: money taken without an order is reversed.\n\n```mermaid\nstateDiagram-v2\n    \
         [*] --> not_ready_for_payment: create\n",
    );
    for ((_, from, to), labels) in edges {
        writeln!(text, "    {from} --> {to}: {}", labels.join("<br/>")).unwrap();
    }
    for state in states().iter().filter(|state| state.is_terminal()) {
        writeln!(text, "    {} --> [*]", state.name()).unwrap();
    }
    text.push_str("```\n");
    text
}

// The documented diagram is the machine's. `COMPTOIR_UPDATE_DOCS=1` rewrites it.
#[test]
fn the_documented_diagram_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH);
    if std::env::var_os("COMPTOIR_UPDATE_DOCS").is_some() {
        std::fs::write(&path, document()).unwrap();
    }
    let documented = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        documented,
        document(),
        "run with COMPTOIR_UPDATE_DOCS=1 to rewrite {PATH}"
    );
}
