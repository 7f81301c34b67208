//! The protocol's own form: lines, arrays, folders.

use std::io::Write;

use comptoir_feed::{Code, Format, ReadOptions, Severity, read_bytes, read_path};

use crate::support::{codes, read, read_with};

const TWO: &str = concat!(
    r#"{"id":"p1","title":"Tee","variants":[{"id":"p1-s","title":"Tee S","price":{"amount":1999,"currency":"USD"}},{"id":"p1-m","title":"Tee M","availability":{"available":false,"status":"out_of_stock"}}]}"#,
    "\n",
    r#"{"id":"p2","title":"Cap","variants":[{"id":"p2","title":"Cap"}]}"#,
    "\n"
);

#[test]
fn every_variant_and_its_availability_is_kept() {
    // Field defect 35: only the first variant was read, and availability was made up.
    let (products, report) = read("products.jsonl", TWO);
    assert_eq!(products[0].variants.len(), 2);
    let second = products[0].variants[1].availability.as_ref().unwrap();
    assert_eq!(
        (second.available, second.status.as_deref()),
        (Some(false), Some("out_of_stock"))
    );
    assert_eq!(products[0].variants[0].availability, None);
    assert_eq!((report.accepted, report.variants_accepted), (2, 3));
    assert!(report.complete);
}

#[test]
fn arrays_and_wrapped_arrays_hold_the_same_products() {
    let lines: Vec<&str> = TWO.lines().collect();
    let array = format!("[\n{}\n]", lines.join(",\n"));
    let wrapped = format!("{{\"products\": [{}], \"next\": null}}", lines.join(","));
    let (expected, _) = read("products.jsonl", TWO);
    for text in [&array, &wrapped] {
        let (products, report) = read("products.json", text);
        assert_eq!(products, expected);
        assert!(report.complete);
    }
    let reader = read_bytes("x", array.as_bytes(), ReadOptions::default()).unwrap();
    assert_eq!(reader.format(), Format::AcpArray);
    let (none, report) = read("x.json", "[]");
    assert!(none.is_empty() && report.complete);
}

#[test]
fn gzip_is_found_by_content_and_a_cut_file_is_not_complete() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(TWO.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let (products, report) = read_with("products.jsonl", &packed, ReadOptions::default());
    assert_eq!((products.len(), report.complete), (2, true));
    let cut = &packed[..packed.len() - 12];
    match read_bytes("products.jsonl", cut, ReadOptions::default()) {
        Err(_) => {}
        Ok(mut reader) => {
            let _ = (&mut reader).count();
            assert!(!reader.report().complete);
            assert_eq!(
                reader.report().diagnostics.last().unwrap().code,
                Code::Unreadable
            );
        }
    }
}

#[test]
fn a_bad_record_is_named_and_the_rest_is_read() {
    // Field defect 36: fewer products arrived than were sent, and nobody said why.
    let text = format!(
        "{}{}\n{}\n{}\n",
        TWO,
        r#"{"id":"p3","title":"Bag","variants":[{"id":"p3","title":"Bag","price":{"amount":19.99,"currency":"USD"}}]}"#,
        r#"{"id":"p4","title":"Hat","margin":5,"variants":[]}"#,
        r#"{"id":"p5", broken"#,
    );
    let (products, report) = read("products.jsonl", &text);
    assert_eq!(products.len(), 2);
    assert_eq!((report.read, report.accepted, report.rejected), (5, 2, 3));
    let errors: Vec<_> = report
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .collect();
    assert_eq!(
        (errors[0].row, errors[0].product.as_deref()),
        (3, Some("p3"))
    );
    assert_eq!(errors[0].field.as_deref(), Some("variants[0].price.amount"));
    assert_eq!((errors[1].code, errors[1].row), (Code::SchemaViolation, 4));
    assert!(
        errors[1].message.contains("margin"),
        "{}",
        errors[1].message
    );
    assert_eq!((errors[2].code, errors[2].row), (Code::Malformed, 5));
    assert!(errors.iter().all(|error| !error.action.is_empty()));
}

#[test]
fn repeated_ids_are_refused_and_told() {
    let variant = r#"{"id":"p9","title":"A","variants":[{"id":"p1-s","title":"A"},{"id":"own","title":"B"}]}"#;
    let (products, report) = read("x.jsonl", &format!("{TWO}{TWO}{variant}\n"));
    assert_eq!(products.len(), 3);
    assert_eq!(products[2].variants.len(), 1);
    assert_eq!(report.count(Code::DuplicateProduct), 2);
    assert_eq!(report.count(Code::DuplicateVariant), 1);
    assert_eq!(report.variants_rejected, 1);
}

#[test]
fn contradictions_are_settled_on_the_less_hopeful_side() {
    let line = |availability: &str, prices: &str| {
        format!(
            "{{\"id\":\"p\",\"title\":\"T\",\"variants\":[{{\"id\":\"v\",\"title\":\"T\",\"availability\":{availability},{prices}}}]}}"
        )
    };
    let sold = line(
        r#"{"available":true,"status":"out_of_stock"}"#,
        r#""price":{"amount":0,"currency":"EUR"}"#,
    );
    let (products, report) = read("x.jsonl", &sold);
    assert_eq!(
        products[0].variants[0]
            .availability
            .as_ref()
            .unwrap()
            .available,
        Some(false)
    );
    assert!(codes(&report).contains(&Code::AvailabilityUnclear));
    assert!(codes(&report).contains(&Code::PriceZero));
    let list = line(
        r#"{"available":true,"status":"in_stock"}"#,
        r#""price":{"amount":500,"currency":"EUR"},"list_price":{"amount":900,"currency":"USD"}"#,
    );
    let (products, report) = read("x.jsonl", &list);
    assert_eq!(products[0].variants[0].list_price, None);
    assert!(codes(&report).contains(&Code::ListPriceInvalid));
}

#[test]
fn a_folder_needs_products_and_may_have_metadata() {
    let folder = tempfile::tempdir().unwrap();
    assert!(
        read_path(folder.path())
            .unwrap_err()
            .to_string()
            .contains("products.jsonl")
    );
    std::fs::write(folder.path().join("products.jsonl"), TWO).unwrap();
    assert!(read_path(folder.path()).unwrap().metadata().is_none());
    let metadata = r#"{"id":"feed_1","target_country":"FR","updated_at":"2026-11-01T00:00:00Z"}"#;
    std::fs::write(folder.path().join("metadata.json"), metadata).unwrap();
    let reader = read_path(folder.path()).unwrap();
    assert_eq!(reader.metadata().unwrap().id.as_str(), "feed_1");
    std::fs::write(folder.path().join("metadata.json"), "{}").unwrap();
    assert!(read_path(folder.path()).is_err());
}
