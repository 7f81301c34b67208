//! Prepared calls at rest: the complete call holds a token and an address, so it is encrypted.

use comptoir_signing::envelope::associated_data;
use zeroize::Zeroizing;

use super::{PurchaseError, model::Purchase};
use crate::agent::Agent;

impl Agent {
    /// Encrypts a prepared body for its purchase and attempt alone.
    pub(super) fn seal_body(
        &self,
        purchase: &Purchase,
        key: &str,
        body: &[u8],
    ) -> Result<String, PurchaseError> {
        let aad = associated_data(&[b"complete call", purchase.id.as_bytes(), key.as_bytes()]);
        let sealed = self
            .parts()
            .key_ring
            .seal(&*self.parts().environment.entropy, &aad, body)
            .map_err(|_| PurchaseError::Sealing)?;
        Ok(hex::encode(sealed))
    }

    /// The opposite of [`Agent::seal_body`].
    pub(super) fn open_body(
        &self,
        purchase: &Purchase,
        key: &str,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, PurchaseError> {
        let aad = associated_data(&[b"complete call", purchase.id.as_bytes(), key.as_bytes()]);
        let sealed = hex::decode(sealed).map_err(|_| PurchaseError::Sealing)?;
        self.parts()
            .key_ring
            .open(&aad, &sealed)
            .map_err(|_| PurchaseError::Sealing)
    }
}
