//! The pinned official files, read from the shared folder.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use comptoir_certify::SpecVersion;
use jsonschema::{Registry, Validator};
use serde_json::{Map, Value, json};
use url::Url;

/// Where the files stand for the validator, laid out as on disk.
pub(crate) const BASE: &str = "https://official.test/";

/// The official files of every released version, by address.
pub(crate) struct Spec {
    pub(crate) folder: PathBuf,
    pub(crate) documents: BTreeMap<String, Value>,
    registry: Registry<'static>,
}

impl Spec {
    /// Loads the files; `None`, with a note, when the folder is missing outside of CI.
    pub(crate) fn load() -> Option<Self> {
        let folder = folder();
        if !folder.is_dir() {
            assert!(
                env::var_os("CI").is_none(),
                "the specification is missing at {}",
                folder.display()
            );
            println!("skipped: no specification at {}", folder.display());
            return None;
        }
        let mut documents = BTreeMap::new();
        for version in SpecVersion::ALL {
            for kind in ["json-schema", "openapi", "openrpc"] {
                for path in files(&folder.join(version.as_str()).join(kind)) {
                    let name = path.file_name().unwrap().to_str().unwrap();
                    let mut document = read(&path);
                    prepare(&mut document);
                    documents.insert(format!("{BASE}{version}/{kind}/{name}"), document);
                }
            }
        }
        let registry = Registry::new()
            .extend(
                documents
                    .iter()
                    .map(|(uri, value)| (uri.clone(), value.clone())),
            )
            .unwrap()
            .prepare()
            .unwrap();
        Some(Self {
            folder,
            documents,
            registry,
        })
    }

    /// A validator of the definition at `address`, formats asserted.
    pub(crate) fn validator(&self, address: &str) -> Validator {
        jsonschema::options()
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$ref": address,
            }))
            .unwrap_or_else(|error| panic!("{address}: {error}"))
    }

    /// What `reference` in the document at `base` refers to, with the address of its document.
    pub(crate) fn resolve(&self, base: &str, reference: &str) -> (String, &Value) {
        let mut url = Url::parse(base).unwrap().join(reference).unwrap();
        let pointer = url.fragment().unwrap_or_default().replace("%7B", "{");
        let pointer = pointer.replace("%7D", "}");
        url.set_fragment(None);
        let address = url.to_string();
        let found = self.documents[&address]
            .pointer(&pointer)
            .unwrap_or_else(|| panic!("no {pointer} in {address}"));
        (address, found)
    }

    /// Every definition of the JSON Schema files of a version, as `bundle#Name`, with its address.
    pub(crate) fn definitions(&self, version: SpecVersion) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let folder = format!("{BASE}{version}/json-schema/");
        for (address, document) in self.documents.range(folder.clone()..) {
            let Some(file) = address.strip_prefix(&folder) else {
                break;
            };
            let bundle = file.trim_start_matches("schema.").trim_end_matches(".json");
            let bundle = bundle.replace("agentic_checkout", "checkout");
            for name in document["$defs"].as_object().unwrap().keys() {
                found.insert(
                    format!("{bundle}#{name}"),
                    format!("{address}#/$defs/{name}"),
                );
            }
        }
        found
    }
}

/// Every keyword below `schema` that can refuse a value, by its place.
pub(crate) fn keywords(schema: &Value, place: &str, found: &mut Vec<String>) {
    const REFUSING: [&str; 18] = [
        "type",
        "enum",
        "const",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "required",
        "anyOf",
        "oneOf",
    ];
    let Some(members) = schema.as_object() else {
        return;
    };
    for (keyword, value) in members {
        let place = format!("{place}/{keyword}");
        let closed = keyword == "additionalProperties" && value == false;
        let empty = value.as_array().is_some_and(Vec::is_empty);
        if (REFUSING.contains(&keyword.as_str()) || closed) && !empty {
            found.push(place.clone());
        }
        match keyword.as_str() {
            "items" | "additionalProperties" | "then" => keywords(value, &place, found),
            "properties" | "$defs" => {
                for (name, schema) in value.as_object().unwrap() {
                    keywords(schema, &format!("{place}/{name}"), found);
                }
            }
            "allOf" | "anyOf" | "oneOf" => {
                for (index, schema) in value.as_array().unwrap().iter().enumerate() {
                    keywords(schema, &format!("{place}/{index}"), found);
                }
            }
            _ => {}
        }
    }
}

/// `ACP_SPEC_DIR`, or `acp-spec` in the shared folder, which lies beside the workspace.
fn folder() -> PathBuf {
    if let Some(folder) = env::var_os("ACP_SPEC_DIR") {
        return PathBuf::from(folder);
    }
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    env::var_os("COMPTOIR_SHARED")
        .map_or_else(|| here.join("../../../shared"), PathBuf::from)
        .join("acp-spec")
}

/// The files below `folder`, sorted; none when it does not exist.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A JSON or YAML file as JSON.
pub(crate) fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    if path
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return serde_json::from_str(&text).unwrap();
    }
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Makes a document usable as a schema resource.
fn prepare(document: &mut Value) {
    // References go by file name, the `$id`s do not.
    document.as_object_mut().unwrap().remove("$id");
    mend(document);
    let Some(methods) = document.get("methods").and_then(Value::as_array).cloned() else {
        return;
    };
    let definitions: Map<String, Value> = methods.iter().flat_map(method).collect();
    document["$defs"] = definitions.into();
}

/// The parameters and the result of a method of the `OpenRPC` file, as definitions.
fn method(method: &Value) -> [(String, Value); 2] {
    let name = method["name"].as_str().unwrap();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in method["params"].as_array().unwrap() {
        let name = parameter["name"].as_str().unwrap();
        properties.insert(name.to_owned(), parameter["schema"].clone());
        if parameter["required"] == true {
            required.push(name);
        }
    }
    [
        (
            format!("{name}_params"),
            json!({"type": "object", "properties": properties, "required": required}),
        ),
        (format!("{name}_result"), method["result"]["schema"].clone()),
    ]
}

/// `exclusiveMinimum: true` comes from an old draft; no validator of 2020-12 accepts it.
fn mend(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(mend),
        Value::Object(members) => {
            if members.get("exclusiveMinimum") == Some(&json!(true)) {
                let least = members.remove("minimum").unwrap();
                members.insert("exclusiveMinimum".to_owned(), least);
            }
            members.values_mut().for_each(mend);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
