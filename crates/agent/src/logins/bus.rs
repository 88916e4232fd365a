//! What is asked of logind, over the system's D-Bus.

use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use zbus::{Connection, OwnedObjectPath, proxy};

/// How long logind may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

#[proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Manager {
    fn list_sessions(&self) -> zbus::Result<Vec<(String, u32, String, String, OwnedObjectPath)>>;
    fn terminate_session(&self, id: &str) -> zbus::Result<()>;
    fn kill_session(&self, id: &str, whom: &str, signal: i32) -> zbus::Result<()>;
    #[zbus(signal)]
    fn session_new(&self, id: String, path: OwnedObjectPath) -> zbus::Result<()>;
    #[zbus(signal)]
    fn session_removed(&self, id: String, path: OwnedObjectPath) -> zbus::Result<()>;
}

#[proxy(interface = "org.freedesktop.login1.Session", default_service = "org.freedesktop.login1")]
trait Session {
    #[zbus(property(emits_changed_signal = "false"))]
    fn name(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn service(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn class(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn state(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn remote_host(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn leader(&self) -> zbus::Result<u32>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn timestamp(&self) -> zbus::Result<u64>;
}

/// A way to logind.
#[derive(Clone)]
pub(super) struct Bus(ManagerProxy<'static>);

/// A session as logind has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub id: String,
    pub account: String,
    pub service: String,
    pub class: String,
    pub state: String,
    /// The seat of the machine itself; empty for who comes from elsewhere.
    pub seat: String,
    pub remote_host: String,
    pub leader: u32,
    /// Microseconds since 1970.
    pub began: u64,
}

impl Bus {
    pub(super) async fn open() -> zbus::Result<Self> {
        let connection = zbus::connection::Builder::system().method_timeout(PATIENCE).build().await?;
        let bus = Self(ManagerProxy::new(&connection).await?);
        // It may not be there though the bus is.
        bus.0.list_sessions().await?;
        Ok(bus)
    }

    /// Every session.
    pub(super) async fn sessions(&self) -> zbus::Result<Vec<Seen>> {
        let mut sessions = Vec::new();
        for (id, _, _, seat, path) in self.0.list_sessions().await? {
            match self.session(id, seat, path).await {
                Ok(seen) => sessions.push(seen),
                // It went while it was looked at.
                Err(zbus::Error::MethodError(..) | zbus::Error::FDO(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(sessions)
    }

    async fn session(&self, id: String, seat: String, path: OwnedObjectPath) -> zbus::Result<Seen> {
        let connection: &Connection = self.0.inner().connection();
        let builder = SessionProxy::builder(connection).path(path);
        let session = builder.cache_properties(zbus::proxy::CacheProperties::No).build().await?;
        Ok(Seen {
            id,
            seat,
            account: session.name().await?,
            service: session.service().await?,
            class: session.class().await?,
            state: session.state().await?,
            remote_host: session.remote_host().await?,
            leader: session.leader().await?,
            began: session.timestamp().await?,
        })
    }

    /// Ends one, with everything in it.
    pub(super) async fn terminate(&self, id: &str) -> zbus::Result<()> {
        self.0.terminate_session(id).await
    }

    /// Kills what is left of one.
    pub(super) async fn kill(&self, id: &str) -> zbus::Result<()> {
        self.0.kill_session(id, "all", nix::libc::SIGKILL).await
    }

    /// Says when sessions come and go; ends with the connection.
    pub(super) async fn changes(&self) -> zbus::Result<impl Stream<Item = ()> + Unpin + Send + use<>> {
        let new = self.0.receive_session_new().await?.map(drop);
        let removed = self.0.receive_session_removed().await?.map(drop);
        Ok(stream::select(new, removed))
    }
}
