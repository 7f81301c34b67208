//! How the parties stand while a fault is planted.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU16, Ordering},
};

use anyhow::{Context, Result};
use comptoir_certify::{FeedFileTarget, FeedPushTarget, Key, Lane, Payment, Target};
use tempfile::TempDir;
use tokio::net::TcpListener;
use url::Url;

use super::{
    files,
    proxy::{Answered, Asked, Bend, Proxy},
    psp_keys, seller_answers,
};
use crate::reference::{Options, Reference};

/// How the parties stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// As the reference starts them.
    Usual,
    /// Checkout sessions end after two seconds.
    BriefSessions,
    /// A shop with checkout and carts alone, and a configuration that says so.
    Plain,
    /// The seller breaks down once, at the third request that changes something.
    Breakdown,
    /// Checks of order events wait one second for another attempt.
    BriefRetries,
    /// A flat feed file: JSON Lines.
    Rows,
    /// A flat feed file: CSV.
    Table,
    /// Feed files in the protocol's own form.
    Folder,
    /// The same, and the files before them.
    Snapshots,
    /// The same, and a seller that pushes them to the judge.
    Push,
    /// The reference agent, naive in the way of this name.
    Naive(&'static str),
}

impl Stage {
    fn options(self) -> Options {
        let mut options = Options::default();
        if self == Self::BriefSessions {
            options.session_lives_s = 2;
        }
        if self == Self::Plain {
            options.seller_backed = false;
            options.extensions = false;
        }
        options
    }

    /// What the judge is told of these parties.
    fn told(self, reference: &Reference) -> Target {
        let mut target = reference.target.clone();
        if let (Self::Plain, Some(seller)) = (self, &mut target.seller) {
            seller.offers = vec!["carts".to_owned()];
        }
        patient(target)
    }

    /// The bend of parties without a fault.
    pub(crate) fn honest(self) -> Box<dyn Bend> {
        if self == Self::Breakdown {
            Box::new(Outage(0))
        } else {
            Box::new(Honest)
        }
    }
}

/// The parties at work, one of them behind a proxy; they end when this is dropped.
pub(crate) struct Stand {
    /// What the judge is told.
    pub(crate) target: Target,
    _reference: Option<Reference>,
    _proxy: Option<Proxy>,
    _folder: Option<TempDir>,
}

/// Breaks nothing, but for the card that provokes an outage.
pub(crate) struct Honest;

impl Bend for Honest {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let fails = String::from_utf8_lossy(&asked.body).contains(psp_keys::BROKEN_CARD);
        fails.then(psp_keys::broken)
    }
}

/// Breaks down once.
struct Outage(u32);

impl Bend for Outage {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        self.0 += u32::from(asked.method == http::Method::POST);
        (self.0 == 3).then(|| {
            self.0 += 1;
            seller_answers::breakdown()
        })
    }
}

impl Stand {
    /// Starts fresh parties, with a bend before the one that this lane looks at.
    pub(crate) async fn start(
        lane: Lane,
        stage: Stage,
        spoil: fn(&mut Options),
        bend: Box<dyn Bend>,
    ) -> Result<Self> {
        let mut options = stage.options();
        spoil(&mut options);
        if lane == Lane::WebhookSender {
            return Self::of_sender(stage, options, bend).await;
        }
        if lane == Lane::FeedFile {
            return Self::of_files(stage, bend).await;
        }
        if lane == Lane::Agent {
            return Self::of_agent(stage);
        }
        let reference = Reference::with(options).await;
        let mut target = stage.told(&reference);
        let proxy = before(lane, &mut target, bend).await?;
        Ok(Self {
            target,
            _reference: Some(reference),
            _proxy: Some(proxy),
            _folder: None,
        })
    }

    /// Starts fresh parties with nothing between them and the judge, where that can be.
    pub(crate) async fn bare(lane: Lane, stage: Stage) -> Result<Self> {
        if matches!(lane, Lane::WebhookSender | Lane::FeedFile | Lane::Agent) {
            return Self::start(lane, stage, |_| {}, stage.honest()).await;
        }
        let reference = Reference::with(stage.options()).await;
        Ok(Self {
            target: stage.told(&reference),
            _reference: Some(reference),
            _proxy: None,
            _folder: None,
        })
    }

    /// What the judge is told of parties without a fault: their events come, if late on a busy
    /// machine.
    pub(crate) fn unhurried(&self) -> Target {
        let mut target = self.target.clone();
        if let Some(webhooks) = &mut target.webhooks {
            webhooks.wait_s = 10;
        }
        target
    }

    /// Events go to the proxy, and from there to the judge.
    async fn of_sender(stage: Stage, mut options: Options, bend: Box<dyn Bend>) -> Result<Self> {
        let judge = free().await?;
        let proxy = Proxy::start(&Url::parse(&format!("http://{judge}"))?, bend).await?;
        let port = proxy.url.port().context("the proxy has a port")?;
        let host = proxy.url.host_str().context("the proxy has an address")?;
        options.webhooks = Some(SocketAddr::new(host.parse()?, port));
        let reference = Reference::with(options).await;
        let mut target = reference.target.clone();
        let webhooks = target.webhooks.as_mut().context("the reference sends")?;
        webhooks.listen = judge;
        webhooks.wait_s = 2;
        webhooks.quiet_ms = 200;
        if stage == Stage::BriefRetries {
            webhooks.retry_wait_s = 1;
        }
        Ok(Self {
            target: patient(target),
            _reference: Some(reference),
            _proxy: Some(proxy),
            _folder: None,
        })
    }
}

impl Stand {
    /// The bend changes files as if they were answers; of a push it changes the requests.
    async fn of_files(stage: Stage, mut bend: Box<dyn Bend>) -> Result<Self> {
        let folder = TempDir::new()?;
        let (now, before) = (folder.path().join("now"), folder.path().join("before"));
        let mut honest: Box<dyn Bend> = Box::new(Honest);
        let mut file = FeedFileTarget::new(now.clone());
        let mut proxy = None;
        match stage {
            Stage::Rows => file.path = write(&now, "f.jsonl", &files::lines(), &mut bend)?,
            Stage::Table => file.path = write(&now, "f.csv", &files::table(), &mut bend)?,
            Stage::Push => {
                let listen = free().await?;
                let to = Url::parse(&format!("http://{listen}"))?;
                let between = Proxy::start(&to, bend).await?;
                file.push = Some(FeedPushTarget {
                    listen,
                    key: Key::new(files::KEY),
                    command: files::push_command(&between.url),
                    wait_s: 20,
                });
                proxy = Some(between);
                write_both(&now, &mut honest)?;
            }
            Stage::Usual
            | Stage::BriefSessions
            | Stage::Plain
            | Stage::Breakdown
            | Stage::BriefRetries
            | Stage::Folder
            | Stage::Snapshots
            | Stage::Naive(_) => {
                write_both(&now, &mut bend)?;
                if stage == Stage::Snapshots {
                    write_both(&before, &mut honest)?;
                    file.previous = Some(before);
                }
            }
        }
        let target = Target {
            feed_file: Some(file),
            ..Target::default()
        };
        Ok(Self {
            target: patient(target),
            _reference: None,
            _proxy: proxy,
            _folder: Some(folder),
        })
    }
}

impl Stand {
    /// The agent is a program of its own; the judge plays seller and provider.
    fn of_agent(stage: Stage) -> Result<Self> {
        let mut command = vec![agent()?];
        if let Stage::Naive(id) = stage {
            command.extend(["--naive".to_owned(), id.to_owned()]);
        }
        let text = format!(
            "[agent]\nseller_listen = \"127.0.0.1:0\"\npsp_listen = \"127.0.0.1:0\"\n\
             signing_secret = \"reference-agent-signs-with-this\"\nbuy_command = {command:?}\n"
        );
        Ok(Self {
            target: patient(toml::from_str(&text)?),
            _reference: None,
            _proxy: None,
            _folder: None,
        })
    }
}

/// The program of the reference agent; it is built beside the tests, as every example is.
fn agent() -> Result<String> {
    let own = std::env::current_exe()?;
    let mut folder = own.parent().context("a program is in a folder")?;
    if folder.ends_with("deps") || folder.ends_with("examples") {
        folder = folder.parent().context("cargo builds into folders")?;
    }
    let name = format!("reference_agent{}", std::env::consts::EXE_SUFFIX);
    let path = folder.join("examples").join(name);
    anyhow::ensure!(
        path.exists(),
        "{} is missing: cargo build -p comptoir-certify --examples",
        path.display()
    );
    Ok(path.display().to_string())
}

/// The files of the protocol's own form.
fn write_both(folder: &Path, bend: &mut Box<dyn Bend>) -> Result<()> {
    write(folder, "metadata.json", files::METADATA, bend)?;
    write(folder, "products.jsonl", &files::products(), bend)?;
    Ok(())
}

/// Writes a file as the bend leaves it; not at all when that calls it not found.
fn write(folder: &Path, name: &str, text: &str, bend: &mut Box<dyn Bend>) -> Result<PathBuf> {
    let asked = Asked {
        method: http::Method::GET,
        path: format!("/{name}"),
        headers: http::HeaderMap::new(),
        body: bytes::Bytes::new(),
    };
    let mut file = Answered {
        status: 200,
        headers: http::HeaderMap::new(),
        body: text.to_owned().into(),
    };
    bend.answer(&asked, &mut file);
    fs::create_dir_all(folder)?;
    let path = folder.join(name);
    if !file.is_error() {
        fs::write(&path, &file.body)?;
    }
    Ok(path)
}

/// Puts a proxy before the party that a lane looks at.
pub(crate) async fn before(lane: Lane, target: &mut Target, bend: Box<dyn Bend>) -> Result<Proxy> {
    let missing = || format!("the reference has no party for {lane}");
    let place = match lane {
        Lane::Psp => &mut target.psp.as_mut().with_context(missing)?.url,
        Lane::Mcp => &mut target.mcp.as_mut().with_context(missing)?.url,
        Lane::WebhookReceiver => &mut target.receiver.as_mut().with_context(missing)?.url,
        Lane::FeedReceiver => &mut target.feed.as_mut().with_context(missing)?.url,
        Lane::Seller
        | Lane::Discovery
        | Lane::Carts
        | Lane::Extensions
        | Lane::WebhookSender
        | Lane::FeedFile
        | Lane::Agent => &mut target.seller.as_mut().with_context(missing)?.url,
    };
    let proxy = Proxy::start(place, bend).await?;
    *place = proxy.url.clone();
    if lane == Lane::Mcp {
        // The checks that compare with REST must see the same party.
        target.seller.as_mut().with_context(missing)?.url = proxy.url.join("/")?;
    }
    if lane == Lane::Psp {
        let psp = target.psp.as_mut().with_context(missing)?;
        let card = psp_keys::BROKEN_CARD.to_owned();
        psp.cards.insert("server-error".to_owned(), card);
        let seller = target.seller.as_mut().with_context(missing)?;
        if let Some(Payment::Delegate { url, .. }) = &mut seller.payment {
            *url = proxy.url.clone();
        }
    }
    Ok(proxy)
}

/// Many stands share this machine: a run may take its time.
fn patient(mut target: Target) -> Target {
    target.limits.run_timeout_s = 1200;
    target.limits.check_timeout_s = 90;
    target.limits.request_timeout_s = 30;
    target.limits.requests_max = 200_000;
    target
}

/// An address to listen at later. It is this process's own, so that nobody else takes its port in
/// the meantime.
pub(crate) async fn free() -> Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let process = std::process::id().to_be_bytes();
    let own = if cfg!(target_os = "linux") {
        Ipv4Addr::new(127, 64 + process[1] % 64, process[2], process[3])
    } else {
        Ipv4Addr::LOCALHOST
    };
    for _ in 0..100 {
        let port = 20_000 + NEXT.fetch_add(1, Ordering::Relaxed) % 10_000;
        let listener = TcpListener::bind((own, port)).await;
        if let Ok(listener) = listener {
            return Ok(listener.local_addr()?);
        }
    }
    anyhow::bail!("no port is free at {own}")
}
