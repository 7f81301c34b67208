//! Telling how far a run is.

use std::io::{IsTerminal, Write};

use tokio::sync::mpsc::UnboundedReceiver;

use crate::{CheckResult, Progress, Verdict};

/// Shows progress on standard error until the run ends: one line that changes on a terminal,
/// otherwise a line for each tenth and for each check that is red.
pub(super) async fn show(mut events: UnboundedReceiver<Progress>, quiet: bool) {
    let terminal = std::io::stderr().is_terminal();
    let mut state = State::default();
    while let Some(event) = events.recv().await {
        if quiet {
            continue;
        }
        match event {
            Progress::Planned(number) => state.planned = state.planned.saturating_add(number),
            Progress::Ended(result) => state.ended(&result, terminal),
        }
        if terminal {
            write_now(&format!("\r\x1b[2K{}", state.line()));
        }
    }
    if terminal && !quiet {
        write_now("\r\x1b[2K");
    }
}

#[derive(Default)]
struct State {
    planned: usize,
    ended: usize,
    red: usize,
    tenth: usize,
    newest: String,
}

impl State {
    fn ended(&mut self, result: &CheckResult, terminal: bool) {
        self.ended = self.ended.saturating_add(1);
        self.newest.clone_from(&result.id);
        let clear = if terminal { "\r\x1b[2K" } else { "" };
        if result.verdict == Verdict::Violated {
            self.red = self.red.saturating_add(1);
            write_now(&format!("{clear}violated  {}\n", result.id));
        }
        let tenth = self
            .ended
            .saturating_mul(10)
            .checked_div(self.planned)
            .unwrap_or_default();
        if !terminal && tenth > self.tenth {
            write_now(&format!("{}\n", self.line()));
        }
        self.tenth = tenth;
    }

    fn line(&self) -> String {
        format!(
            "{} of {} checks, {} violated  {}",
            self.ended, self.planned, self.red, self.newest
        )
    }
}

/// Progress is a courtesy: a closed terminal is no failure.
fn write_now(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}
