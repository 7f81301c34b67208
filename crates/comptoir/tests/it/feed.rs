//! `comptoir feed check` and `feed push`.

use std::fs;

use comptoir_faults::Server;
use serde_json::Value;

use crate::command::{Said, binary, run, shared_data, text};

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

/// A running demo, its first two shops' feed keys, and a folder for files.
struct Agent {
    demo: Server,
    keys: [String; 2],
    folder: tempfile::TempDir,
}

impl Agent {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("demo");
        let arguments = ["demo", "--port", "0", "--data", text(&data)];
        let demo = Server::start(binary(), &arguments, None).unwrap();
        let kept: Value =
            serde_json::from_slice(&fs::read(data.join("keys.json")).unwrap()).unwrap();
        let key = |place: usize| kept["shops"][place]["feed"].as_str().unwrap().to_owned();
        Self {
            demo,
            keys: [key(0), key(1)],
            folder,
        }
    }

    /// Writes these rows as a table and pushes it with this key.
    fn push(&self, rows: &str, key: &str, more: &[&str]) -> Said {
        let file = self.folder.path().join("shop.csv");
        fs::write(&file, format!("id,title,price,availability\n{rows}")).unwrap();
        let (file, url) = (text(&file), self.demo.url.as_str());
        let start = ["feed", "push", file, "--agent", url, "--key", key];
        run(&[&start, more].concat())
    }

    /// Variant, status and price of every product of a feed.
    fn offers(&self, feed: &str) -> Vec<(String, String, i64)> {
        let client = reqwest::blocking::Client::builder().no_proxy().build();
        let answer = client
            .unwrap()
            .get(format!("{}/feeds/{feed}/products", self.demo.url))
            .bearer_auth(&self.keys[0])
            .header("api-version", "2026-04-17")
            .send()
            .unwrap();
        let read: Value = serde_json::from_slice(&answer.bytes().unwrap()).unwrap();
        let products = read["products"].as_array().unwrap().iter();
        products
            .map(|product| {
                let variant = &product["variants"][0];
                let status = variant["availability"]["status"].as_str().unwrap();
                (
                    variant["id"].as_str().unwrap().to_owned(),
                    status.to_owned(),
                    variant["price"]["amount"].as_i64().unwrap(),
                )
            })
            .collect()
    }
}

/// The id of the feed that a push went to.
fn feed_of(said: &Said) -> String {
    let line = said.out.lines().find_map(|line| line.strip_prefix("feed "));
    line.unwrap().split(':').next().unwrap().to_owned()
}

// A push goes through in parts and says how many products were accepted (field defect 36); a wrong
// key is refused.
#[test]
fn a_feed_is_pushed_to_a_running_agent() {
    let agent = Agent::start();
    let rows = (0..2_500)
        .map(|row| format!("n{row},Pen number {row},1.50 EUR,in_stock\n"))
        .collect::<Vec<_>>()
        .concat();
    let [key, other] = &agent.keys;
    let said = agent.push(&rows, key, &["--country", "FR"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for line in [
        "1000 products sent",
        "2000 products sent",
        "2500 products accepted",
    ] {
        assert!(said.out.contains(line), "{}", said.out);
    }
    let feed = feed_of(&said);
    assert_eq!(agent.push(&rows, key, &["--feed", &feed]).code, 0);
    let refused = agent.push(&rows, "not-a-key-of-any-shop-at-all", &[]);
    assert!(
        refused.code == 1 && refused.err.contains("401"),
        "{}",
        refused.err
    );
    let refused = agent.push(&rows, other, &["--feed", &feed]);
    assert!(
        refused.code == 1 && refused.err.contains("404"),
        "{}",
        refused.err
    );
}

// What left the file, sold out or changed its price since the last push is so at the agent after the
// next one; a file that cannot be read whole takes nothing from sale.
#[test]
fn defect_37_deletions_and_stock_changes_are_sent() {
    let agent = Agent::start();
    let [key, _] = &agent.keys;
    let first = "a,Ink,3.00 EUR,in_stock\nb,Nib,2.00 EUR,in_stock\nc,Pen,9.00 EUR,in_stock\n";
    let said = agent.push(first, key, &["--country", "FR"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let feed = feed_of(&said);
    let to_feed = ["--feed", feed.as_str()];
    let offer = |id: &str, status: &str, price| (id.to_owned(), status.to_owned(), price);
    let broken = "a,Ink,3.00 EUR,in_stock\nb,,a lot,in_stock\n";
    let said = agent.push(broken, key, &to_feed);
    assert!(said.out.contains("nothing was withdrawn"), "{}", said.out);
    assert_eq!(agent.offers(&feed)[2], offer("c", "in_stock", 900));
    let second = "a,Ink,3.00 EUR,out_of_stock\nc,Pen,8.50 EUR,in_stock\n";
    let said = agent.push(second, key, &to_feed);
    assert!(said.out.contains("1 products that"), "{}", said.out);
    let expected = [
        offer("a", "out_of_stock", 300),
        offer("b", "discontinued", 200),
        offer("c", "in_stock", 850),
    ];
    assert_eq!(agent.offers(&feed), expected);
    // Withdrawn once is enough; what comes back into the file is for sale again.
    let said = agent.push(second, key, &to_feed);
    assert!(!said.out.contains("withdrawn"), "{}", said.out);
    assert_eq!(agent.push(first, key, &to_feed).code, 0);
    assert_eq!(agent.offers(&feed)[1], offer("b", "in_stock", 200));
}
