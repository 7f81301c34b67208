//! Prepared calls at rest: the complete call holds a token and an address, so it is encrypted.

use comptoir_signing::envelope::associated_data;

use super::{PurchaseError, model::Purchase};
use crate::{agent::Agent, peer::PreparedCall};

impl Agent {
    /// Encrypts a prepared call for its purchase and attempt alone.
    pub(super) fn seal_call(
        &self,
        purchase: &Purchase,
        key: &str,
        call: &PreparedCall,
    ) -> Result<String, PurchaseError> {
        let aad = associated_data(&[b"complete call", purchase.id.as_bytes(), key.as_bytes()]);
        let sealed = self
            .parts()
            .key_ring
            .seal(&*self.parts().environment.entropy, &aad, &call.to_record()?)
            .map_err(|_| PurchaseError::Sealing)?;
        Ok(hex::encode(sealed))
    }

    /// The opposite of [`Agent::seal_call`]: the same call, byte for byte.
    pub(super) fn open_call(
        &self,
        purchase: &Purchase,
        key: &str,
        sealed: &str,
    ) -> Result<PreparedCall, PurchaseError> {
        let aad = associated_data(&[b"complete call", purchase.id.as_bytes(), key.as_bytes()]);
        let sealed = hex::decode(sealed).map_err(|_| PurchaseError::Sealing)?;
        let record = self
            .parts()
            .key_ring
            .open(&aad, &sealed)
            .map_err(|_| PurchaseError::Sealing)?;
        Ok(PreparedCall::from_record(&record)?)
    }
}
