//! The figures of one run, as a table and as JSON with stable keys.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::load::Measured;

/// The number of connections whose figures stand for an operation.
pub(crate) const TYPICAL: usize = 64;

/// One operation at one number of connections.
#[derive(Clone, Serialize)]
pub(crate) struct Cell {
    pub(crate) rps: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) cpu_us: f64,
    pub(crate) rss_mib: f64,
}

impl Cell {
    pub(crate) fn new(measured: &Measured, cpu_us: u64, rss_mib: f64) -> Cell {
        let requests = measured.requests.max(1) as f64;
        Cell {
            rps: measured.rps().round(),
            p50_ms: measured.percentile_ms(0.5),
            p99_ms: measured.percentile_ms(0.99),
            cpu_us: (cpu_us as f64 / requests * 10.0).round() / 10.0,
            rss_mib: (rss_mib * 10.0).round() / 10.0,
        }
    }
}

/// One point of the curve of create over stored sessions.
#[derive(Clone, Serialize)]
pub(crate) struct Point {
    pub(crate) sessions: u64,
    pub(crate) rps: f64,
    pub(crate) p99_ms: f64,
}

/// Figures of one operation by the number of connections.
#[derive(Clone, Default)]
pub(crate) struct Row(pub(crate) BTreeMap<usize, Cell>);

/// As JSON, the figures at [`TYPICAL`] connections also stand beside the numbers of connections:
/// `get.rps` is `get.64.rps`.
impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Keys<'r> {
            #[serde(flatten)]
            typical: Option<&'r Cell>,
            #[serde(flatten)]
            by_connections: &'r BTreeMap<usize, Cell>,
        }
        Keys {
            typical: self.0.get(&TYPICAL),
            by_connections: &self.0,
        }
        .serialize(serializer)
    }
}

/// Rows by operation.
pub(crate) type Cells = BTreeMap<String, Row>;

/// Everything that one run measured.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) disk_syncs_per_s: f64,
    pub(crate) durability: &'static str,
    pub(crate) cores: usize,
    pub(crate) twin: Cells,
    pub(crate) comptoir: Cells,
    pub(crate) create_curve: Vec<Point>,
    pub(crate) ratios: BTreeMap<&'static str, f64>,
}

impl Report {
    /// Ratios at 64 connections, and how flat the curve is.
    pub(crate) fn ratios(&mut self) {
        let rps = |cells: &Cells, operation: &str| {
            cells
                .get(operation)
                .and_then(|row| row.0.get(&TYPICAL))
                .map(|cell| cell.rps)
        };
        let pairs = [
            ("create_to_twin_post", "create", "post"),
            ("get_to_twin_get", "get", "get"),
        ];
        for (name, ours, theirs) in pairs {
            if let (Some(ours), Some(theirs)) = (rps(&self.comptoir, ours), rps(&self.twin, theirs))
            {
                self.ratios.insert(name, rounded(ours / theirs));
            }
        }
        if let (Some(first), Some(last)) = (self.create_curve.first(), self.create_curve.last()) {
            self.ratios
                .insert("create_last_to_first", rounded(last.rps / first.rps));
        }
    }

    /// The table for a reader.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "cores {}, disk {:.0} syncs/s, durability: {}\n\n\
             | server | operation | connections | per second | p50 ms | p99 ms | CPU us | RSS MiB |\n\
             | --- | --- | --- | --- | --- | --- | --- | --- |\n",
            self.cores, self.disk_syncs_per_s, self.durability
        );
        for (server, cells) in [("twin", &self.twin), ("comptoir", &self.comptoir)] {
            for (operation, row) in cells {
                for (connections, cell) in &row.0 {
                    text.push_str(&format!(
                        "| {server} | {operation} | {connections} | {:.0} | {:.2} | {:.2} | {:.1} | {:.1} |\n",
                        cell.rps, cell.p50_ms, cell.p99_ms, cell.cpu_us, cell.rss_mib
                    ));
                }
            }
        }
        text.push_str("\n| sessions stored | create per second | p99 ms |\n| --- | --- | --- |\n");
        for point in &self.create_curve {
            text.push_str(&format!(
                "| {} | {:.0} | {:.2} |\n",
                point.sessions, point.rps, point.p99_ms
            ));
        }
        text.push('\n');
        for (name, value) in &self.ratios {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
