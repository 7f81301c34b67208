//! Snapshots in files, given to the agent by `feed.ingest_command`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    super::{command, documents::text},
    FeedApi, check,
    product::{full, minimal, plain},
};
use crate::{Case, Check, Outcome, Stop, Topic};

/// Longest ingestion.
const INGEST: Duration = Duration::from_secs(30);

/// Files for the agent; removed when this is dropped.
pub(super) struct Files(PathBuf);

impl Drop for Files {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's folder for such files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Files {
    pub(super) fn new(case: &Case) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("certify-{}", case.fresh_key()?));
        fs::create_dir_all(&folder).map_err(|error| untried(&folder, &error))?;
        Ok(Self(folder))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// Writes a file and returns its path.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Outcome<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, content).map_err(|error| untried(&path, &error))?;
        Ok(path)
    }

    /// A snapshot in the protocol's own form.
    fn snapshot(&self, feed: &str, products: &[Value]) -> Outcome<()> {
        let metadata = json!({ "id": feed, "target_country": "US" });
        self.write("metadata.json", metadata.to_string().as_bytes())?;
        let lines: Vec<_> = products.iter().map(ToString::to_string).collect();
        let lines = format!("{}\n", lines.join("\n"));
        self.write("products.jsonl", lines.as_bytes())?;
        Ok(())
    }
}

fn untried(path: &Path, error: &std::io::Error) -> Stop {
    Stop::NotTested(format!("cannot write {}: {error}", path.display()))
}

/// Lets the agent read a file or folder into a feed; whether the command said that it worked.
pub(super) async fn ingest(api: &FeedApi, feed: &str, path: &Path) -> Outcome<bool> {
    let output = command::run(
        &api.target().ingest_command,
        "nothing gives the agent feed files: set feed.ingest_command in certify.toml",
        &[
            ("ACP_FEED_PATH", path.as_ref()),
            ("ACP_FEED_ID", feed.as_ref()),
        ],
        INGEST,
    )
    .await?;
    Ok(output.status.success())
}

type Run = fn(Arc<Case>) -> futures_util::future::BoxFuture<'static, Outcome>;

pub(super) fn checks() -> Vec<Check> {
    let rows: [(&str, &str, &[&'static str], Run); 5] = [
        (
            "snapshot-fills",
            "after a snapshot the feed holds exactly its products",
            &["feeds.snapshot.replaces-all"],
            |case| Box::pin(fills(case)),
        ),
        (
            "snapshot-omitted",
            "a product that the next snapshot omits is gone",
            &[
                "feeds.snapshot.omitted-removed",
                "feeds.snapshot.replaces-all",
            ],
            |case| Box::pin(omitted(case)),
        ),
        (
            "snapshot-after-upsert",
            "a snapshot replaces what came by upserts",
            &[
                "feeds.snapshot.partial-only-patch",
                "feeds.snapshot.replaces-all",
            ],
            |case| Box::pin(after_upsert(case)),
        ),
        (
            "snapshot-updated-at",
            "a snapshot should move updated_at",
            &["feeds.update.updated-at-advances"],
            |case| Box::pin(updated_at(case)),
        ),
        (
            "snapshot-broken",
            "a snapshot with a broken line leaves no half of it behind in silence",
            &["feeds.snapshot.replaces-all"],
            |case| Box::pin(broken(case)),
        ),
    ];
    rows.into_iter()
        .map(|(name, title, proves, run)| {
            check(Topic::Lifecycle, name, title, run)
                .proves(proves)
                .advice("a file is a full replacement: make the product set that of the file")
        })
        .collect()
}

/// Gives the agent a snapshot of these products.
async fn given(api: &FeedApi, feed: &str, products: &[Value]) -> Outcome {
    let files = Files::new(api.case())?;
    files.snapshot(feed, products)?;
    if ingest(api, feed, files.folder()).await? {
        return Ok(());
    }
    Err(Stop::NotTested(
        "feed.ingest_command failed with a valid snapshot".to_owned(),
    ))
}

/// A feed, where files can be given at all.
async fn feed(case: &Arc<Case>) -> Outcome<(FeedApi, String)> {
    let api = FeedApi::of(case)?;
    if api.target().ingest_command.is_empty() {
        ingest(&api, "", Path::new("")).await?;
    }
    let (id, _) = api.created().await?;
    Ok((api, id))
}

async fn fills(case: Arc<Case>) -> Outcome {
    let (api, id) = feed(&case).await?;
    given(&api, &id, &[full("mug"), minimal("bowl")]).await?;
    let rule = "a snapshot is the whole product set";
    api.must_hold_ids(&id, &["mug", "bowl"], rule).await
}

async fn omitted(case: Arc<Case>) -> Outcome {
    let (api, id) = feed(&case).await?;
    given(&api, &id, &[minimal("mug"), minimal("bowl")]).await?;
    given(&api, &id, &[plain("bowl", "Deep bowl", 1)]).await?;
    let rule = "what a snapshot omits is gone";
    api.must_hold_ids(&id, &["bowl"], rule).await?;
    let (held, answer) = api.held_product(&id, "bowl").await?;
    case.must(
        held.is_some_and(|held| text(&held, "title") == "Deep bowl"),
        &answer,
        "a snapshot replaces products",
        || case.excerpt(&answer),
    )
}

async fn after_upsert(case: Arc<Case>) -> Outcome {
    let (api, id) = feed(&case).await?;
    api.upserted(&id, &[minimal("jug")]).await?;
    given(&api, &id, &[minimal("mug")]).await?;
    api.must_hold_ids(&id, &["mug"], "a file is always a full replacement")
        .await
}

async fn updated_at(case: Arc<Case>) -> Outcome {
    let (api, id) = feed(&case).await?;
    let before = api.metadata(&id).await?;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    given(&api, &id, &[minimal("mug")]).await?;
    let after = api.metadata(&id).await?;
    case.should(
        after.text("/updated_at") > before.text("/updated_at"),
        &after,
        "updated_at should grow after a full replacement",
        || case.excerpt(&after),
    );
    Ok(())
}

async fn broken(case: Arc<Case>) -> Outcome {
    let (api, id) = feed(&case).await?;
    given(&api, &id, &[minimal("mug")]).await?;
    let files = Files::new(&case)?;
    files.snapshot(&id, &[minimal("bowl")])?;
    let lines = format!("{}\n{{\"id\": \"jug\", \n", minimal("bowl"));
    files.write("products.jsonl", lines.as_bytes())?;
    let taken = ingest(&api, &id, files.folder()).await?;
    let (held, answer) = api.held(&id).await?;
    let ids: Vec<_> = held.iter().map(|one| text(one, "id")).collect();
    case.must(
        taken || ids == ["mug"],
        &answer,
        "a snapshot that was refused changes nothing",
        || ids.join(", "),
    )
}
