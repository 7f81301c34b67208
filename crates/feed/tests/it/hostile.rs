//! Hostile feeds: bombs, oversize, markup, personal data, nonsense.

use std::io::Write;

use comptoir_feed::{Code, Limits, ReadOptions, read_bytes};

use crate::support::{codes, read, read_with};

fn with(limits: Limits) -> ReadOptions {
    ReadOptions {
        limits,
        ..ReadOptions::default()
    }
}

fn line(id: &str, text: &str) -> String {
    let description = serde_json::to_string(text).unwrap();
    format!(
        "{{\"id\":\"{id}\",\"title\":\"T\",\"description\":{{\"plain\":{description}}},\"variants\":[{{\"id\":\"{id}\",\"title\":\"T\"}}]}}\n"
    )
}

#[test]
fn a_record_may_be_as_long_as_the_limit_and_no_longer() {
    let first = line("a", "x");
    let length = first.len() - 1;
    let text = format!("{first}{}", line("b", "x"));
    for (limit, rejected) in [(length, 0), (length - 1, 2)] {
        let limits = Limits {
            record_bytes_max: limit,
            ..Limits::default()
        };
        let (_, report) = read_with("x.jsonl", text.as_bytes(), with(limits));
        assert_eq!(report.rejected, rejected);
        let array = format!("[{}]", text.trim_end().replace('\n', ","));
        let (_, report) = read_with("x.json", array.as_bytes(), with(limits));
        assert_eq!((report.rejected, report.complete), (rejected, true));
    }
}

#[test]
fn a_feed_may_be_as_long_as_the_limit_and_no_longer() {
    let text = line("a", "x");
    let length = u64::try_from(text.len()).unwrap();
    for (limit, complete) in [(length, true), (length - 1, false)] {
        let limits = Limits {
            feed_bytes_max: limit,
            ..Limits::default()
        };
        let reader = read_bytes("x.jsonl", text.as_bytes(), with(limits));
        let ended = reader.is_ok_and(|mut reader| {
            let _ = (&mut reader).count();
            reader.report().complete
        });
        assert_eq!(ended, complete);
    }
}

#[test]
fn counts_of_products_and_variants_are_limited() {
    let text: String = (0..3).map(|id| line(&id.to_string(), "x")).collect();
    for (limit, complete) in [(3, true), (2, false)] {
        let limits = Limits {
            products_max: limit,
            ..Limits::default()
        };
        let mut reader = read_bytes("x.jsonl", text.as_bytes(), with(limits)).unwrap();
        let _ = (&mut reader).count();
        assert_eq!(reader.report().complete, complete);
        assert_eq!(reader.report().accepted, limit);
    }
    let variants =
        r#"{"id":"p","title":"T","variants":[{"id":"a","title":"T"},{"id":"b","title":"T"}]}"#;
    for (limit, rejected) in [(2, 0), (1, 1)] {
        let limits = Limits {
            variants_max: limit,
            ..Limits::default()
        };
        let (_, report) = read_with("x.jsonl", variants.as_bytes(), with(limits));
        assert_eq!(
            (report.rejected, report.count(Code::TooManyVariants)),
            (rejected, rejected)
        );
    }
}

#[test]
fn a_gzip_bomb_ends_at_the_limit() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(line("a", "x").as_bytes()).unwrap();
    for _ in 0..64 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let limits = Limits {
        feed_bytes_max: 1 << 20,
        ..Limits::default()
    };
    let mut reader = read_bytes("x.jsonl.gz", bomb, with(limits)).unwrap();
    let _ = (&mut reader).count();
    assert!(!reader.report().complete);
    assert_eq!(reader.report().count(Code::FeedTooLarge), 1);
}

#[test]
fn an_unclosed_quote_does_not_swallow_the_memory() {
    let text = format!("id,title,price\n1,\"One{}", "x\n".repeat(2_000_000));
    let mut reader = read_bytes("x.csv", text.as_bytes(), ReadOptions::default()).unwrap();
    let _ = (&mut reader).count();
    assert!(!reader.report().complete);
    assert_eq!(reader.report().count(Code::RecordTooLarge), 1);
}

#[test]
fn markup_never_leaves_the_reader() {
    let (products, report) = read(
        "x.jsonl",
        &line(
            "a",
            "<img src=x onerror=alert(1)>Fine<script>alert(2)</script> clay &amp; glaze",
        ),
    );
    let plain = products[0]
        .description
        .as_ref()
        .unwrap()
        .plain
        .as_deref()
        .unwrap();
    assert_eq!(plain, "Fine clay & glaze");
    assert!(codes(&report).contains(&Code::HtmlRemoved));
    let links = r#"{"id":"p","title":"a\u202eb\u0007","url":"javascript:alert(1)","media":[{"type":"image","url":"data:text/html,x"},{"type":"image","url":"https://a.example/x.jpg"}],"variants":[{"id":"p","title":"T"}]}"#;
    let (products, report) = read("x.jsonl", links);
    assert_eq!(products[0].title.as_deref(), Some("ab"));
    assert_eq!(products[0].url, None);
    assert_eq!(products[0].media.as_ref().unwrap().len(), 1);
    assert_eq!(report.count(Code::UrlInvalid), 2);
}

#[test]
fn personal_data_refuses_the_product_and_is_not_repeated() {
    let text = format!(
        "{}{}{}",
        line("a", "paid with 4242 4242 4242 4242"),
        line("b", "ask jane.doe@example.org"),
        line("c", "call +33 6 12 34 56 78")
    );
    let (products, report) = read("x.jsonl", &text);
    assert_eq!(products.len(), 1);
    assert_eq!(products[0].id, "c");
    assert_eq!(report.count(Code::PersonalData), 2);
    assert_eq!(report.count(Code::PhoneSuspected), 1);
    let shown = serde_json::to_string(&report).unwrap();
    assert!(!shown.contains("4242") && !shown.contains("jane") && !shown.contains("34 56"));
}

#[test]
fn what_is_no_feed_is_refused_with_a_hint() {
    for text in ["", "hello", "<xml/>", "{\"a\":1}", "a,b\n1,2\n"] {
        let error = read_bytes("x", text.as_bytes(), ReadOptions::default()).unwrap_err();
        assert!(
            error.to_string().contains("unknown feed format"),
            "{text}: {error}"
        );
    }
}

proptest::proptest! {
    /// No bytes make the reader fail, hang or lose count.
    #[test]
    fn any_bytes_are_read_within_bounds(
        start in proptest::sample::select(vec![
            "", "[", "{\"products\":[", "{\"id\":\"1\",\"variants\":[", "id,title,price\n",
            "Handle,Title,Variant Price\n", "{\"item_id\":\"1\",\"price\":",
        ]),
        rest in "[ -~\\n\"\\\\{}\\[\\],é]{0,200}",
    ) {
        let text = format!("{start}{rest}");
        if let Ok(mut reader) = read_bytes("x.jsonl", text.as_bytes(), ReadOptions::default()) {
            let _ = (&mut reader).count();
            let report = reader.report();
            proptest::prop_assert_eq!(report.read, report.accepted + report.rejected);
        }
    }
}
