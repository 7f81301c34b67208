//! Black-box certification of the parties of the Agentic Commerce Protocol.
//!
//! A [`SpecVersion`] names the dated version by which a party is judged:
//!
//! ```
//! use comptoir_certify::SpecVersion;
//!
//! let version: SpecVersion = "2026-04-17".parse()?;
//! assert_eq!(version, SpecVersion::LATEST);
//! # Ok::<(), comptoir_certify::UnknownVersion>(())
//! ```
//!
//! A [`SchemaJudge`] knows the shapes of every version's messages.

mod case;
mod check;
pub mod cli;
mod compare;
mod config;
mod contradictions;
mod coverage;
mod evidence;
mod history;
mod lane;
pub mod lanes;
mod pattern;
mod plan;
mod probe;
mod profile;
mod register;
pub mod report;
mod runner;
mod schema;
mod serve;
mod shared;
mod verdict;
mod version;
mod wire;

pub use case::Case;
pub use check::{Check, Outcome, Stop};
pub use compare::{Change, Comparison};
pub use config::{
    Address, AgentTarget, Buyer, ConfigError, FeedFileTarget, FeedPushTarget, FeedTarget, Key,
    Limits, McpTarget, Payment, PspTarget, ReceiverTarget, SellerBacked, SellerTarget,
    SignatureNotation, SigningScheme, Target, WebhookTarget,
};
pub use contradictions::{Contradiction, Reading, contradictions};
pub use coverage::{ConstraintNumbers, Coverage, Covered, JudgedShapes, Numbers, constraints};
pub use evidence::{Exchange, RecordedRequest, RecordedResponse};
pub use history::{History, HistoryError, RunId, Summary};
pub use lane::{Lane, Topic, UnknownLane, UnknownTopic};
pub use pattern::Pattern;
pub use plan::Plan;
pub use profile::{Profile, UnknownProfile};
pub use register::{Party, RegisterError, Requirement, requirements};
pub use report::{Counts, Report};
pub use runner::{Progress, RunOptions, Runner};
pub use schema::{
    Constraint, ConstraintKind, FaultSource, NotationError, SPEC_DEFECTS, SchemaError, SchemaFault,
    SchemaJudge, ShapeFile, SpecDefect,
};
pub use verdict::{CheckResult, Finding, Severity, Verdict};
pub use version::{SpecVersion, UnknownVersion, VersionRange};
pub use wire::{Answer, Request, Wire, WireError};
