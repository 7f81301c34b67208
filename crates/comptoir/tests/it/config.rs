//! Mistakes in configuration files.

use std::fs;

use crate::command::{run, text};

// A misspelt key, a missing one and a missing file are named, and the secret is not repeated.
#[test]
fn config_mistakes_are_named_without_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("psp.toml");
    for (line, expected) in [
        ("vault_kee = \"very-secret-value\"", "vault_kee"),
        ("vault_key = 17", "vault_key"),
        ("", "missing field `vault_key`"),
    ] {
        let file = format!(
            "listen = \"127.0.0.1:0\"\ndatabase = \"{}/psp.db\"\n{line}\nagents = []\nmerchants = []\n",
            folder.path().display()
        );
        fs::write(&path, file).unwrap();
        let said = run(&["psp", "serve", "--config", text(&path)]);
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(
            said.err.contains("psp.toml") && said.err.contains(expected),
            "{}",
            said.err
        );
        assert!(!said.err.contains("very-secret-value"), "{}", said.err);
    }
    let said = run(&["agent", "serve", "--config", "/nowhere/agent.toml"]);
    assert!(
        said.code == 1 && said.err.contains("/nowhere/agent.toml"),
        "{}",
        said.err
    );
}

// A key of the wrong length is refused by name before anything is served.
#[test]
fn a_short_vault_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("psp.toml");
    let file = format!(
        "listen = \"127.0.0.1:0\"\ndatabase = \"{}/psp.db\"\nvault_key = \"abcd\"\nagents = []\nmerchants = []\n",
        folder.path().display()
    );
    fs::write(&path, file).unwrap();
    let said = run(&["psp", "serve", "--config", text(&path)]);
    assert!(
        said.code == 1 && said.err.contains("vault_key"),
        "{}",
        said.err
    );
}
