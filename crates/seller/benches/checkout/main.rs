//! `cargo xtask bench checkout`: our durable checkout beside a bare axum twin, in one run.
//!
//! Prints the disk's sync rate, the twin's GET and POST, our create, get, update and complete at 1,
//! 64 and 256 connections, and create over the number of stored sessions. Server and load generator
//! share this machine's cores.

#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::format_push_string,
    reason = "a benchmark, not product code"
)]

mod load;
mod process;
mod processor;
mod report;
mod requests;
mod server;
mod twin;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context, Result};
use http::StatusCode;

use crate::{
    load::{Bounds, MakeRequest, Measured, SeeAnswer},
    process::Server,
    report::{Cell, Cells, Point, Report, TYPICAL},
};

const CONNECTIONS: [usize; 3] = [1, TYPICAL, 256];
/// Sessions per point of the curve.
const CURVE_STEP: u64 = 10_000;

struct Arguments {
    json: Option<PathBuf>,
    seconds: u64,
    connections: Vec<usize>,
    curve_sessions: u64,
    serve: Option<String>,
    data: PathBuf,
}

fn arguments() -> Result<Arguments> {
    let mut found = Arguments {
        json: None,
        seconds: 4,
        connections: CONNECTIONS.to_vec(),
        curve_sessions: 200_000,
        serve: None,
        data: PathBuf::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--json" => found.json = Some(value()?.into()),
            "--seconds" => found.seconds = value()?.parse()?,
            // Only this number, while tuning.
            "--connections" => found.connections = vec![value()?.parse()?],
            "--curve" => found.curve_sessions = value()?.parse()?,
            "--serve" => found.serve = Some(value()?),
            "--data" => found.data = value()?.into(),
            // Cargo passes this to every benchmark.
            "--bench" => {}
            other => anyhow::bail!("unknown argument {other}"),
        }
    }
    Ok(found)
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = arguments()?;
    if let Some(kind) = &arguments.serve {
        return server::serve(kind, &arguments.data).await;
    }
    // On the disk of the build, not in a folder that may live in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut report = Report {
        disk_syncs_per_s: process::disk_syncs_per_s(folder.path())?.round(),
        durability: "SQLite WAL, synchronous=FULL, group commit: an answer is sent after its sync",
        cores: std::thread::available_parallelism()?.get(),
        twin: Cells::new(),
        comptoir: Cells::new(),
        create_curve: Vec::new(),
        ratios: BTreeMap::new(),
    };
    let run = Run {
        seconds: Duration::from_secs(arguments.seconds),
        connections: arguments.connections,
        data: folder.path(),
    };
    let session = run.sample_session().await?;
    std::fs::write(folder.path().join("session.json"), session)?;
    run.twin(&mut report).await?;
    run.comptoir(&mut report).await?;
    run.curve(&mut report, arguments.curve_sessions).await?;
    report.ratios();
    println!("{}", report.table());
    if let Some(path) = arguments.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

struct Run<'a> {
    seconds: Duration,
    connections: Vec<usize>,
    data: &'a Path,
}

impl Run<'_> {
    /// A ready session of ours, whose bytes the twin serves.
    async fn sample_session(&self) -> Result<Vec<u8>> {
        let server = Server::start("seller", &self.folder("sample")?)?;
        let (status, body) = load::once(server.address, requests::create(0)).await?;
        anyhow::ensure!(
            status == StatusCode::CREATED,
            "{}",
            String::from_utf8_lossy(&body)
        );
        Ok(body.to_vec())
    }

    async fn twin(&self, report: &mut Report) -> Result<()> {
        let server = Server::start("twin", self.data)?;
        for &connections in &self.connections {
            let get: MakeRequest = Arc::new(|_| Some(requests::get("cs_any")));
            self.cell(
                &server,
                "get",
                connections,
                StatusCode::OK,
                get,
                None,
                &mut report.twin,
            )
            .await?;
            let post: MakeRequest = Arc::new(|number| Some(requests::create(number)));
            self.cell(
                &server,
                "post",
                connections,
                StatusCode::CREATED,
                post,
                None,
                &mut report.twin,
            )
            .await?;
        }
        Ok(())
    }

    /// Each number of connections gets a fresh database.
    async fn comptoir(&self, report: &mut Report) -> Result<()> {
        for &connections in &self.connections {
            let server = Server::start("seller", &self.folder(&format!("c{connections}"))?)?;
            let cells = &mut report.comptoir;
            let created = Arc::new(Mutex::new(Vec::<String>::new()));
            let make: MakeRequest = Arc::new(|number| Some(requests::create(number)));
            let ids = Arc::clone(&created);
            let see: SeeAnswer = Arc::new(move |_, body| {
                ids.lock().unwrap().push(requests::session_id(body));
            });
            self.cell(
                &server,
                "create",
                connections,
                StatusCode::CREATED,
                make,
                Some(see),
                cells,
            )
            .await?;
            let ids = Arc::new(std::mem::take(&mut *created.lock().unwrap()));
            let get = each(&ids, true, |_, id| requests::get(id));
            self.cell(
                &server,
                "get",
                connections,
                StatusCode::OK,
                get,
                None,
                cells,
            )
            .await?;
            let update = each(&ids, false, requests::update);
            self.cell(
                &server,
                "update",
                connections,
                StatusCode::OK,
                update,
                None,
                cells,
            )
            .await?;
            let complete = each(&ids, false, requests::complete);
            self.cell(
                &server,
                "complete",
                connections,
                StatusCode::OK,
                complete,
                None,
                cells,
            )
            .await?;
        }
        Ok(())
    }

    /// Create at 64 connections until `sessions` are stored.
    async fn curve(&self, report: &mut Report, sessions: u64) -> Result<()> {
        let server = Server::start("seller", &self.folder("curve")?)?;
        let mut stored = 0;
        while stored < sessions {
            let base = stored + 1_000_000_000;
            let make: MakeRequest = Arc::new(move |number| Some(requests::create(base + number)));
            let bounds = Bounds {
                time_max: Duration::from_mins(2),
                requests_max: CURVE_STEP,
            };
            let measured = load::run(
                server.address,
                TYPICAL,
                bounds,
                StatusCode::CREATED,
                make,
                None,
            )
            .await?;
            stored += measured.requests;
            report.create_curve.push(Point {
                sessions: stored,
                rps: measured.rps().round(),
                p99_ms: measured.percentile_ms(0.99),
            });
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one measurement, spelled out by its callers"
    )]
    async fn cell(
        &self,
        server: &Server,
        operation: &str,
        connections: usize,
        expected: StatusCode,
        make: MakeRequest,
        see: Option<SeeAnswer>,
        cells: &mut Cells,
    ) -> Result<()> {
        let cpu = server.cpu_us()?;
        let bounds = Bounds {
            time_max: self.seconds,
            requests_max: u64::MAX,
        };
        let measured: Measured =
            load::run(server.address, connections, bounds, expected, make, see)
                .await
                .with_context(|| format!("{operation} at {connections} connections"))?;
        let used = server.cpu_us()?.saturating_sub(cpu);
        let cell = Cell::new(&measured, used, server.rss_mib()?);
        eprintln!(
            "{operation} at {connections}: {:.0} per second, p99 {:.2} ms, {:.1} us",
            cell.rps, cell.p99_ms, cell.cpu_us
        );
        cells
            .entry(operation.to_owned())
            .or_default()
            .0
            .insert(connections, cell);
        Ok(())
    }

    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.data.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// A request for the n-th session; around and around when `repeat`, else once for each.
fn each(
    ids: &Arc<Vec<String>>,
    repeat: bool,
    make: impl Fn(u64, &str) -> http::Request<http_body_util::Full<bytes::Bytes>>
    + Send
    + Sync
    + 'static,
) -> MakeRequest {
    let ids = Arc::clone(ids);
    Arc::new(move |number| {
        let mut index = usize::try_from(number).ok()?;
        if repeat {
            index %= ids.len();
        }
        ids.get(index).map(|id| make(number, id))
    })
}
