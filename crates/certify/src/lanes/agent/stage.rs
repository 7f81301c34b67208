//! The judge's parties on their addresses, one purchase at a time.

use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
};
use http::{Response, header};
use tokio::{
    net::TcpListener,
    sync::{OnceCell, Semaphore, mpsc},
    task::JoinHandle,
};

use super::{
    call::Party,
    launch::{self, Ended},
    listener::{Cut, Door},
    play::{Arrived, Bases, Play},
    reply::{Ending, Reply},
    scenario::{self, HONEST, Scenario},
    transcript::Transcript,
};
use crate::{AgentTarget, Case, Outcome, Stop};

/// How often an address is tried that is in use.
const BIND_TRIES: u32 = 20;
/// Longest request that is read, in bytes.
const REQUEST_BYTES_MAX: usize = 1024 * 1024;

type Seen = Result<Arc<Transcript>, String>;

/// What all checks of a run share: the listeners, and what the agent did in each scenario.
#[derive(Debug, Default)]
pub(super) struct Stage {
    pool: OnceCell<Result<Pool, String>>,
    transcripts: Mutex<HashMap<&'static str, Arc<OnceCell<Seen>>>>,
}

impl Stage {
    /// What the agent did in this scenario; the purchase is made at the first question.
    pub(super) async fn transcript(
        &self,
        case: &Case,
        scenario: &'static Scenario,
    ) -> Outcome<Arc<Transcript>> {
        let Some(agent) = &case.target().agent else {
            return Err(Stop::NotTested(
                "no agent: set agent.seller_listen and agent.psp_listen in certify.toml".to_owned(),
            ));
        };
        if scenario.name != HONEST
            && let Some(honest) = scenario::named(HONEST)
        {
            self.played(case, agent, honest).await?;
        }
        self.played(case, agent, scenario).await
    }

    async fn played(
        &self,
        case: &Case,
        agent: &AgentTarget,
        scenario: &'static Scenario,
    ) -> Outcome<Arc<Transcript>> {
        let cell = {
            let mut all = self
                .transcripts
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(scenario.name).or_default())
        };
        let seen = cell.get_or_init(async || {
            let pool = self.pool.get_or_init(|| Pool::open(agent)).await;
            let pool = pool.as_ref().map_err(Clone::clone)?;
            pool.play(case, agent, scenario).await
        });
        seen.await.clone().map_err(Stop::NotTested)
    }
}

/// Parties for as many purchases as may run at the same time.
#[derive(Debug)]
struct Pool {
    seats: Semaphore,
    free: Mutex<Vec<Street>>,
}

impl Pool {
    async fn open(agent: &AgentTarget) -> Result<Self, String> {
        let mut free = Vec::new();
        for seat in 0..agent.seats() {
            free.push(Street::open(agent, seat).await?);
        }
        Ok(Self {
            seats: Semaphore::new(free.len()),
            free: Mutex::new(free),
        })
    }

    fn free(&self) -> MutexGuard<'_, Vec<Street>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn play(&self, case: &Case, agent: &AgentTarget, scenario: &'static Scenario) -> Seen {
        let closed = || "the judge's parties do not run".to_owned();
        let _seat = self.seats.acquire().await.map_err(|_| closed())?;
        let street = self.free().pop().ok_or_else(closed)?;
        let seen = street.play(case, agent, scenario).await;
        self.free().push(street);
        seen
    }
}

/// The running parties;/// The running parties; they end when this is dropped.
#[derive(Debug)]
struct Street {
    bases: Bases,
    hall: Arc<Hall>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Street {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Purchases by order; the last one is under way.
#[derive(Default)]
struct Hall {
    plays: Mutex<Vec<Arc<Play>>>,
}

impl fmt::Debug for Hall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Hall").finish_non_exhaustive()
    }
}

impl Hall {
    fn enter(&self, play: Arc<Play>) {
        self.plays
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(play);
    }

    /// The purchase that a request belongs to: the one that made an id in it, otherwise the one
    /// under way. So late questions about an earlier purchase do not count against this one.
    fn of(&self, arrived: &Arrived) -> Option<Arc<Play>> {
        let plays = self.plays.lock().unwrap_or_else(PoisonError::into_inner);
        let body = String::from_utf8_lossy(&arrived.body);
        plays
            .iter()
            .rev()
            .find(|play| play.knows(&arrived.path) || play.knows(&body))
            .or_else(|| plays.last())
            .map(Arc::clone)
    }

    fn current(&self) -> Option<Arc<Play>> {
        self.plays
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .last()
            .map(Arc::clone)
    }
}

impl Street {
    async fn play(&self, case: &Case, agent: &AgentTarget, scenario: &'static Scenario) -> Seen {
        let mark: String = match case.fresh_key() {
            Ok(key) => key
                .chars()
                .filter(char::is_ascii_hexdigit)
                .take(10)
                .collect(),
            Err(_) => return Err("this machine gives no random numbers".to_owned()),
        };
        let play = Arc::new(Play::new(
            scenario,
            case.version(),
            self.bases.clone(),
            mark,
        ));
        self.hall.enter(Arc::clone(&play));
        let (ended, printed) =
            launch::buy(agent, &play, Duration::from_secs(agent.wait_s.max(1))).await?;
        let seen = Transcript::of(&play, ended, printed);
        if scenario.name == HONEST && seen.calls.is_empty() {
            return Err(idle(&seen.ended));
        }
        Ok(Arc::new(seen))
    }

    /// The parties of the seat of this number, from 0.
    async fn open(agent: &AgentTarget, seat: u16) -> Result<Self, String> {
        let seller = bind(agent.seller_listen, seat, "agent.seller_listen").await?;
        let psp = bind(agent.psp_listen, seat, "agent.psp_listen").await?;
        let anywhere = SocketAddr::new(agent.seller_listen.ip(), 0);
        let elsewhere = bind(anywhere, 0, "agent.seller_listen").await?;
        let bases = Bases {
            seller: base(&seller)?,
            psp: base(&psp)?,
            elsewhere: base(&elsewhere)?,
        };
        let hall = Arc::new(Hall::default());
        let mut tasks = Vec::new();
        for (listener, party) in [
            (seller, Party::Seller),
            (psp, Party::Psp),
            (elsewhere, Party::Elsewhere),
        ] {
            tasks.extend(serve(listener, party, &hall).map_err(|error| error.to_string())?);
        }
        Ok(Self { bases, hall, tasks })
    }
}

/// Why an agent that asks nothing cannot be judged.
fn idle(ended: &Ended) -> String {
    let how = match ended {
        Ended::Done => "it ended without one".to_owned(),
        Ended::Failed(how) => format!("it failed: {how}"),
        Ended::TimedOut(seconds) => format!("it made none within {seconds} s (agent.wait_s)"),
    };
    format!(
        "the agent makes no request to the judge's seller even when nothing is wrong: {how}; agent.buy_command must let it buy ACP_ITEM_ID at ACP_SELLER_URL"
    )
}

/// Listens at an address, or at the one so many ports further.
async fn bind(first: SocketAddr, seat: u16, setting: &str) -> Result<TcpListener, String> {
    let mut address = first;
    if first.port() > 0 {
        let port = first.port().checked_add(seat);
        address.set_port(port.ok_or_else(|| format!("{setting} has too few ports after it"))?);
    }
    for _ in 0..BIND_TRIES {
        match TcpListener::bind(address).await {
            // Listeners of an earlier version are about to close.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            bound => {
                return bound.map_err(|error| {
                    format!("cannot listen at {address}: {error}; set {setting} in certify.toml")
                });
            }
        }
    }
    Err(format!(
        "cannot listen at {address}, which is in use; set {setting} in certify.toml"
    ))
}

/// The address under which a listener of this machine is reached.
fn base(listener: &TcpListener) -> Result<String, String> {
    let mut address = listener.local_addr().map_err(|error| error.to_string())?;
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    Ok(format!("http://{address}"))
}

fn serve(listener: TcpListener, party: Party, hall: &Arc<Hall>) -> io::Result<[JoinHandle<()>; 2]> {
    let (sender, mut greetings) = mpsc::unbounded_channel();
    let door = Door::open(listener, sender)?;
    let guests = Arc::clone(hall);
    let greeted = tokio::spawn(async move {
        while let Some(greeting) = greetings.recv().await {
            if let Some(play) = guests.current() {
                play.greeted(greeting);
            }
        }
    });
    let hall = Arc::clone(hall);
    let app = Router::new().fallback(
        async move |ConnectInfo(cut): ConnectInfo<Cut>, request: Request| {
            take(&hall, party, &cut, request).await
        },
    );
    let service = app.into_make_service_with_connect_info::<Cut>();
    let served = tokio::spawn(async move {
        // It serves until the task is aborted.
        let _ = axum::serve(door, service).await;
    });
    Ok([greeted, served])
}

async fn take(hall: &Hall, party: Party, cut: &Cut, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head
        .uri
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default();
    let arrived = Arrived {
        party,
        method: head.method,
        path,
        headers: head.headers,
        body: to_bytes(body, REQUEST_BYTES_MAX).await.unwrap_or_default(),
    };
    let Some(play) = hall.of(&arrived) else {
        return Reply::page(503).into_response();
    };
    let place = play.note(&arrived);
    let reply = play.answer(place);
    tokio::time::sleep(reply.wait).await;
    play.note_answer(place, reply.given());
    if reply.ending == Ending::Cut {
        cut.now();
    }
    if !reply.forms.is_empty() {
        let forms = reply.forms.clone();
        tokio::spawn(async move { post_forms(forms).await });
    }
    reply.into_response()
}

/// What the buyer's browser would post when it has read the issuer's page.
async fn post_forms(forms: Vec<(String, String)>) {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build();
    let Ok(client) = client else {
        return;
    };
    // After the answer that leads there.
    tokio::time::sleep(Duration::from_millis(100)).await;
    for (address, form) in forms {
        let request = client
            .post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        // An agent that is not there is seen by what it does next.
        let _ = request.send().await;
    }
}
