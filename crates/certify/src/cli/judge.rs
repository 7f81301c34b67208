//! A run as the command line does it: knock, run, tell, write.

use std::{path::Path, sync::Arc};

use tokio::sync::mpsc;
use url::Url;

use super::{Exit, Failure, options::Flags, progress, say, serve::show};
use crate::{
    History, Key, Lane, Plan, Report, Runner, SchemaJudge, SpecVersion, Target,
    probe::{Face, greet, reach, supported},
    report::{human, json, junit, pack, pack::PackError, sarif},
};

/// Whom a command judges.
pub(super) struct Party {
    /// Its name in reports.
    pub(super) name: String,
    /// The lanes that look at it.
    pub(super) lanes: &'static [Lane],
    /// Where to knock before the run; nowhere for parties that call the judge.
    pub(super) knock: Option<(Face, Url, Option<Key>)>,
}

/// Judges a party, prints the summary, writes what the flags ask for.
pub(super) async fn judge(party: Party, target: Target, flags: &Flags) -> Result<Exit, Failure> {
    let judge = Arc::new(match &flags.spec {
        Some(folder) => SchemaJudge::with_official(folder)?,
        None => SchemaJudge::bundled()?,
    });
    let mut plan = plan(&party, target, flags)?;
    knock(&party, &mut plan, &judge, flags).await?;
    let (sender, receiver) = mpsc::unbounded_channel();
    let watcher = tokio::spawn(progress::show(receiver, flags.quiet));
    let report = plan.run(&judge, Some(sender)).await?;
    // The sender is gone, so the watcher ends too.
    let _ = watcher.await;
    let exit = finish(&report, flags)?;
    if let Some(address) = flags.serve {
        show(address, &flags.history).await?;
    }
    Ok(exit)
}

/// Whether there is anything to judge; with `--version all` also, by which versions.
async fn knock(
    party: &Party,
    plan: &mut Plan,
    judge: &Arc<SchemaJudge>,
    flags: &Flags,
) -> Result<(), Failure> {
    let Some((face, url, key)) = &party.knock else {
        return Ok(());
    };
    let newest = plan.versions.last().copied();
    let version = newest.unwrap_or(SpecVersion::LATEST);
    let case = Runner::new(version, plan.target.clone(), Arc::clone(judge))?.case();
    let key = key.as_ref().and_then(Key::expose);
    reach(&case, url, key, *face)
        .await
        .map_err(Failure::Unreachable)?;
    if *face == Face::Mcp
        && let Some(reason) = greet(&case, url).await?
    {
        eprintln!("{url}: {reason}");
    }
    if *face == Face::Seller && flags.wants_all_versions() {
        let (spoken, _) = supported(&case, url, key.unwrap_or_default()).await;
        let left_out: Vec<_> = plan
            .versions
            .extract_if(.., |version| {
                !spoken.is_empty() && !spoken.contains(version)
            })
            .map(SpecVersion::as_str)
            .collect();
        if !left_out.is_empty() && !flags.quiet {
            eprintln!(
                "left out, for the seller does not name them: {}",
                left_out.join(", ")
            );
        }
    }
    Ok(())
}

fn plan(party: &Party, target: Target, flags: &Flags) -> Result<Plan, Failure> {
    let lanes: Vec<_> = if flags.lane.is_empty() {
        party.lanes.to_vec()
    } else {
        let wanted = party.lanes.iter().filter(|lane| flags.lane.contains(lane));
        wanted.copied().collect()
    };
    if lanes.is_empty() {
        let names: Vec<_> = party.lanes.iter().map(|lane| lane.as_str()).collect();
        return Err(Failure::Usage(format!(
            "this command has no such lane; its lanes are {}",
            names.join(", ")
        )));
    }
    let plan = Plan {
        versions: flags.versions(target.version),
        profile: flags.profile(),
        only: flags.only.clone(),
        topics: flags.topic.clone(),
        bail: flags.bail,
        ..Plan::new(party.name.clone(), target, &lanes)
    };
    let planned: usize = plan
        .versions
        .iter()
        .map(|&one| plan.checks(one).len())
        .sum();
    let narrowed = !plan.only.is_empty() || !plan.topics.is_empty();
    if planned == 0 && narrowed {
        return Err(Failure::Usage(
            "no check matches --only, --topic and --lane; `list` shows all checks".to_owned(),
        ));
    }
    Ok(plan)
}

/// Writes every output and prints the summary.
fn finish(report: &Report, flags: &Flags) -> Result<Exit, Failure> {
    write_outputs(report, flags)?;
    let kept = (!flags.no_history).then(|| keep(report, flags));
    if flags.quiet {
        say(&human::verdict_line(report));
    } else {
        say(&human::summary(report, human::Style::of_stdout()));
        if let Some(words) = kept.flatten() {
            say(&words);
        }
    }
    Ok(Exit::of(report))
}

/// Keeps the run and removes old ones; tells what was done.
fn keep(report: &Report, flags: &Flags) -> Option<String> {
    let history = History::new(&flags.history);
    let folder = flags.history.display();
    // A folder that cannot be written must not hide the result.
    let id = match history.save(report) {
        Ok(id) => id,
        Err(error) => {
            eprintln!("warning: this run is not kept: {error}");
            return None;
        }
    };
    let kept = format!("kept as {id} in {folder}");
    match history.prune(&id, flags.keep.get()) {
        Ok(gone) if gone.is_empty() => Some(kept),
        Ok(gone) => {
            let names: Vec<_> = gone.iter().map(ToString::to_string).collect();
            let names = names.join(", ");
            let all = flags.keep;
            Some(format!(
                "{kept}\nremoved, for {all} runs of a party are kept (--keep): {names}"
            ))
        }
        Err(error) => {
            eprintln!("warning: older runs are not removed: {error}");
            Some(kept)
        }
    }
}

fn write_outputs(report: &Report, flags: &Flags) -> Result<(), Failure> {
    let failed = |format: &'static str| {
        move |error: serde_json::Error| Failure::Format {
            format,
            source: error.into(),
        }
    };
    if let Some(path) = &flags.json {
        write_file(path, json::text(report).map_err(failed("JSON"))?.as_bytes())?;
    }
    if let Some(path) = &flags.junit {
        write_file(path, junit::text(report).as_bytes())?;
    }
    if let Some(path) = &flags.sarif {
        let log = sarif::log(report);
        let text = serde_json::to_string_pretty(&log).map_err(failed("SARIF"))?;
        write_file(path, text.as_bytes())?;
    }
    if let Some(folder) = &flags.pack {
        let failed = |error: PackError| Failure::Format {
            format: "a certification pack",
            source: error.into(),
        };
        let page = pack::html(report).map_err(|error| failed(error.into()))?;
        write_file(&folder.join("certification.html"), page.as_bytes())?;
        let archive = pack::archive(report).map_err(failed)?;
        write_file(&folder.join("certification.zip"), &archive)?;
    }
    Ok(())
}

/// Writes a file, and the folders above it.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |source| Failure::File {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}
