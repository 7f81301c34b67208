//! Makes the agent buy: by its command, or by asking the person at the terminal.

use std::{
    env, fs,
    io::{self, IsTerminal, Read, Seek, Write},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use tokio::{process::Command, sync::oneshot, time::timeout};

use super::{
    play::Play,
    scenario::Task,
    shop::{FEED_PRODUCT, ITEM_ID, ITEM_TITLE, MERCHANT_ID, PSP_NAME},
};
use crate::AgentTarget;

/// How much of the end of a log is looked at, in bytes.
const LOG_BYTES: u64 = 64 * 1024;

/// How a purchase ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// The agent was done.
    Done,
    /// Its command failed; the text has its status and the last line that it printed.
    Failed(String),
    /// It was not, within so many seconds.
    TimedOut(u64),
}

/// Lets the agent try one purchase. An error says why it could not be asked.
pub(super) async fn buy(
    agent: &AgentTarget,
    play: &Play,
    wait: Duration,
) -> Result<(Ended, String), String> {
    match agent.buy_command.split_first() {
        Some((program, arguments)) => run(agent, program, arguments, play, wait).await,
        None => Ok((ask(play, wait).await?, String::new())),
    }
}

/// What is to be bought: of a feed the product, whose variant the agent chooses.
fn item(play: &Play) -> &'static str {
    if play.scenario.task == Task::Feed {
        return FEED_PRODUCT;
    }
    ITEM_ID
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
) -> Result<(Ended, String), String> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("ACP_ITEM_ID", item(play))
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
    let feed = feed(play)?;
    if let Some(feed) = &feed {
        command.env("ACP_FEED", &feed.path);
    }
    let log = Log::open(agent, play)?;
    let (out, err) = log.handles()?;
    command.stdout(out).stderr(err);
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot start {program}: {error}; set agent.buy_command"))?;
    let ended = timeout(wait, child.wait()).await;
    let printed = log.end();
    match ended {
        Ok(Ok(status)) if status.success() => Ok((Ended::Done, printed)),
        Ok(Ok(status)) => {
            let line = printed.lines().rev().find(|line| !line.trim().is_empty());
            let line = line.map(|line| format!("; it printed: {line}"));
            let how = format!("{status}{}", line.unwrap_or_default());
            Ok((Ended::Failed(how), printed))
        }
        Ok(Err(error)) => Err(format!("cannot wait for {program}: {error}")),
        Err(_) => {
            // It is stopped for good when the handle is dropped.
            let _ = child.start_kill();
            Ok((Ended::TimedOut(wait.as_secs()), printed))
        }
    }
}

/// A file that goes away with the purchase.
struct Passing {
    path: PathBuf,
}

impl Passing {
    fn named(play: &Play, what: &str) -> Self {
        let name = format!("acp-certify-{}", play.fresh(what));
        Self {
            path: env::temp_dir().join(name),
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // The folder is for passing things: what stays is swept away by the system.
        let _ = fs::remove_file(&self.path);
    }
}

/// The feed file of the scenario, one product a line.
fn feed(play: &Play) -> Result<Option<Passing>, String> {
    let Some(product) = play.scenario.feed else {
        return Ok(None);
    };
    let file = Passing::named(play, "feed");
    play.show();
    fs::write(&file.path, format!("{}\n", product(&play.bases)))
        .map_err(|error| format!("cannot write {}: {error}", file.path.display()))?;
    Ok(Some(file))
}

/// Where what the agent prints goes.
enum Log {
    Kept(PathBuf),
    Passing(Passing),
}

impl Log {
    fn open(agent: &AgentTarget, play: &Play) -> Result<Self, String> {
        let Some(folder) = &agent.logs else {
            return Ok(Self::Passing(Passing::named(play, "log")));
        };
        fs::create_dir_all(folder).map_err(|error| {
            format!(
                "cannot write to {}: {error}; set agent.logs",
                folder.display()
            )
        })?;
        Ok(Self::Kept(
            folder.join(format!("{}.log", play.scenario.name)),
        ))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Passing(file) => &file.path,
        }
    }

    fn handles(&self) -> Result<(Stdio, Stdio), String> {
        let open = || -> io::Result<(Stdio, Stdio)> {
            let file = fs::File::create(self.path())?;
            let copy = file.try_clone()?;
            Ok((file.into(), copy.into()))
        };
        open().map_err(|error| format!("cannot write {}: {error}", self.path().display()))
    }

    /// The end of what was printed.
    fn end(&self) -> String {
        let mut end = Vec::new();
        // Without its words the agent is judged by its calls alone.
        let _ = fs::File::open(self.path()).and_then(|mut file| {
            let length = file.metadata()?.len();
            file.seek(io::SeekFrom::Start(length.saturating_sub(LOG_BYTES)))?;
            file.take(LOG_BYTES).read_to_end(&mut end)
        });
        String::from_utf8_lossy(&end).into_owned()
    }
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
