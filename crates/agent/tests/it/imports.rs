//! The boundary between understanding and paying.

use std::{fs, path::Path};

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

// Proves that the conversation names neither purchase, peers, agent nor the client: no message and no
// product text has a path to a function that pays (A-01, decision 4).
#[test]
fn the_conversation_cannot_reach_the_payment() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![(
        "conversation.rs".to_owned(),
        fs::read_to_string(root.join("conversation.rs")).unwrap(),
    )];
    sources(&root.join("conversation"), &mut files);
    assert!(files.len() > 3);
    for (name, text) in files {
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for forbidden in [
            "purchase",
            "peer",
            "crate::agent",
            "Agent",
            "comptoir_client",
            "reqwest",
            "confirm(",
        ] {
            assert!(!code.contains(forbidden), "{name} names {forbidden}");
        }
    }
}
