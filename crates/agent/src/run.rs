//! `run`: the agent itself.

use std::{io, sync::Arc, time::Duration};

use deskwarden_types::Timestamp;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    cgroup::Tree,
    clock::Clock,
    enrol, files,
    gate::{self, Gate},
    host::Host,
    journal::Journal,
    link::{Line, Link},
    local::serve::{self, Desk},
    logins::{Known, Logins},
    outbox::Outbox,
    player::Player,
    resume::resume,
    screens::{Patience, Screens},
    source::SessionSource,
    spool::Spool,
    state::{Identity, StateDir},
    streams::Dialer,
};

/// How long to wait for the server when the agent ends. What it does not take stays spooled.
const FLUSH: Duration = Duration::from_millis(1_200);

/// How the agent is to run.
pub(crate) struct Wishes {
    /// Between the request to close and the kill of an app.
    pub grace: Duration,
    /// Until what nobody comes back to ends.
    pub patience: Patience,
    /// Whether to look for logins that the product did not start.
    pub logins: bool,
    /// Where native viewers come in.
    pub gate: Option<gate::Wanted>,
}

/// Runs until SIGTERM or Ctrl-C. Apps and desktops live on; the next start adopts them.
pub(crate) async fn run(state: StateDir, wishes: Wishes) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let identity: Identity = files::read_json(&state.identity())?.ok_or_else(|| {
        io::Error::other("this agent is not enrolled: `deskwarden-agent enrol --server URL --code CODE`")
    })?;
    let _lock = state.lock()?;
    let tree = Tree::open(&state.mark())?;
    let clock = Clock::new()?;
    let spool = open_spool(&state)?;
    let (entries, mut seen) = Player::library(&state, &clock.stamp())?;
    let (screens, seen_screens) = Screens::library(&state)?;
    seen.extend(seen_screens);
    let known_logins = Known::read(&state)?;
    if wishes.logins {
        seen.extend(known_logins.seen());
    }
    let outbox = Outbox::start(spool, clock.clone(), seen)?;
    let settings = state.read_settings();
    let host = Arc::new(Host {
        journal: Journal::open(state.clone(), clock.clone())?,
        grace_ms: millis(wishes.grace),
        settings: std::sync::Mutex::new(settings),
        outbox: outbox.clone(),
        clock: clock.clone(),
        state: state.clone(),
        tree: tree.clone(),
    });
    let client = enrol::client(&identity.server, identity.root_certificate.as_deref()).with_token(&identity.key);
    let player = Player::open(host.clone(), client.clone(), entries);
    let dialer = Dialer::new(identity.clone(), client.clone());
    let screens = Screens::open(host.clone(), dialer, wishes.patience, screens)?;
    let mut sources: Vec<Arc<dyn SessionSource>> = vec![player.clone(), screens.clone()];
    if wishes.logins {
        sources.push(Logins::open(host.clone(), client.clone(), known_logins).await);
    }
    resume(&host, &sources);
    let has_gate = wishes.gate.is_some();
    let gate = match wishes.gate {
        Some(wanted) => Gate::open(wanted, client.clone(), screens.clone(), host.clone()).await?,
        None => None,
    };
    let gate_state = gate::state(has_gate, gate.as_ref());
    let gate_name = gate.as_ref().map(|gate| gate.name().to_owned());
    let gate = gate.map(|gate| tokio::spawn(gate.keep()));
    let line = Arc::new(Line::new(clock.clone()));
    let desk = Desk {
        identity,
        client: client.clone(),
        player,
        screens: screens.clone(),
        sources: sources.clone(),
        gate: gate_state,
        outbox: outbox.clone(),
        line: line.clone(),
    };
    tokio::spawn(serve::serve(serve::open(&state)?, Arc::new(desk)));
    let link = Link {
        client,
        clock,
        outbox: outbox.clone(),
        host,
        sources,
        line,
        gate: gate_name,
        settings: watch::Sender::new(settings),
    };
    let started: Timestamp = link.clock.wall();
    tracing::info!(state = %state.path().display(), %started, "the agent runs");
    let keeping = tokio::spawn(async move { link.keep().await });
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("the agent ends; apps and desktops live on");
    files::remove(&state.socket())?;
    if let Some(gate) = gate {
        gate.abort();
        screens.gate_closes().await;
    }
    // A server that takes nothing must not hold the agent back.
    let _ = tokio::time::timeout(FLUSH, flushed(&outbox)).await;
    keeping.abort();
    tree.leave();
    Ok(())
}

/// Waits until the server has taken everything.
async fn flushed(outbox: &Outbox) {
    outbox.settled().await;
    while outbox.spool().pending().len() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn open_spool(state: &StateDir) -> io::Result<Spool> {
    let (spool, found) = Spool::open(&state.spool())?;
    if found.torn > 0 {
        tracing::warn!(bytes = found.torn, "a report that was being written when the agent was cut off was dropped");
    }
    if let Some(copy) = found.damaged_copy {
        tracing::error!(
            copy = %copy.display(),
            "the spool is damaged: some reports are lost. The next inventory tells the truth; look at the disk"
        );
    }
    Ok(spool)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
