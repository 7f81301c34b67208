//! `comptoir db`.

use std::fs;

use crate::command::{run, text};

// A database is made, checked and copied; the copy is sound and an existing file is not overwritten.
#[test]
fn a_database_is_migrated_checked_and_copied() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("shop.db"), folder.path().join("copy.db"));
    let made = run(&["db", "migrate", text(&file)]);
    assert!(
        made.code == 0 && made.out.contains("applied"),
        "{}{}",
        made.out,
        made.err
    );
    assert!(run(&["db", "check", text(&file)]).out.contains("sound"));
    let copied = run(&["db", "backup", text(&file), text(&copy)]);
    assert!(
        copied.code == 0 && copied.out.contains("sound"),
        "{}{}",
        copied.out,
        copied.err
    );
    assert_eq!(run(&["db", "check", text(&copy)]).code, 0);
    let again = run(&["db", "backup", text(&file), text(&copy)]);
    assert!(
        again.code == 1 && again.err.contains("exists already"),
        "{}",
        again.err
    );
}

// A file that is missing, or is no database, is an error and not a new database.
#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.db");
    assert_eq!(run(&["db", "check", text(&missing)]).code, 1);
    assert_eq!(run(&["db", "migrate", "--dry-run", text(&missing)]).code, 1);
    assert!(!missing.exists());
    let other = folder.path().join("other.db");
    fs::write(&other, "this is a letter, not a database ".repeat(100)).unwrap();
    assert_eq!(run(&["db", "check", text(&other)]).code, 1);
}
