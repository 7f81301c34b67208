//! Runs of the past, one file each.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Counts, Report, SpecVersion};

/// Longest name of a target inside a file name, in characters.
const SLUG_MAX: usize = 60;
/// Longest id of a run, in characters.
const ID_MAX: usize = 100;

/// A folder of runs.
#[derive(Debug, Clone)]
pub struct History {
    folder: PathBuf,
}

/// The name of a run: when it began, and whom it judged. It is a file name and a part of addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(String);

/// A run in short, for lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The party.
    pub target: String,
    /// The profile by which it judged.
    pub profile: String,
    /// The versions by which it judged.
    pub versions: Vec<SpecVersion>,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Requests that it sent.
    pub requests: u32,
    /// Checks by verdict.
    pub counts: Counts,
}

/// Why a run cannot be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The system refuses.
    #[error("cannot use {}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no report of this program.
    #[error("{} is no report of comptoir-certify", path.display())]
    NoReport {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// The text cannot name a run.
    #[error("`{0}` cannot name a run")]
    BadId(String),
}

impl History {
    /// The history in this folder, which is made with the first run.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Keeps a report.
    pub fn save(&self, report: &Report) -> Result<RunId, HistoryError> {
        fs::create_dir_all(&self.folder).map_err(|source| io_at(&self.folder, source))?;
        let id = RunId::of(report);
        write_json(&self.file(&id, "json"), report)?;
        write_json(&self.file(&id, "summary"), &Summary::of(report))?;
        Ok(id)
    }

    /// Removes all but the newest `keep` runs of the target of this run; those that went.
    pub fn prune(&self, of: &RunId, keep: usize) -> Result<Vec<RunId>, HistoryError> {
        let mut runs = self.runs()?;
        runs.retain(|run| run.slug() == of.slug());
        let gone = runs.split_off(keep.min(runs.len()));
        for run in &gone {
            for extension in ["json", "summary"] {
                let path = self.file(run, extension);
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(io_at(&path, error));
                    }
                    Ok(()) | Err(_) => {}
                }
            }
        }
        Ok(gone)
    }

    /// Every run, the newest first. A folder that is not there holds none.
    pub fn runs(&self) -> Result<Vec<RunId>, HistoryError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(io_at(&self.folder, source)),
        };
        let mut runs: Vec<RunId> = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| io_at(&self.folder, source))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
                && let Some(id) = path
                    .file_stem()
                    .and_then(|stem| stem.to_str()?.parse().ok())
            {
                runs.push(id);
            }
        }
        runs.sort_unstable_by(|left, right| right.cmp(left));
        Ok(runs)
    }

    /// A run in short.
    pub fn summary(&self, id: &RunId) -> Result<Summary, HistoryError> {
        match read_json(&self.file(id, "summary")) {
            Ok(summary) => Ok(summary),
            Err(_) => Ok(Summary::of(&self.report(id)?)),
        }
    }

    /// A whole run.
    pub fn report(&self, id: &RunId) -> Result<Report, HistoryError> {
        read_json(&self.file(id, "json"))
    }

    fn file(&self, id: &RunId, extension: &str) -> PathBuf {
        self.folder.join(format!("{id}.{extension}"))
    }
}

impl RunId {
    fn of(report: &Report) -> Self {
        let started = report.started.strftime("%Y%m%dT%H%M%S%3fZ");
        let mut slug = String::new();
        for letter in report.target.chars().take(SLUG_MAX) {
            if letter.is_ascii_alphanumeric() {
                slug.push(letter);
            } else if !slug.ends_with('-') {
                slug.push('-');
            }
        }
        Self(format!("{started}-{}", slug.trim_matches('-')))
    }

    /// The target's part of the name.
    fn slug(&self) -> &str {
        self.0.split_once('-').map_or("", |(_, slug)| slug)
    }
}

impl FromStr for RunId {
    type Err = HistoryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Nothing that could leave the folder.
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if text.is_empty() || text.len() > ID_MAX || !text.chars().all(allowed) {
            return Err(HistoryError::BadId(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Summary {
    fn of(report: &Report) -> Self {
        Self {
            target: report.target.clone(),
            profile: report.profile.clone(),
            versions: report.versions.clone(),
            started: report.started,
            duration_ms: report.duration_ms,
            requests: report.requests,
            counts: report.counts(),
        }
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), HistoryError> {
    let text = serde_json::to_vec(value).map_err(|source| HistoryError::NoReport {
        path: path.to_owned(),
        source,
    })?;
    fs::write(path, text).map_err(|source| io_at(path, source))
}

/// A report or summary in a file.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, HistoryError> {
    let text = fs::read(path).map_err(|source| io_at(path, source))?;
    serde_json::from_slice(&text).map_err(|source| HistoryError::NoReport {
        path: path.to_owned(),
        source,
    })
}

fn io_at(path: &Path, source: io::Error) -> HistoryError {
    HistoryError::Io {
        path: path.to_owned(),
        source,
    }
}
