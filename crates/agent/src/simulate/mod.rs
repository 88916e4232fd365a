//! `simulate`: a fleet of hosts that do not exist, for demos and load tests.
//!
//! Each host has its own key and speaks the agents' API like a real one; the server has no code that knows the fleet.
//! What a host does is pure ([`host`]: time and chance come from outside), [`connection`] carries it to the server.
//! Its sessions are managed apps: the only ones that agents can launch.

mod connection;
mod dice;
mod enrol;
mod fleet;
mod host;
mod memory;
mod notes;
mod options;
mod orders;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use connection::{Connection, Gauge};
use fleet::Fleet;
use host::Host;
use memory::Memory;
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

pub(crate) use options::Options;

use crate::{clock::Clock, enrol as agent_enrol, files};

/// How often the fleet says how it is.
const TELL: Duration = Duration::from_secs(60);
/// The host whose clock is wrong, and by how many milliseconds.
const WRONG_CLOCK: (usize, i64) = (1, 40_000);

/// Runs the fleet until SIGTERM or Ctrl-C.
pub(crate) async fn run(state: &Path, options: Options) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let fleet = Arc::new(Fleet::read(&options.fleet)?);
    let clock = Clock::new()?;
    let directory = state.join("simulated");
    files::directory(&directory, 0o700)?;
    let _lock = enrol::lock(&directory)?;
    let identities = enrol::identities(&directory, &options).await?;
    let gauges: Arc<Mutex<Vec<Gauge>>> = Arc::new(Mutex::new(vec![Gauge::default(); identities.len()]));
    let mut hosts = JoinSet::new();
    for (n, identity) in identities.iter().enumerate() {
        let root = identity.root_certificate.as_deref();
        let client = agent_enrol::client(&identity.server, root).with_token(&identity.key);
        let rates = options.rates(n, identities.len());
        let memory = Memory::open(&enrol::directory(&directory, n))?;
        let host = Host::new(options.seed, n, rates, fleet.clone(), clock.boot_ms());
        let connection = Connection {
            client,
            clock: clock.clone(),
            host,
            memory,
            name: identity.host_name.clone(),
            clock_ahead_ms: if n == WRONG_CLOCK.0 { WRONG_CLOCK.1 } else { 0 },
            number: n,
            gauges: gauges.clone(),
        };
        hosts.spawn(connection.keep());
    }
    tracing::info!(hosts = identities.len(), sessions = options.sessions, "the fleet runs");
    let mut tell = tokio::time::interval(TELL);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = tell.tick() => say_how_it_is(&gauges.lock().unwrap_or_else(PoisonError::into_inner)),
            ended = hosts.join_next() => match ended {
                None => return Err(io::Error::other("every host of the fleet was revoked")),
                Some(Err(error)) => return Err(io::Error::other(format!("a host has failed: {error}"))),
                Some(Ok(())) => {}
            },
        }
    }
    tracing::info!("the fleet ends; its sessions go stale");
    Ok(())
}

fn say_how_it_is(gauges: &[Gauge]) {
    let sum = |of: fn(&Gauge) -> usize| gauges.iter().map(of).sum::<usize>();
    tracing::info!(
        connected = sum(|gauge| usize::from(gauge.connected)),
        running = sum(|gauge| gauge.running),
        in_players = sum(|gauge| gauge.in_player),
        unsent = sum(|gauge| gauge.unsent),
        "the fleet"
    );
}
