//! Naive agents: the reference agent with `--naive ID`, what it then does, and which checks must see it.

use comptoir_certify::SpecVersion;

use super::{
    agent_calls, agent_extensions, agent_identity, agent_payments, agent_sessions, fault::Fault,
};

/// One named way in which the reference agent is naive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AgentFault {
    /// Stable name, the argument of `--naive`.
    pub(crate) id: &'static str,
    /// What the agent does, one sentence without its subject.
    pub(crate) does: &'static str,
    /// The version by which the judge looks.
    pub(crate) version: SpecVersion,
    /// Checks that must turn red, each of them.
    pub(crate) red: &'static [&'static str],
}

pub(crate) const fn naive(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
) -> AgentFault {
    AgentFault {
        id,
        does,
        version: SpecVersion::LATEST,
        red,
    }
}

pub(crate) fn faults() -> Vec<Fault> {
    let tables = [
        agent_sessions::FAULTS,
        agent_payments::FAULTS,
        agent_calls::FAULTS,
        agent_extensions::FAULTS,
        agent_identity::FAULTS,
    ];
    let rows = tables.into_iter().flatten();
    rows.map(|row| Fault::naive(row.id, row.does, row.version, row.red))
        .collect()
}
