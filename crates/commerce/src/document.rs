//! The version number at the head of every stored document.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The version that this code writes.
pub const DOCUMENT_VERSION: u32 = 1;

/// Head of a stored document. Reading a document of an unknown version fails here, by name, and
/// not somewhere in its middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentVersion;

impl Serialize for DocumentVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(DOCUMENT_VERSION)
    }
}

impl<'de> Deserialize<'de> for DocumentVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = u32::deserialize(deserializer)?;
        if found == DOCUMENT_VERSION {
            return Ok(Self);
        }
        Err(D::Error::custom(format!(
            "unknown document version {found}"
        )))
    }
}
