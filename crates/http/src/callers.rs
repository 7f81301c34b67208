//! Who calls: bearer keys, and the principal each of them proves.

use std::{fmt, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use comptoir_signing::secret::constant_time_eq;
use secrecy::{ExposeSecret, SecretString};

/// Identity of a caller, whatever proved it. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal(Arc<str>);

impl Principal {
    /// A principal of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The bearer keys a server accepts. Only their SHA-256 digests are kept.
///
/// One principal may have several keys, which is how keys are rotated.
#[derive(Clone, Default)]
pub struct CallerKeys(Vec<(KeyDigest, Principal)>);

type KeyDigest = [u8; 32];

impl CallerKeys {
    /// No keys: nobody may call.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts one more key. An empty key is never accepted.
    #[must_use]
    pub fn with(mut self, bearer: &SecretString, principal: &str) -> Self {
        self.insert(bearer, &Principal::new(principal));
        self
    }

    /// Accepts one more key. An empty key is never accepted.
    pub fn insert(&mut self, bearer: &SecretString, principal: &Principal) {
        if let Some(digest) = key_digest(bearer.expose_secret().as_bytes()) {
            self.0.push((digest, principal.clone()));
        }
    }

    /// The principal of a presented key.
    ///
    /// Every stored digest is compared, and each in constant time: neither a near miss nor the
    /// position of a hit shows in the time taken.
    #[must_use]
    pub fn find(&self, presented: &[u8]) -> Option<&Principal> {
        let presented = key_digest(presented)?;
        let mut found = None;
        for (digest, principal) in &self.0 {
            if constant_time_eq(digest, &presented) {
                found = Some(principal);
            }
        }
        found
    }
}

impl fmt::Debug for CallerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(_, principal)| principal))
            .finish()
    }
}

fn key_digest(key: &[u8]) -> Option<KeyDigest> {
    if key.is_empty() {
        return None;
    }
    digest(&SHA256, key).as_ref().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_rotate_and_an_empty_key_is_nobody() {
        let keys = CallerKeys::new()
            .with(&SecretString::from("old"), "alice")
            .with(&SecretString::from("new"), "alice")
            .with(&SecretString::from(""), "nobody");
        assert_eq!(keys.find(b"old"), Some(&Principal::new("alice")));
        assert_eq!(keys.find(b"new"), keys.find(b"old"));
        assert_eq!(keys.find(b""), None);
        assert_eq!(keys.find(b"ol"), None);
        assert_eq!(
            format!("{keys:?}"),
            r#"[Principal("alice"), Principal("alice")]"#
        );
    }
}
