//! Who may ask: bearer keys, foreign sessions, and the transport that carries them.

mod bearer;
mod foreign;
pub(in crate::lanes) mod transport;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = bearer::checks();
    checks.extend(foreign::checks());
    checks.extend(transport::checks());
    checks
}
