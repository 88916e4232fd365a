//! The gate: native VNC viewers in front of this host's desktops, each for a seat.
//!
//! A viewer proves by its answer to a challenge that it has a one-time password; the server checks it, and gives the
//! seat. Why somebody is not let in stands in the viewer's own window. Without a server those who are in stay in, and
//! nobody new is let in.

mod ask;
mod crowd;
mod knock;
mod tls;
mod wire;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use crowd::Crowd;
use deskwarden_client::Client;
use deskwarden_domain::rfb::handshake;
use deskwarden_types::Ability;
use knock::{Knock, knock};
use nix::sys::socket::{setsockopt, sockopt};
pub(crate) use tls::Certificate;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};
use wire::{Seal, Wire};

use crate::{
    host::Host,
    link::host_name,
    screens::Screens,
    source::AbilityState,
    streams::{self, Ending},
};

/// Seconds without a byte after which a viewer is asked for a sign of life, and how often it is asked again.
const SILENCE: u32 = 15;
const ASK_EVERY: u32 = 5;
const ASK_TIMES: u32 = 3;
/// Milliseconds that what was sent may stay unanswered: then the viewer is lost.
const UNANSWERED: u32 = 30_000;

/// What is asked for on the command line.
pub(crate) struct Wanted {
    pub address: SocketAddr,
    pub name: Option<String>,
    /// What viewers that speak TLS are shown.
    pub certificate: Option<Certificate>,
    /// Whether others are kept out.
    pub encrypted_only: bool,
}

/// The gate.
pub(crate) struct Gate {
    listener: TcpListener,
    name: String,
    keeper: Arc<Keeper>,
}

/// How the gate is, for people.
pub(crate) fn state(wanted: bool, gate: Option<&Gate>) -> AbilityState {
    let detail = match (gate, wanted) {
        (Some(gate), _) => format!("native viewers come in at {}, {}", gate.name, gate.keeper.seal.word()),
        (None, true) => "shut: there are no screens to show".to_owned(),
        (None, false) => "off: run the agent with --gate ADDRESS:PORT".to_owned(),
    };
    AbilityState { ability: Ability::Gate, can: gate.is_some(), detail }
}

/// What each viewer is met with.
struct Keeper {
    client: Client,
    screens: Arc<Screens>,
    host: Arc<Host>,
    seal: Seal,
    crowd: Arc<Crowd>,
}

impl Gate {
    /// Listens. None where this host has no desktops to show.
    pub(crate) async fn open(
        wanted: Wanted,
        client: Client,
        screens: Arc<Screens>,
        host: Arc<Host>,
    ) -> io::Result<Option<Self>> {
        if !screens.can() {
            tracing::error!("the gate stays shut: this host lacks what desktops are made with");
            return Ok(None);
        }
        let listener = TcpListener::bind(wanted.address).await.map_err(|error| {
            io::Error::new(error.kind(), format!("the gate cannot listen at {}: {error}", wanted.address))
        })?;
        let name = name_of(wanted.name, listener.local_addr()?);
        let seal = match wanted.certificate {
            None => Seal::Never,
            Some(certificate) if wanted.encrypted_only => Seal::Needed(certificate),
            Some(certificate) => Seal::Offered(certificate),
        };
        let encryption = seal.word();
        tracing::info!(address = %listener.local_addr()?, name, encryption, "the gate is open");
        let keeper = Arc::new(Keeper { client, screens, host, seal, crowd: Arc::default() });
        Ok(Some(Self { listener, name, keeper }))
    }

    /// What people type into their viewers.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Lets viewers in, for ever.
    pub(crate) async fn keep(self) {
        loop {
            match self.listener.accept().await {
                Ok((stream, from)) => {
                    let keeper = self.keeper.clone();
                    tokio::spawn(async move { keeper.meet(stream, from).await });
                }
                Err(error) => {
                    // No descriptors left, for one: those who leave give theirs back.
                    tracing::warn!(%error, "the gate");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }
}

impl Keeper {
    async fn meet(&self, mut stream: TcpStream, from: SocketAddr) {
        let ip = from.ip().to_canonical();
        let Some(place) = self.crowd.enter(ip) else {
            tracing::debug!(%ip, "too many viewers wait at the gate");
            return;
        };
        if let Err(error) = patient(&stream) {
            tracing::warn!(%error, %ip, "a viewer that is lost would not be noticed; it is not let in");
            return;
        }
        if self.crowd.has_guessed_too_often(ip, self.now()) {
            let why = "Too many wrong passwords came from your address. Wait a minute.";
            if knock::refuse(&mut stream, why).await.is_ok() {
                knock::goodbye(&mut stream).await;
            }
            return;
        }
        let (mut viewer, knock) = match knock(stream, &self.seal).await {
            Ok(known) => known,
            Err(error) => return tracing::debug!(%error, %ip, "not a viewer"),
        };
        // From here to the desktop no inventory may call the new session gone.
        let no_inventory = self.host.outbox.launching.clone().read_owned().await;
        let let_in = self.ask(&knock, ip).await;
        let connection = match let_in {
            Ok(connection) => connection,
            Err(why) => return turn_away(viewer, &knock, &why).await,
        };
        let session = connection.session_id;
        let admitted = self.screens.connect(&connection).await;
        drop(no_inventory);
        drop(place);
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(why) => return turn_away(viewer, &knock, &format!("Your desktop did not start: {why}.")).await,
        };
        tracing::info!(%session, %ip, "a viewer was let in");
        let (input, clock) = (admitted.input, self.host.clock.clone());
        let touched = || input.touch(clock.boot_ms());
        let ending: Ending =
            streams::native(&mut viewer, knock.version, &admitted.source, touched, admitted.told).await;
        self.screens.departed(session, ending);
        knock::goodbye(&mut viewer).await;
    }

    fn now(&self) -> u64 {
        self.host.clock.boot_ms()
    }
}

/// Says why in the viewer's own window.
async fn turn_away(mut viewer: Box<dyn Wire>, knock: &Knock, why: &str) {
    tracing::info!(why, "a viewer was not let in");
    if knock::within(viewer.write_all(&handshake::failure(knock.version, why))).await.is_ok() {
        knock::goodbye(&mut viewer).await;
    }
}

/// Has the kernel notice when a viewer is lost without a word.
fn patient(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    setsockopt(stream, sockopt::KeepAlive, &true)?;
    setsockopt(stream, sockopt::TcpKeepIdle, &SILENCE)?;
    setsockopt(stream, sockopt::TcpKeepInterval, &ASK_EVERY)?;
    setsockopt(stream, sockopt::TcpKeepCount, &ASK_TIMES)?;
    setsockopt(stream, sockopt::TcpUserTimeout, &UNANSWERED)?;
    Ok(())
}

/// What people type: what was said, or where it listens; where that is everywhere, this host's name.
fn name_of(wanted: Option<String>, address: SocketAddr) -> String {
    match wanted {
        Some(name) => name,
        None if address.ip().is_unspecified() => format!("{}:{}", host_name(), address.port()),
        None => address.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_a_name_that_they_can_type() {
        let name = |name: Option<&str>, address: &str| name_of(name.map(str::to_owned), address.parse().unwrap());
        assert_eq!(name(Some("desk.example.org:5999"), "0.0.0.0:1"), "desk.example.org:5999");
        assert_eq!(name(None, "192.0.2.7:5999"), "192.0.2.7:5999");
        assert_eq!(name(None, "[::]:5999"), format!("{}:5999", host_name()));
    }
}
