//! `comptoir feed check` and `feed push`.

use std::fs;

use comptoir_faults::Server;
use serde_json::Value;

use crate::command::{binary, run, shared_data, text};

// A good file ends with exit code 0 and its counts, also as JSON.
#[test]
fn a_good_file_passes() {
    let folder = tempfile::tempdir().unwrap();
    let (file, json) = (
        folder.path().join("shop.csv"),
        folder.path().join("report.json"),
    );
    fs::write(
        &file,
        "id,title,price,availability\nm1,Mug,12.50 EUR,in_stock\n",
    )
    .unwrap();
    let said = run(&["feed", "check", text(&file), "--json", text(&json)]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("1 products read, 1 accepted, 0 rejected"),
        "{}",
        said.out
    );
    let report: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(report["report"]["accepted"], 1);
    assert_eq!(report["format"], "flat_table");
}

// A bad row is listed with its row, product, field and code, and the exit code is 1.
#[test]
fn a_bad_row_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.csv");
    fs::write(
        &file,
        "id,title,price,availability\nm1,Mug,12.50 EUR,in_stock\nm2,Bowl,a lot,in_stock\n",
    )
    .unwrap();
    let said = run(&["feed", "check", text(&file)]);
    assert_eq!(said.code, 1, "{}", said.out);
    let line = said
        .out
        .lines()
        .find(|line| line.contains("price_invalid"))
        .unwrap();
    assert!(
        line.trim_start().starts_with("3 ") && line.contains("m2"),
        "{line}"
    );
    assert!(said.out.contains("1 rejected"), "{}", said.out);
}

// Many findings are cut with their number; --all lists every one.
#[test]
fn many_findings_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.csv");
    let rows = (0..50)
        .map(|row| format!("m{row},Mug,a lot,in_stock\n"))
        .collect::<Vec<_>>()
        .concat();
    fs::write(&file, format!("id,title,price,availability\n{rows}")).unwrap();
    let said = run(&["feed", "check", text(&file)]);
    assert!(said.out.contains("and 30 more errors"), "{}", said.out);
    let said = run(&["feed", "check", "--all", text(&file)]);
    assert!(
        !said.out.contains("more errors") && said.out.contains("m49"),
        "{}",
        said.out
    );
}

// What is no feed, or is not there, is refused with the reason.
#[test]
fn what_is_no_feed_is_refused() {
    let said = run(&["feed", "check", "/nowhere/shop.csv"]);
    assert!(
        said.code == 1 && said.err.contains("/nowhere/shop.csv"),
        "{}",
        said.err
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    fs::write(&file, "Dear shop,\n").unwrap();
    let said = run(&["feed", "check", text(&file)]);
    assert!(
        said.code == 1 && said.err.contains("unknown feed format"),
        "{}",
        said.err
    );
}

// Every real catalogue is read completely and without a rejected row.
#[test]
fn real_catalogues_pass() {
    let Some(data) = shared_data() else { return };
    for name in [
        "shopify/apparel.csv",
        "shopify/home-and-garden.csv",
        "shopify/jewelery.csv",
        "electronics",
        "electronics/products.jsonl.gz",
    ] {
        let said = run(&["feed", "check", text(&data.join(name))]);
        assert_eq!(said.code, 0, "{name}: {}{}", said.out, said.err);
        assert!(said.out.contains(" 0 rejected"), "{name}: {}", said.out);
    }
}

// A push goes through in parts and says how many products were accepted; a wrong key is refused.
#[test]
fn a_feed_is_pushed_to_a_running_agent() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let demo = Server::start(
        binary(),
        &["demo", "--port", "0", "--data", text(&data)],
        None,
    )
    .unwrap();
    let keys: Value = serde_json::from_slice(&fs::read(data.join("keys.json")).unwrap()).unwrap();
    let key = keys["shops"][0]["feed"].as_str().unwrap();
    let file = folder.path().join("shop.csv");
    let rows = (0..2_500)
        .map(|row| format!("n{row},Pen number {row},1.50 EUR,in_stock\n"))
        .collect::<Vec<_>>()
        .concat();
    fs::write(&file, format!("id,title,price,availability\n{rows}")).unwrap();
    let push = |key: &str, more: &[&str]| {
        let start = [
            "feed",
            "push",
            text(&file),
            "--agent",
            &demo.url,
            "--key",
            key,
        ];
        run(&[&start, more].concat())
    };
    let said = push(key, &["--country", "FR"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for line in [
        "1000 products sent",
        "2000 products sent",
        "2500 products accepted",
    ] {
        assert!(said.out.contains(line), "{}", said.out);
    }
    let feed = said
        .out
        .lines()
        .find_map(|line| line.strip_prefix("feed ")?.split(':').next())
        .unwrap();
    assert_eq!(push(key, &["--feed", feed]).code, 0);
    let refused = push("not-a-key-of-any-shop-at-all", &[]);
    assert!(
        refused.code == 1 && refused.err.contains("401"),
        "{}",
        refused.err
    );
    let other = keys["shops"][1]["feed"].as_str().unwrap();
    let refused = push(other, &["--feed", feed]);
    assert!(
        refused.code == 1 && refused.err.contains("404"),
        "{}",
        refused.err
    );
}
