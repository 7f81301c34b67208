//! Commands of the program, their exit codes and what they print.

use crate::{program::Program, reference::Reference};

/// One check that needs no money, no matter which others exist.
const QUICK: &str = "seller.lifecycle.create-status";

fn seller_url(reference: &Reference) -> String {
    reference.target.seller.as_ref().unwrap().url.to_string()
}

/// 0 when nothing is violated; the run is kept; the summary says the verdict words.
#[tokio::test(flavor = "multi_thread")]
async fn a_clean_run_ends_with_0() {
    let reference = Reference::start().await;
    let program = Program::new();
    let url = seller_url(&reference);
    let arguments = [
        "seller",
        &url,
        "--key-env",
        "CERTIFY_TEST_KEY",
        "--item",
        "mug",
        "--only",
        QUICK,
    ];
    let ended = program.call(&arguments).await.with(0);
    for word in [
        "pass",
        "violated",
        "warning",
        "not applicable",
        "not tested",
    ] {
        assert!(ended.out.contains(word), "no `{word}` in {}", ended.out);
    }
    assert!(ended.out.contains("1 pass, 0 violated"), "{}", ended.out);
    let kept = std::fs::read_dir(program.path(".comptoir/certify")).unwrap();
    assert_eq!(kept.count(), 2, "a report and its summary");
}

/// The newest runs of a party stay, older ones go; those of other parties are left alone.
#[tokio::test(flavor = "multi_thread")]
async fn old_runs_are_removed() {
    let reference = Reference::start().await;
    let program = Program::new();
    let url = seller_url(&reference);
    let run = |keep: &'static str| {
        let url = url.clone();
        let program = &program;
        async move {
            let key = ["--key-env", "CERTIFY_TEST_KEY", "--item", "mug"];
            let more = ["--only", QUICK, "--keep", keep];
            let arguments = [&["seller", url.as_str()][..], &key, &more].concat();
            program.call(&arguments).await
        }
    };
    let folder = program.path(".comptoir/certify");
    let reports = || {
        let files = std::fs::read_dir(&folder).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| !name.contains(".summary")).collect();
        names.sort();
        names
    };
    assert!(!run("2").await.with(0).out.contains("removed"));
    std::fs::write(folder.join("20200101T000000000Z-another.json"), "{}").unwrap();
    let first = reports().pop().unwrap();
    run("2").await.with(0);
    let ended = run("2").await.with(0);
    let gone = first.trim_end_matches(".json");
    assert!(ended.out.contains("removed, for 2 runs"), "{}", ended.out);
    assert!(ended.out.contains(gone), "{}", ended.out);
    let left = reports();
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(!left.contains(&first) && left[0].ends_with("-another.json"));
    assert!(!folder.join(format!("{gone}.summary")).exists());
    run("0").await.with(2);
}

/// 4 when no check gave an answer: completions without test mode.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_tests_nothing_ends_with_4() {
    let reference = Reference::start().await;
    let program = Program::new();
    let url = seller_url(&reference);
    let arguments = [
        "seller",
        &url,
        "--key-env",
        "CERTIFY_TEST_KEY",
        "--item",
        "mug",
        "--only",
        "seller.lifecycle.complete-status",
    ];
    let ended = program.call(&arguments).await.with(4);
    assert!(ended.out.contains("seller.test_mode"), "{}", ended.out);
}

/// 2 for what makes no sense; the message says what to write.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_ends_with_2() {
    let program = Program::new();
    program.write("broken.toml", "[seller]\nurl = 3\n");
    program.write("empty.toml", "");
    let cases: [(&[&str], &str); 10] = [
        (&["seller"], "`init URL` writes such a file"),
        (
            &["seller", "shop.example", "--key", "k"],
            "write it like https://",
        ),
        (
            &["seller", "ftp://shop.example", "--key", "k"],
            "http:// nor https://",
        ),
        (&["seller", "http://127.0.0.1:1"], "--key-env NAME"),
        (
            &["seller", "http://127.0.0.1:1", "--key-env", "NOT_SET"],
            "NOT_SET",
        ),
        (&["seller", "--config", "broken.toml"], "broken.toml"),
        (&["seller", "--config", "empty.toml"], "[seller]"),
        (
            &[
                "seller",
                "http://127.0.0.1:1",
                "--key",
                "k",
                "--only",
                "nonsense",
            ],
            "no check matches",
        ),
        (
            &["psp", "http://127.0.0.1:1", "--key", "k"],
            "--merchant-id",
        ),
        (&["feed", "no-such-file.csv"], "no-such-file.csv"),
    ];
    for (arguments, message) in cases {
        let ended = program.call(arguments).await.with(2);
        assert!(ended.err.contains(message), "{arguments:?}: {}", ended.err);
    }
}

/// The codes are part of the help.
#[tokio::test(flavor = "multi_thread")]
async fn help_names_the_exit_codes() {
    let program = Program::new();
    for arguments in [&["--help"][..], &["seller", "--help"]] {
        let ended = program.call(arguments).await.with(0);
        assert!(
            ended.out.contains("3  the party cannot be reached"),
            "{}",
            ended.out
        );
    }
}

/// Every check with its title; as JSON too.
#[tokio::test(flavor = "multi_thread")]
async fn list_names_every_check() {
    let program = Program::new();
    let text = program
        .call(&["list", "--lane", "seller"])
        .await
        .with(0)
        .out;
    assert!(text.contains(QUICK), "{text}");
    let json = program
        .call(&["list", "--json", "--version", "all"])
        .await
        .with(0)
        .out;
    let all: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert!(all.iter().any(|check| check["id"] == QUICK));
    let mut ids: Vec<_> = all.iter().map(|check| check["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all.len(), "a check is listed twice");
}

/// Both registers can be printed.
#[tokio::test(flavor = "multi_thread")]
async fn registers_are_printed() {
    let program = Program::new();
    let coverage = program.call(&["register"]).await.with(0).out;
    assert!(
        coverage.contains("| rfc.agentic_checkout | MUST |"),
        "{coverage}"
    );
    let readings = program.call(&["contradictions"]).await.with(0).out;
    assert!(
        readings.contains("`idempotency-conflict-status`"),
        "{readings}"
    );
}

/// `init` finds versions, items and offers of a seller, and `seller` runs with what it wrote.
#[tokio::test(flavor = "multi_thread")]
async fn init_writes_what_seller_reads() {
    let reference = Reference::start().await;
    let program = Program::new();
    let url = seller_url(&reference);
    program.write(
        "feed.csv",
        "item_id,title,price,availability,is_digital\n\
         mug,Mug,15.00 USD,in_stock,false\n\
         unknown-thing,Ghost,1.00 USD,in_stock,false\n\
         shirt,Shirt,42.50 USD,in_stock,false\n\
         ebook,Book,9.99 USD,in_stock,true\n\
         vase,Vase,33.00 USD,out_of_stock,false\n",
    );
    let arguments = [
        "init",
        &url,
        "--key-env",
        "CERTIFY_TEST_KEY",
        "--feed",
        "feed.csv",
    ];
    let ended = program.call(&arguments).await.with(0);
    assert!(
        ended.out.contains("seller --config certify.toml"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("2025-09-29, 2025-12-12"),
        "{}",
        ended.out
    );
    let written = program.read("certify.toml");
    for line in [
        r#"items = ["mug","shirt"]"#,
        r#"out_of_stock_item = "vase""#,
        r#"digital_item = "ebook""#,
        r#"currency = "usd""#,
        r#"key = { env = "CERTIFY_TEST_KEY" }"#,
        "test_mode = false",
    ] {
        assert!(written.contains(line), "no `{line}` in {written}");
    }
    assert!(
        written.contains("\"carts\"") && written.contains("\"discounts\""),
        "{written}"
    );
    program.call(&["seller", "--only", QUICK]).await.with(0);
    // A file that is there is not overwritten.
    program.call(&arguments).await.with(2);
}

/// A wrong key is named as such, and nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn init_names_a_wrong_key() {
    let reference = Reference::start().await;
    let program = Program::new();
    let url = seller_url(&reference);
    let ended = program
        .call(&["init", &url, "--key", "wrong-key"])
        .await
        .with(2);
    assert!(ended.err.contains("refuses the key"), "{}", ended.err);
    assert!(!program.path("certify.toml").exists());
}

/// A dead address ends `init` with 3.
#[tokio::test(flavor = "multi_thread")]
async fn init_of_nothing_ends_with_3() {
    let program = Program::new();
    let arguments = ["init", "http://127.0.0.1:1", "--key", "some-key"];
    let ended = program.call(&arguments).await.with(3);
    assert!(ended.err.contains("next:"), "{}", ended.err);
}
