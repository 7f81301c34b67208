//! Why a command cannot do what was asked.

use std::{error::Error, io, path::PathBuf};

use super::Exit;
use crate::{
    ConfigError, HistoryError, RegisterError, SchemaError, WireError,
    probe::{FeedError, Trouble, Unreachable},
};

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The command line does not make sense; the text says what to write instead.
    #[error("{0}")]
    Usage(String),
    /// The configuration file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The party does not answer, or is no party of the protocol.
    #[error("{0}")]
    Unreachable(Unreachable),
    /// A feed gives no items.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// A file cannot be written or read.
    #[error("cannot use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The history.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The schemas cannot be read.
    #[error("the schemas cannot be read")]
    Schema(#[from] SchemaError),
    /// No HTTP client.
    #[error("no HTTP client can be made")]
    Wire(#[from] WireError),
    /// The register of this build is broken.
    #[error(transparent)]
    Register(#[from] &'static RegisterError),
    /// A report cannot be written in some format.
    #[error("the report cannot be written as {format}")]
    Format {
        /// The format.
        format: &'static str,
        /// What the writer said.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unreachable(why) => Self::Unreachable(why),
            Trouble::Refused(why) => Self::Usage(why),
            Trouble::Wire(error) => Self::Wire(error),
        }
    }
}

impl Failure {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Unreachable(_) => Exit::Unreachable,
            Self::Usage(_)
            | Self::Config(_)
            | Self::Feed(_)
            | Self::File { .. }
            | Self::History(_)
            | Self::Schema(_)
            | Self::Wire(_)
            | Self::Register(_)
            | Self::Format { .. } => Exit::Usage,
        }
    }

    /// The failure and its causes, each on a line.
    pub(super) fn report(&self) {
        eprintln!("error: {self}");
        let mut cause = self.source();
        while let Some(below) = cause {
            eprintln!("  because: {below}");
            cause = below.source();
        }
    }
}
