//! Makes the agent buy: by its command, or by asking the person at the terminal.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    process::Stdio,
    thread,
    time::Duration,
};

use tokio::{process::Command, sync::oneshot, time::timeout};

use super::{
    play::Play,
    scenario::Task,
    shop::{ITEM_ID, ITEM_TITLE, MERCHANT_ID, PSP_NAME},
};
use crate::AgentTarget;

/// How a purchase ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The agent was done.
    Done,
    /// It was not, within so many seconds.
    TimedOut(u64),
}

/// Lets the agent try one purchase. An error says why it could not be asked.
pub(super) async fn buy(agent: &AgentTarget, play: &Play, wait: Duration) -> Result<Ended, String> {
    match agent.buy_command.split_first() {
        Some((program, arguments)) => run(agent, program, arguments, play, wait).await,
        None => ask(play, wait).await,
    }
}

/// The seller's address as the agent is told it.
fn seller(play: &Play) -> String {
    if play.scenario.tls {
        return play.bases.seller.replacen("http:", "https:", 1);
    }
    play.bases.seller.clone()
}

async fn run(
    agent: &AgentTarget,
    program: &str,
    arguments: &[String],
    play: &Play,
    wait: Duration,
) -> Result<Ended, String> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("ACP_ITEM_ID", ITEM_ID)
        .env("ACP_SELLER_URL", seller(play))
        .env("ACP_PSP_URL", &play.bases.psp)
        .env("ACP_PSP_NAME", PSP_NAME)
        .env("ACP_MERCHANT_ID", MERCHANT_ID)
        .env("ACP_SCENARIO", play.scenario.name)
        .env("ACP_TASK", play.scenario.task.as_str())
        .env("ACP_VERSION", play.version_judged().as_str())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if play.scenario.task == Task::Mcp {
        command.env("ACP_MCP_URL", format!("{}/mcp", play.bases.seller));
    }
    match log(agent, play.scenario.name)? {
        Some((out, err)) => command.stdout(out).stderr(err),
        None => command.stdout(Stdio::null()).stderr(Stdio::null()),
    };
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot start {program}: {error}; set agent.buy_command"))?;
    match timeout(wait, child.wait()).await {
        Ok(Ok(_)) => Ok(Ended::Done),
        Ok(Err(error)) => Err(format!("cannot wait for {program}: {error}")),
        Err(_) => {
            // It is stopped for good when the handle is dropped.
            let _ = child.start_kill();
            Ok(Ended::TimedOut(wait.as_secs()))
        }
    }
}

/// The file that keeps what the agent prints.
fn log(agent: &AgentTarget, scenario: &str) -> Result<Option<(Stdio, Stdio)>, String> {
    let Some(folder) = &agent.logs else {
        return Ok(None);
    };
    let open = || -> io::Result<(Stdio, Stdio)> {
        fs::create_dir_all(folder)?;
        let file = fs::File::create(folder.join(format!("{scenario}.log")))?;
        let copy = file.try_clone()?;
        Ok((file.into(), copy.into()))
    };
    let opened = open();
    opened.map(Some).map_err(|error| {
        format!(
            "cannot write to {}: {error}; set agent.logs",
            folder.display()
        )
    })
}

/// Asks the person at the terminal, who presses Enter when the agent is done.
async fn ask(play: &Play, wait: Duration) -> Result<Ended, String> {
    if !io::stdin().is_terminal() {
        return Err("nobody to ask: set agent.buy_command in certify.toml".to_owned());
    }
    let task = play.scenario.task.words();
    let text = format!(
        "\n{}: at {}, item {ITEM_ID} ({ITEM_TITLE}), payment provider {}\n  please let the agent {task}; then press Enter\n",
        play.scenario.name,
        seller(play),
        play.bases.psp,
    );
    let mut terminal = io::stderr();
    terminal
        .write_all(text.as_bytes())
        .map_err(|error| error.to_string())?;
    let (sender, pressed) = oneshot::channel();
    // A thread of its own: a line that never comes must not hold up the end of the run.
    thread::spawn(move || {
        let mut line = String::new();
        let _ = io::stdin().read_line(&mut line);
        let _ = sender.send(());
    });
    match timeout(wait, pressed).await {
        Ok(_) => Ok(Ended::Done),
        Err(_) => Ok(Ended::TimedOut(wait.as_secs())),
    }
}
