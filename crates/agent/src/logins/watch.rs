//! Logins as they come and go.

use std::{collections::BTreeMap, fs, pin::pin, sync::Arc, time::Duration};

use deskwarden_client::Client;
use deskwarden_types::{
    CommandId, CommandOutcome, EndReason, Status,
    agent::{CommandOrder, CommandStep, FoundLogin, FoundLogins, TellLogins},
};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

use super::{
    Ask, Logins,
    bus::Bus,
    kind::{Leader, is_opening, login},
    seen,
};

/// How often everything is looked at, whatever the signals say.
const LOOK: Duration = Duration::from_secs(15);
/// How often a logind that is not there is looked for.
const AGAIN: Duration = Duration::from_secs(60);
/// How long a login that is ended may take to be gone.
const GONE: Duration = Duration::from_secs(10);
/// After how long what is left of it is killed: logind asks only, and waits for minutes.
const FIRMLY: Duration = Duration::from_secs(3);
/// How often it is looked at meanwhile.
const SOON: Duration = Duration::from_millis(200);
/// The most that the server takes at once.
const AT_ONCE: usize = 1_000;
/// How long the server may take.
const SERVER: Duration = Duration::from_secs(10);

/// The one that watches.
pub(super) struct Watch {
    logins: Arc<Logins>,
    client: Client,
    /// Those that are being ended, by logind's id.
    ending: BTreeMap<String, Vec<CommandId>>,
}

impl Watch {
    pub(super) fn new(logins: Arc<Logins>, client: Client) -> Self {
        Self { logins, client, ending: BTreeMap::new() }
    }

    /// Watches for ever.
    pub(super) async fn keep(mut self, mut bus: Option<Bus>, mut inbox: mpsc::UnboundedReceiver<Ask>) {
        loop {
            if let Some(bus) = bus.take()
                && let Err(error) = self.watch(&bus, &mut inbox).await
            {
                tracing::warn!(%error, "logind");
            }
            bus = self.logins.find_bus().await;
            if bus.is_some() {
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                ask = inbox.recv() => match ask {
                    None => return,
                    Some(Ask::Look) => {}
                    Some(Ask::End(order)) => self.failed(&order, "logind does not answer").await,
                },
            }
        }
    }

    async fn watch(&mut self, bus: &Bus, inbox: &mut mpsc::UnboundedReceiver<Ask>) -> zbus::Result<()> {
        let mut changes = pin!(bus.changes().await?);
        loop {
            let opening = self.look(bus).await?;
            tokio::select! {
                change = changes.next() => if change.is_none() {
                    return Err(zbus::Error::InputOutput(Arc::new(std::io::ErrorKind::ConnectionReset.into())));
                },
                ask = inbox.recv() => match ask {
                    Some(Ask::End(order)) => self.end(bus, &order, changes.as_mut()).await?,
                    Some(Ask::Look) => {}
                    None => return Ok(()),
                },
                () = tokio::time::sleep(if opening { SOON } else { LOOK }) => {}
            }
        }
    }

    /// Tells what is new and what is over; true where somebody is just coming in.
    async fn look(&mut self, bus: &Bus) -> zbus::Result<bool> {
        let now = self.logins.host.clock.wall().millis();
        let sessions = bus.sessions().await?;
        let there: Vec<FoundLogin> = sessions.iter().filter_map(|seen| login(seen, now, leader)).collect();
        let (gone, new) = {
            let known = self.logins.known();
            let is_there = |key: &String| there.iter().any(|login| login.key == *key);
            let gone: Vec<_> =
                known.logins.iter().filter(|(key, _)| !is_there(key)).map(|(k, s)| (k.clone(), *s)).collect();
            let new: Vec<_> = there.into_iter().filter(|login| !known.logins.contains_key(&login.key)).collect();
            (gone, new)
        };
        for (key, session) in gone {
            let commands = self.ending.remove(&key).unwrap_or_default();
            let reason = if commands.is_empty() { EndReason::Logout } else { EndReason::AdminEnd };
            self.logins.tell_end(session, reason).await;
            self.logins.known().logins.remove(&key);
            self.logins.save();
            for command in commands {
                let host = &self.logins.host;
                host.journal.end(&host.outbox, command, CommandStep::Done { outcome: CommandOutcome::Killed }).await;
            }
        }
        for new in new.chunks(AT_ONCE) {
            self.tell(new.to_vec()).await;
        }
        Ok(sessions.iter().any(is_opening))
    }

    /// Makes sessions of logins. Without a server they wait for the next look.
    async fn tell(&self, logins: Vec<FoundLogin>) {
        let outbox = &self.logins.host.outbox;
        // Until they are told of, an inventory would call the new sessions gone.
        let _no_inventory = outbox.launching.read().await;
        let asking = self.client.send::<TellLogins>(FoundLogins { logins });
        let known = match tokio::time::timeout(SERVER, asking).await {
            Ok(Ok(known)) => known,
            Ok(Err(error)) => return tracing::warn!(%error, "the server could not be told of logins"),
            Err(_) => return tracing::warn!("the server did not answer about logins"),
        };
        for login in known.logins {
            tracing::info!(session = %login.session_id, login = login.key, "a login was found");
            outbox.status(seen(login.session_id, Status::Active, None));
            self.logins.known().logins.insert(login.key, login.session_id);
        }
        self.logins.save();
    }

    /// Ends a login and waits until it is gone.
    async fn end(
        &mut self,
        bus: &Bus,
        order: &CommandOrder,
        mut changes: std::pin::Pin<&mut (impl Stream<Item = ()> + Send)>,
    ) -> zbus::Result<()> {
        let Some(key) = self.logins.key_of(order.session_id) else {
            let host = &self.logins.host;
            let gone = CommandStep::Done { outcome: CommandOutcome::AlreadyGone };
            host.journal.end(&host.outbox, order.id, gone).await;
            return Ok(());
        };
        if let Err(error) = bus.terminate(&key).await {
            // It may have gone just now: the next look tells.
            tracing::info!(%error, login = key, "logind did not end a login");
        }
        self.ending.entry(key.clone()).or_default().push(order.id);
        let (start, mut killed) = (tokio::time::Instant::now(), false);
        while start.elapsed() < GONE {
            self.look(bus).await?;
            if !self.ending.contains_key(&key) {
                return Ok(());
            }
            if start.elapsed() > FIRMLY && !killed {
                killed = true;
                // It may have gone just now.
                let _ = bus.kill(&key).await;
            }
            let _ = tokio::time::timeout(SOON, changes.next()).await;
        }
        self.ending.remove(&key);
        self.failed(order, "the login is still there").await;
        Ok(())
    }

    async fn failed(&self, order: &CommandOrder, why: &str) {
        let host = &self.logins.host;
        let end = CommandStep::Failed { outcome: CommandOutcome::HostError, detail: why.to_owned() };
        host.journal.end(&host.outbox, order.id, end).await;
    }
}

/// What is known of a process. Those of the product's own sessions, this agent's or another's, are in cgroups of theirs.
fn leader(process: u32) -> Leader {
    let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
    if read("cgroup").lines().filter_map(|line| line.strip_prefix("0::")).any(|path| path.contains("/deskwarden/")) {
        return Leader::Ours;
    }
    // A zombie is gone, however late it is buried.
    let status = read("status");
    let state = status.lines().find_map(|line| line.strip_prefix("State:")).map(str::trim_start);
    if state.is_some_and(|state| !state.starts_with('Z')) { Leader::Lives } else { Leader::Gone }
}
