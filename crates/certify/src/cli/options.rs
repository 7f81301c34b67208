//! What every judging command can be told.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf, str::FromStr};

use clap::Args;

use crate::{Lane, Pattern, Profile, SpecVersion, Topic, UnknownVersion};

/// Which checks, by which reading, and what to write.
#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Only checks whose id matches, such as `seller.idempotency.*`; may be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(super) only: Vec<Pattern>,
    /// Judge by this dated version; may be repeated. `all` means every released version that the party
    /// says it speaks.
    #[arg(long, value_name = "DATE")]
    pub(super) version: Vec<VersionChoice>,
    /// Only this lane of the party; may be repeated.
    #[arg(long)]
    pub(super) lane: Vec<Lane>,
    /// Only this topic; may be repeated.
    #[arg(long)]
    pub(super) topic: Vec<Topic>,
    /// Stop at the first violation.
    #[arg(long)]
    pub(super) bail: bool,
    /// Whose reading to take where sources contradict: spec or openai-certification
    /// [default: spec; openai-certification with --pack].
    #[arg(long)]
    pub(super) profile: Option<Profile>,
    /// Write the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Write the report as `JUnit` XML.
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write the report as SARIF 2.1.0.
    #[arg(long, value_name = "FILE")]
    pub(super) sarif: Option<PathBuf>,
    /// Write the certification pack into this folder: certification.html and certification.zip.
    #[arg(long, value_name = "DIR")]
    pub(super) pack: Option<PathBuf>,
    /// Folder with the official schemas, `<version>/json-schema/…`: judge by them too.
    #[arg(long, value_name = "DIR")]
    pub(super) spec: Option<PathBuf>,
    /// Folder in which runs are kept.
    #[arg(long, value_name = "DIR", default_value = super::HISTORY)]
    pub(super) history: PathBuf,
    /// Do not keep this run.
    #[arg(long)]
    pub(super) no_history: bool,
    /// Runs of this party that are kept, the newest ones; older ones are removed.
    #[arg(long, value_name = "N", default_value = "20")]
    pub(super) keep: NonZeroUsize,
    /// Print one line only.
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Afterwards show the page of all kept runs, until interrupted.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = super::PAGE)]
    pub(super) serve: Option<SocketAddr>,
}

/// A version, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VersionChoice {
    /// Every released version.
    All,
    /// One.
    One(SpecVersion),
}

impl FromStr for VersionChoice {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self::All);
        }
        text.parse().map(Self::One)
    }
}

impl Flags {
    /// The profile asked for.
    pub(super) fn profile(&self) -> Profile {
        let by_output = if self.pack.is_some() {
            Profile::OpenaiCertification
        } else {
            Profile::Spec
        };
        self.profile.unwrap_or(by_output)
    }

    /// Whether every version is asked for.
    pub(super) fn wants_all_versions(&self) -> bool {
        self.version.contains(&VersionChoice::All)
    }

    /// The versions asked for, oldest first; `configured` when none is.
    pub(super) fn versions(&self, configured: Option<SpecVersion>) -> Vec<SpecVersion> {
        if self.version.is_empty() {
            return vec![configured.unwrap_or(SpecVersion::LATEST)];
        }
        let wanted = |version: &SpecVersion| {
            let mut choices = self.version.iter();
            choices.any(|choice| {
                *choice == VersionChoice::All || *choice == VersionChoice::One(*version)
            })
        };
        SpecVersion::ALL.into_iter().filter(wanted).collect()
    }
}
