//! Our shapes and the official schemas judge alike, known defects of the latter apart.

mod generator;
mod mutants;
mod random;
mod verdict;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use comptoir_certify::{ConstraintKind, SPEC_DEFECTS, SchemaJudge, SpecVersion};
use serde_json::Value;

use self::{
    generator::{Document, Fill, Generator},
    mutants::mutants,
    random::Random,
    verdict::{Bench, Tally},
};
use crate::spec::{BASE, Spec, files, keywords, read};

/// Randomly filled documents of each shape, beside the fullest and the barest one.
const RANDOM_DOCUMENTS: u64 = 6;

#[test]
fn generated_and_mutated_documents_get_equal_verdicts() {
    let Some(spec) = Spec::load() else { return };
    let judge = SchemaJudge::bundled().unwrap();
    let work: Vec<_> = SpecVersion::ALL
        .into_iter()
        .flat_map(|version| {
            addresses(&spec, version)
                .into_iter()
                .map(move |(shape, address)| (version, shape, address))
        })
        .collect();
    let tally = in_parallel(work.len(), |index, tally| {
        let (version, shape, address) = &work[index];
        let bench = Bench::new(&spec, &judge, *version, shape, address);
        generate(&spec, &bench, address, tally);
        if (*version, shape.as_str()) == (SpecVersion::V2026_04_17, "webhook#EventDataOrder") {
            // The order of the OpenAPI file lacks members that the one of the JSON Schema has.
            let order = &spec.definitions(*version)["checkout#Order"];
            generate(&spec, &bench, order, tally);
        }
        assert!(
            tally.valid_shapes.contains(&format!("{version}/{shape}")),
            "no valid document of {version}/{shape} was generated"
        );
    });
    tally.report("generated");
    every_rule_was_breached(&spec, &judge, &tally);
    assert!(tally.documents >= 100_000, "only {}", tally.documents);
    let stale: Vec<_> = (0..SPEC_DEFECTS.len())
        .filter(|index| !tally.defects.contains(index))
        .map(|index| SPEC_DEFECTS[index].place)
        .collect();
    assert!(stale.is_empty(), "stale defects: {stale:#?}");
}

/// Documents that breach a rule of neither side would prove nothing about it.
fn every_rule_was_breached(spec: &Spec, judge: &SchemaJudge, tally: &Tally) {
    let mut rules: Vec<_> = SpecVersion::ALL
        .into_iter()
        .flat_map(|version| judge.constraints(version))
        // A type that no alternative has is a breach of the choice between them.
        .filter(|constraint| {
            !constraint.id.contains('|') || constraint.kind != ConstraintKind::Type
        })
        .map(|constraint| constraint.id.clone())
        .collect();
    for (address, document) in &spec.documents {
        if let Some(place) = address
            .strip_prefix(BASE)
            .filter(|place| place.contains("/json-schema/"))
        {
            keywords(document, &format!("{place}#"), &mut rules);
        }
    }
    let count = rules.len();
    rules.retain(|rule| !tally.breached.contains(rule));
    assert!(
        rules.is_empty(),
        "{} no document breached: {rules:#?}",
        rules.len()
    );
    println!("{count} constraints of ours and official keywords were breached");
}

#[test]
fn every_official_example_gets_equal_verdicts_as_every_shape() {
    let Some(spec) = Spec::load() else { return };
    let judge = SchemaJudge::bundled().unwrap();
    let examples: BTreeMap<_, _> = SpecVersion::ALL
        .into_iter()
        .map(|version| (version, examples(&spec, version)))
        .collect();
    let work: Vec<_> = SpecVersion::ALL
        .into_iter()
        .flat_map(|version| {
            addresses(&spec, version)
                .into_iter()
                .map(move |(shape, address)| (version, shape, address))
        })
        .collect();
    let tally = in_parallel(work.len(), |index, tally| {
        let (version, shape, address) = &work[index];
        let bench = Bench::new(&spec, &judge, *version, shape, address);
        for example in &examples[version] {
            bench.judge(example, tally);
        }
    });
    let count: usize = examples.values().map(Vec::len).sum();
    println!("{count} examples and objects inside of them");
    tally.report("example");
    assert!(count > 1_000, "only {count} examples");
}

#[test]
fn every_official_definition_has_a_shape_and_every_shape_a_definition() {
    let Some(spec) = Spec::load() else { return };
    let judge = SchemaJudge::bundled().unwrap();
    for version in SpecVersion::ALL {
        let ours: BTreeSet<_> = judge.shapes(version).collect();
        let official: BTreeSet<_> = addresses(&spec, version).into_keys().collect();
        assert_eq!(ours, official, "{version}");
    }
}

#[test]
fn the_official_files_judge_beside_ours_and_defects_are_no_faults() {
    let Some(spec) = Spec::load() else { return };
    let judge = SchemaJudge::with_official(&spec.folder).unwrap();
    for version in SpecVersion::ALL {
        for shape in spec.definitions(version).keys() {
            // The official definition of every shape can be built, and refuses a number.
            let faults = judge.validate(version, shape, &Value::from(7)).unwrap();
            let sources: BTreeSet<_> = faults.iter().map(|fault| fault.source).collect();
            assert_eq!(sources.len(), 2, "{version}/{shape}: {faults:#?}");
        }
    }
}

#[test]
fn the_first_version_needs_its_repair() {
    let Some(spec) = Spec::load() else { return };
    let folder = spec.folder.join("2025-09-29/json-schema");
    let checkout = fs::read_to_string(folder.join("schema.agentic_checkout.json")).unwrap();
    assert!(checkout.contains("\"exclusiveMinimum\": true"));
}

/// Where the definition of each of our shapes stands: in a JSON Schema file, or only in one of
/// `OpenAPI` or `OpenRPC`.
fn addresses(spec: &Spec, version: SpecVersion) -> BTreeMap<String, String> {
    let mut found = spec.definitions(version);
    let openapi =
        |file: &str, place: &str| format!("{BASE}{version}/openapi/openapi.{file}.yaml#{place}");
    let hook = |place: &str| openapi("agentic_checkout_webhook", place);
    let mut add = |shape: &str, address: String| {
        found.insert(shape.to_owned(), address);
    };
    let (_, hooks) = spec.resolve(&hook(""), "#/components/schemas");
    for name in hooks.as_object().unwrap().keys() {
        add(
            &format!("webhook#{name}"),
            hook(&format!("/components/schemas/{name}")),
        );
    }
    add(
        "webhook#WebhookAcknowledgment",
        hook(
            "/paths/~1agentic_checkout~1webhooks~1order_events/post/responses/200/content/\
             application~1json/schema",
        ),
    );
    if version == SpecVersion::V2026_04_17 {
        add(
            "feed#UpsertProductsResponse",
            openapi("feed", "/components/schemas/UpsertProductsResponse"),
        );
        add("cart#Error", openapi("cart", "/components/schemas/Error"));
        add(
            "cart#CartCancelRequest",
            openapi(
                "cart",
                "/paths/~1carts~1%7Bid%7D~1cancel/post/requestBody/content/application~1json/schema",
            ),
        );
        let rpc = format!("{BASE}{version}/openrpc/openrpc.agentic_checkout.json");
        add("mcp#meta", format!("{rpc}#/components/schemas/meta"));
        for name in spec.documents[&rpc]["$defs"].as_object().unwrap().keys() {
            add(&format!("mcp#{name}"), format!("{rpc}#/$defs/{name}"));
        }
    }
    found
}

/// Full, bare and randomly filled documents of one shape, and each of them with one thing changed.
fn generate(spec: &Spec, bench: &Bench<'_>, address: &str, tally: &mut Tally) {
    let mut random = Random::seeded(address);
    let fills = [Fill::Full, Fill::Bare]
        .into_iter()
        .chain((0..RANDOM_DOCUMENTS).map(|_| Fill::Random));
    for fill in fills {
        let mut document = Generator::new(spec, &mut random, fill).document(address);
        bench.judge(&document.value, tally);
        mutate(spec, bench, &mut random, &mut document, fill, tally);
    }
}

fn mutate(
    spec: &Spec,
    bench: &Bench<'_>,
    random: &mut Random,
    document: &mut Document<'_>,
    fill: Fill,
    tally: &mut Tally,
) {
    for site in &document.sites {
        // Every place of the full and the bare document, and some of the random ones.
        if fill == Fill::Random && random.below(4) != 0 {
            continue;
        }
        let Some(original) = document.value.pointer(&site.pointer).cloned() else {
            continue;
        };
        for mutant in mutants(spec, random, site, &original) {
            *document.value.pointer_mut(&site.pointer).unwrap() = mutant;
            bench.judge(&document.value, tally);
            // Deeper places belong to other shapes, which get documents of their own.
            if site.own && fill != Fill::Random {
                bench.breaches(&document.value, tally);
            }
        }
        *document.value.pointer_mut(&site.pointer).unwrap() = original;
    }
}

/// Every object in the example files, and every `example` and `examples` in schemas and `OpenAPI`.
fn examples(spec: &Spec, version: SpecVersion) -> Vec<Value> {
    let mut found = BTreeMap::new();
    for path in files(&spec.folder.join(version.as_str()).join("examples")) {
        objects(&read(&path), &mut found);
    }
    let folder = format!("{BASE}{version}/");
    for (address, document) in &spec.documents {
        if address.starts_with(&folder) {
            embedded(document, &mut found);
        }
    }
    found.into_values().collect()
}

fn objects(value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        Value::Object(members) => {
            found.insert(value.to_string(), value.clone());
            members.values().for_each(|member| objects(member, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn embedded(value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| embedded(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                if name == "example" || name == "examples" {
                    objects(member, found);
                    found.insert(member.to_string(), member.clone());
                } else {
                    embedded(member, found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Runs `task` for every index below `count` on two threads.
fn in_parallel(count: usize, task: impl Fn(usize, &mut Tally) + Sync) -> Tally {
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut tally = Tally::default();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    task(index, &mut tally);
                }
                total.lock().unwrap().add(tally);
            });
        }
    });
    total.into_inner().unwrap()
}
