//! The official JSON Schema files, read from a folder that the user names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{
    SchemaError,
    defects::SPEC_DEFECTS,
    fault::{Breach, FaultSource, Rule, SchemaFault, faults},
    validators::Validators,
    wording,
};
use crate::SpecVersion;

const BASE: &str = "https://official.invalid/";
/// The longest text of the validator in a message.
const LONGEST_TEXT: usize = 160;

/// The official files of every version that the folder holds.
pub(super) struct Official {
    versions: BTreeMap<SpecVersion, Version>,
}

struct Version {
    validators: Validators,
    /// The addresses of the definitions.
    definitions: BTreeSet<String>,
}

impl Official {
    /// Reads `<dir>/<version>/json-schema/schema.*.json`.
    pub(super) fn read(dir: &Path) -> Result<Self, SchemaError> {
        let mut versions = BTreeMap::new();
        for version in SpecVersion::ALL {
            let folder = dir.join(version.as_str()).join("json-schema");
            if folder.is_dir() {
                versions.insert(version, Version::read(version, &folder)?);
            }
        }
        if versions.is_empty() {
            return Err(SchemaError::NoOfficialFiles(dir.to_owned()));
        }
        Ok(Self { versions })
    }

    /// The faults of `value` by the official definition of `bundle#shape`; none when there is no
    /// such definition.
    pub(super) fn faults(
        &self,
        version: SpecVersion,
        bundle: &str,
        shape: &str,
        value: &Value,
    ) -> Result<Vec<SchemaFault>, SchemaError> {
        let Some(validator) = self.validator(version, bundle, shape)? else {
            return Ok(Vec::new());
        };
        let judged = format!("{bundle}#{shape}");
        let rules = |breach: &Breach<'_>| {
            let place = breach.address.strip_prefix(BASE).unwrap_or(&breach.address);
            let excused = SPEC_DEFECTS
                .iter()
                .any(|defect| defect.covers(version, &judged, place, breach.member));
            (!excused).then(|| Rule {
                constraint: place.to_owned(),
                says: wording::shortened(&breach.masked, LONGEST_TEXT),
            })
        };
        Ok(faults(&validator, value, FaultSource::Official, &rules))
    }

    fn validator(
        &self,
        version: SpecVersion,
        bundle: &str,
        shape: &str,
    ) -> Result<Option<Arc<Validator>>, SchemaError> {
        let file = file_of(bundle);
        let address = format!("{BASE}{version}/json-schema/{file}#/$defs/{shape}");
        match self.versions.get(&version) {
            Some(found) if found.definitions.contains(&address) => {
                found.validators.get(&address).map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl Version {
    fn read(version: SpecVersion, folder: &Path) -> Result<Self, SchemaError> {
        let mut documents = Vec::new();
        let mut definitions = BTreeSet::new();
        for path in files(folder)? {
            let unreadable = |problem: String| SchemaError::UnreadableOfficialFile {
                file: path.clone(),
                problem,
            };
            let bytes = fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
            let mut document: Value =
                serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let address = format!("{BASE}{version}/json-schema/{name}");
            // References between the files go by file name, their `$id`s do not.
            if let Some(members) = document.as_object_mut() {
                members.remove("$id");
            }
            mend(&mut document);
            let defined = document.get("$defs").and_then(Value::as_object);
            for shape in defined.into_iter().flat_map(serde_json::Map::keys) {
                definitions.insert(format!("{address}#/$defs/{shape}"));
            }
            documents.push((address, document));
        }
        Ok(Self {
            validators: Validators::new(documents)?,
            definitions,
        })
    }
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, SchemaError> {
    let unreadable = |error: std::io::Error| SchemaError::UnreadableOfficialFile {
        file: folder.to_owned(),
        problem: error.to_string(),
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The official file that defines a bundle.
fn file_of(bundle: &str) -> String {
    match bundle {
        "checkout" => "schema.agentic_checkout.json".to_owned(),
        _ => format!("schema.{bundle}.json"),
    }
}

/// Rewrites `exclusiveMinimum: true`, which the first version took from an old draft and which no
/// validator of 2020-12 accepts.
fn mend(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(mend),
        Value::Object(members) => {
            if members.get("exclusiveMinimum") == Some(&json!(true)) {
                let least = members.remove("minimum").unwrap_or_else(|| json!(0));
                members.insert("exclusiveMinimum".to_owned(), least);
            }
            members.values_mut().for_each(mend);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
