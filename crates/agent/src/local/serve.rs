//! The agent's end of the local socket.

use std::{io, os::unix::fs::PermissionsExt, sync::Arc, time::Duration};

use deskwarden_client::Client;
use deskwarden_types::{
    NoArgs, NoBody, Timestamp,
    agent::{SeatsOf, ShowSeatsOf},
    api::MySeats,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::Semaphore,
};

use super::wire::{Answer, Ask, Health, Row};
use crate::{
    exec::Account,
    link::Line,
    outbox::Outbox,
    player::{Player, Refusal, Request},
    screens::Screens,
    source::{AbilityState, SessionSource},
    state::{Identity, StateDir},
};

/// Longer than any command line that Linux takes with its environment.
const LONGEST_ASK: u64 = 4 * 1024 * 1024;
/// How long to wait for the question.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the server may take for what is worth showing without.
const SERVER: Duration = Duration::from_secs(3);
/// How many may ask at once; more wait.
const AT_ONCE: usize = 64;

/// What answers are made from.
pub(crate) struct Desk {
    pub identity: Identity,
    pub client: Client,
    pub player: Arc<Player>,
    pub screens: Arc<Screens>,
    pub sources: Vec<Arc<dyn SessionSource>>,
    pub gate: AbilityState,
    pub outbox: Outbox,
    pub line: Arc<Line>,
}

/// Opens the socket. The lock on the state directory says that an old one is nobody's.
pub(crate) fn open(state: &StateDir) -> io::Result<UnixListener> {
    let path = state.socket();
    match std::fs::remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    // Everybody may ask; who asks decides.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666))?;
    Ok(listener)
}

/// Answers for ever.
pub(crate) async fn serve(listener: UnixListener, desk: Arc<Desk>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let desk = desk.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, &desk).await {
                        tracing::debug!(%error, "a local caller went away");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the local socket");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn answer(mut stream: UnixStream, desk: &Desk) -> io::Result<()> {
    let uid = stream.peer_cred()?.uid();
    let (read, mut write) = stream.split();
    let mut line = Vec::new();
    let mut read = BufReader::new(read.take(LONGEST_ASK));
    tokio::time::timeout(PATIENCE, read.read_until(b'\n', &mut line)).await??;
    let answer = match serde_json::from_slice::<Ask>(&line) {
        Ok(ask) => match carry_out(ask, uid, desk).await {
            Ok(answer) => answer,
            Err(refusal) => Answer::Refused {
                unknown_program: matches!(refusal, Refusal::UnknownProgram(_)),
                why: refusal.to_string(),
            },
        },
        Err(error) => Answer::Refused { unknown_program: false, why: format!("this was not understood: {error}") },
    };
    let mut json = serde_json::to_vec(&answer)?;
    json.push(b'\n');
    write.write_all(&json).await
}

async fn carry_out(ask: Ask, uid: u32, desk: &Desk) -> Result<Answer, Refusal> {
    match ask {
        Ask::Launch { typed, path, args, env, directory } => {
            let account = Account::of(uid).map_err(|e| Refusal::Other(e.to_string()))?;
            let request = Request { account, typed, path, args, env, directory };
            // In a task of its own: a caller who goes away leaves nothing half-done.
            let player = desk.player.clone();
            let launched = tokio::spawn(async move { player.launch(request).await }).await;
            let (session, name) = launched.map_err(|e| Refusal::Other(e.to_string()))??;
            Ok(Answer::Launched { session, name })
        }
        Ask::Start { session, env, directory } => {
            desk.player.start(session, uid, env, directory).await.map(|()| Answer::Done {})
        }
        Ask::Remove { session } => desk.player.remove(session, uid).await.map(|()| Answer::Done {}),
        Ask::List {} => Ok(Answer::Sessions { sessions: rows(&desk.player, uid) }),
        Ask::Status {} => Ok(Answer::Status(Box::new(health(desk, uid).await))),
    }
}

fn rows(player: &Player, uid: u32) -> Vec<Row> {
    let rows = player.sessions(uid).into_iter().map(|entry| Row {
        session: entry.session_id,
        status: entry.status,
        name: entry.name,
        account: entry.program.account.name,
        program: entry.program.path,
        added: Timestamp::from_millis(entry.added.wall_ms),
    });
    rows.collect()
}

async fn health(desk: &Desk, uid: u32) -> Health {
    let (connection, last_word) = desk.line.read();
    let seats = seats(desk, uid).await;
    Health {
        server: desk.identity.server.clone(),
        tenant: desk.identity.tenant.clone(),
        host: desk.identity.host_id.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        connection,
        last_word,
        waiting_reports: desk.outbox.spool().pending().len(),
        sessions: desk.player.sessions(0).len(),
        abilities: desk.sources.iter().flat_map(|source| source.states()).chain([desk.gate.clone()]).collect(),
        screens: desk.screens.living(),
        seats,
        page: format!("{}/my", desk.identity.server.trim_end_matches('/')),
    }
}

/// The seats as the caller may see them.
async fn seats(desk: &Desk, uid: u32) -> Option<MySeats> {
    let account = Account::of(uid).ok()?.name.parse().ok()?;
    let asking = desk.client.call::<ShowSeatsOf>(NoArgs {}, SeatsOf { account }, NoBody {});
    tokio::time::timeout(SERVER, asking).await.ok()?.ok()
}
