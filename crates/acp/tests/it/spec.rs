//! The pinned specification files, read from the shared folder.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::{Value, json};

pub(crate) const SCHEMAS: [&str; 7] = [
    "agentic_checkout",
    "cart",
    "delegate_authentication",
    "delegate_payment",
    "discount",
    "extension",
    "feed",
];

/// The specification of one version.
pub(crate) struct Spec {
    folder: PathBuf,
    pub(crate) schemas: BTreeMap<&'static str, Value>,
}

impl Spec {
    /// Loads version 2026-04-17; `None`, with a note, when the folder is missing outside of CI.
    pub(crate) fn load() -> Option<Self> {
        let shared = env::var_os("COMPTOIR_SHARED").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            PathBuf::from,
        );
        let folder = shared.join("acp-spec/2026-04-17");
        if !folder.is_dir() {
            assert_ne!(
                env::var("CI").as_deref(),
                Ok("true"),
                "the specification is missing"
            );
            println!("skipped: no specification at {}", folder.display());
            return None;
        }
        let read = |name: &str| -> Value {
            let path = folder.join(format!("json-schema/schema.{name}.json"));
            serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
        };
        let schemas = SCHEMAS.into_iter().map(|name| (name, read(name))).collect();
        Some(Self { folder, schemas })
    }

    /// Every example file, by its path below `examples`.
    pub(crate) fn examples(&self) -> BTreeMap<String, Value> {
        let root = self.folder.join("examples");
        let mut found = BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path
                    .extension()
                    .is_some_and(|extension| extension == "json")
                {
                    let name = path
                        .strip_prefix(&root)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned();
                    found.insert(
                        name,
                        serde_json::from_slice(&fs::read(path).unwrap()).unwrap(),
                    );
                }
            }
        }
        found
    }

    /// One definition.
    pub(crate) fn definition(&self, schema: &str, name: &str) -> &Value {
        self.schemas[schema]
            .pointer(&format!("/$defs/{name}"))
            .unwrap()
    }

    /// A validator of one definition; references between files are resolved by file name.
    pub(crate) fn validator(&self, schema: &str, name: &str) -> Validator {
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("https://spec.test/schema.{schema}.json#/$defs/{name}"),
        });
        jsonschema::options()
            .with_retriever(Files(self.schemas.clone()))
            .build(&root)
            .unwrap()
    }
}

struct Files(BTreeMap<&'static str, Value>);

impl Retrieve for Files {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let file = uri.path().as_str().rsplit('/').next().unwrap_or_default();
        let name = file.trim_start_matches("schema.").trim_end_matches(".json");
        self.0
            .get(name)
            .cloned()
            .ok_or_else(|| format!("no schema {uri}").into())
    }
}
