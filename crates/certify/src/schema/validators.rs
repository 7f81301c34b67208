//! Validators of single definitions, built when first asked for.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::SchemaError;

/// Documents by address, and the validators built from them so far.
pub(super) struct Validators {
    registry: Registry<'static>,
    built: Mutex<BTreeMap<String, Arc<Validator>>>,
}

impl Validators {
    pub(super) fn new(
        documents: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self, SchemaError> {
        let registry = Registry::new()
            .retriever(Nowhere)
            .extend(documents)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|error| SchemaError::Unbuildable {
                schema: "the schemas of one version".to_owned(),
                problem: error.to_string(),
            })?;
        Ok(Self {
            registry,
            built: Mutex::default(),
        })
    }

    /// The validator of the definition at `address`.
    pub(super) fn get(&self, address: &str) -> Result<Arc<Validator>, SchemaError> {
        let known = || self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = known().get(address) {
            return Ok(Arc::clone(validator));
        }
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": address,
        });
        let validator = jsonschema::options()
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| SchemaError::Unbuildable {
                schema: address.to_owned(),
                problem: error.to_string(),
            })?;
        let validator = Arc::new(validator);
        known().insert(address.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }
}

/// Fetches nothing: every document is at hand.
struct Nowhere;

impl jsonschema::Retrieve for Nowhere {
    fn retrieve(
        &self,
        uri: &jsonschema::Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("{uri} is not at hand").into())
    }
}
