//! The compiled schemas as JSON, for those who generate requests from them.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::Value;

use super::{
    bundles::{self, FILES},
    compiler::BASE,
};
use crate::SpecVersion;

type Documents = BTreeMap<SpecVersion, BTreeMap<String, Value>>;

/// The JSON Schema of every bundle of a version, by the bundle's name; references read
/// `checkout#/$defs/Address`. `None` when the shape files of this build cannot be read.
pub(crate) fn documents(version: SpecVersion) -> Option<&'static BTreeMap<String, Value>> {
    static ALL: LazyLock<Option<Documents>> = LazyLock::new(|| {
        let compiled = bundles::compile(FILES).ok()?;
        let versions = compiled.into_iter().map(|(version, compiled)| {
            let base = format!("{BASE}{version}/");
            let named = compiled
                .documents
                .into_iter()
                .filter_map(|(address, json)| {
                    let bundle = address.strip_prefix(&base)?;
                    Some((bundle.to_owned(), json))
                });
            (version, named.collect())
        });
        Some(versions.collect())
    });
    ALL.as_ref()?.get(&version)
}
