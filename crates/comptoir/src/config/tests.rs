//! The examples in the documentation are the configuration, and mistakes are named.

use std::{fs, path::Path};

use comptoir_psp::VelocityLimits;
use secrecy::ExposeSecret;

use super::{AgentFile, PspFile, SellerFile, parse};

const SECRET: &str = "secret-that-must-not-be-repeated";

/// The TOML blocks of docs/src/configuration.md, in their order: seller, PSP, agent.
fn examples() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/configuration.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let blocks = page.split("```toml\n").skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

// Every example of the documentation is accepted as it stands.
#[test]
fn documented_examples_are_valid() {
    let examples = examples();
    assert_eq!(examples.len(), 3);
    let seller: SellerFile = parse(&examples[0]).expect("seller.toml");
    assert!(seller.shipping.is_some() && seller.tax.is_some() && seller.catalogue.is_some());
    assert_eq!(seller.webhooks.len(), 1);
    let psp: PspFile = parse(&examples[1]).expect("psp.toml");
    assert!(psp.issuer_ledger_key.is_some());
    let agent: AgentFile = parse(&examples[2]).expect("agent.toml");
    assert_eq!(agent.sellers.len(), 1);
}

// Every key that a server reads is in its documented example.
#[test]
fn documented_examples_are_complete() {
    let examples = examples();
    let sources = [
        include_str!("seller.rs"),
        include_str!("psp.rs"),
        include_str!("agent.rs"),
    ];
    for (example, source) in examples.iter().zip(sources) {
        let fields = source.lines().filter_map(|line| {
            line.trim()
                .strip_prefix("pub(crate) ")?
                .split_once(": ")
                .map(|(name, _)| name)
        });
        for field in fields.filter(|name| !name.contains(' ')) {
            assert!(example.contains(field), "`{field}` is not documented");
        }
    }
}

// A mistake is reported with line and key, and a secret is not repeated.
#[test]
fn mistakes_name_line_and_key() {
    let example = examples().swap_remove(1);
    let complain = |text: &str| match parse::<PspFile>(text) {
        Ok(_) => panic!("accepted"),
        Err(error) => {
            let text = format!("{error:#}");
            assert!(!text.contains(SECRET), "{text}");
            text
        }
    };
    let misspelt = format!("vault_kee = \"{SECRET}\"\n{example}");
    let error = complain(&misspelt);
    assert!(
        error.contains("line 1") && error.contains("vault_kee"),
        "{error}"
    );
    let no_number = example.replace("listen = \"", "listen = 4 # \"");
    assert!(complain(&no_number).contains("listen"));
    for (value, expected) in [
        ("{}", "is missing"),
        ("{ key = \"a\", key_file = \"b\" }", "not both"),
        ("{ kei = \"a\" }", "kei"),
        ("\"\"", "empty"),
        ("7", "a secret in quotes"),
    ] {
        let start = example.find("vault_key").expect("vault_key");
        let end = start + example[start..].find('\n').expect("line");
        let text = format!(
            "{}vault_key = {value}{}",
            &example[..start],
            &example[end..]
        );
        let error = complain(&text);
        assert!(
            error.contains("vault_key") && error.contains(expected),
            "{error}"
        );
    }
    assert!(complain(&format!("listen = \"{SECRET}\nx")).contains("line "));
}

// Limits of the PSP are its own unless the file says otherwise, and no limit is zero.
#[test]
fn limits_of_the_psp_come_from_the_file() {
    let example = examples().swap_remove(1);
    let velocity = |text: &str| parse::<PspFile>(text).map(|file| file.limits.velocity());
    let own = VelocityLimits::default();
    assert_eq!(velocity(&example).expect("documented"), own);
    let start = example.find("[limits]").expect("limits");
    let end = example.find("[[agents]]").expect("agents");
    let with = |limits: &str| format!("{}{limits}{}", &example[..start], &example[end..]);
    assert_eq!(velocity(&with("")).expect("absent"), own);
    let set = velocity(&with(
        "[limits]\nagent_per_minute = 6000\ncard_per_hour = 7\n",
    ));
    let mut wanted = own;
    wanted.delegations_per_agent.events_max = 6_000;
    wanted.delegations_per_card.events_max = 7;
    assert_eq!(set.expect("set"), wanted);
    for bad in [
        "card_per_hour = 0",
        "card_per_hour = -1",
        "card_per_day = 9",
    ] {
        let error = velocity(&with(&format!("[limits]\n{bad}\n"))).expect_err(bad);
        let error = format!("{error:#}");
        assert!(
            error.contains("card_per_") && error.contains("line "),
            "{error}"
        );
    }
}

// A secret can stand in the file, in a table, or in a file of its own.
#[test]
fn secrets_come_from_text_or_file() {
    #[derive(serde::Deserialize)]
    struct One {
        key: super::Key,
    }
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("key");
    fs::write(&path, format!("{SECRET}\nsecond line\n")).expect("written");
    for value in [
        format!("\"{SECRET}\""),
        format!("{{ key = \"{SECRET}\" }}"),
        format!("{{ key_file = \"{}\" }}", path.display()),
    ] {
        let one: One = parse(&format!("key = {value}")).expect("valid");
        assert_eq!(one.key.load().expect("loaded").expose_secret(), SECRET);
    }
    fs::write(&path, "\n").expect("written");
    let one: One = parse(&format!("key = {{ key_file = \"{}\" }}", path.display())).expect("valid");
    let error = one.key.load().expect_err("empty").to_string();
    assert!(error.contains("is empty"), "{error}");
}
