//! `feed`: a seller's feed file, or an agent's Feed API.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    source::{KeyFlags, parse_address},
};
use crate::{FeedFileTarget, FeedTarget, Lane, Target, probe::Face};

/// A feed and how to judge it.
#[derive(Debug, Args)]
pub struct Options {
    /// A feed file or folder (JSON Lines, CSV, TSV, also `.gz`), or the address of a Feed API.
    #[arg(value_name = "FILE|URL", conflicts_with = "config")]
    feed: Option<String>,
    /// The configuration, with a section `[feed]` or `[feed_file]`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    key: KeyFlags,
    #[command(flatten)]
    flags: Flags,
}

/// Judges the feed.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = target(&options)?;
    let party = match (&target.feed_file, &target.feed) {
        (Some(file), None) => Party {
            name: file.path.display().to_string(),
            lanes: &[Lane::FeedFile],
            knock: None,
        },
        (_, Some(feed)) => Party {
            name: feed.url.to_string(),
            lanes: if target.feed_file.is_some() {
                &[Lane::FeedReceiver, Lane::FeedFile]
            } else {
                &[Lane::FeedReceiver]
            },
            knock: Some((Face::Feed, feed.url.clone(), Some(feed.key.clone()))),
        },
        (None, None) => {
            return Err(Failure::Usage(
                "the configuration has neither a [feed] nor a [feed_file] section".to_owned(),
            ));
        }
    };
    judge(party, target, &options.flags).await
}

fn target(options: &Options) -> Result<Target, Failure> {
    let Some(feed) = &options.feed else {
        let config = options.config.as_deref();
        return Ok(Target::read(config.unwrap_or(Path::new("certify.toml")))?);
    };
    if feed.starts_with("http://") || feed.starts_with("https://") {
        return Ok(Target {
            feed: Some(FeedTarget::new(parse_address(feed)?, options.key.read()?)),
            ..Target::default()
        });
    }
    let path = PathBuf::from(feed);
    if !path.exists() {
        return Err(Failure::Usage(format!(
            "{feed} is neither a file, nor a folder, nor an address (http:// or https://)"
        )));
    }
    Ok(Target {
        feed_file: Some(FeedFileTarget::new(path)),
        ..Target::default()
    })
}
