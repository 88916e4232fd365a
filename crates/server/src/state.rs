//! What every handler and job works with. Nothing in it that another server could not take over.

use std::sync::Arc;

use deskwarden_store::{Store, identity};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, watch},
};

use crate::{
    auth::{ACCESS_KEY, AccessTokens, FailedSignIns, Passwords},
    clock::Clock,
    export::PAGES_AT_ONCE,
    http::{ApiError, CURSOR_KEY, Cursors},
    live::{Channels, Feeds},
    options::ServeOptions,
    relay::Relays,
};

/// The server's parts.
pub struct State {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How the server is run.
    pub options: ServeOptions,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Makes and reads access tokens.
    pub access_tokens: AccessTokens,
    /// Signs cursors.
    pub cursors: Cursors,
    /// Failed sign-ins on their way to the audit log.
    pub failed_sign_ins: FailedSignIns,
    /// Agents' channels that are open here.
    pub channels: Channels,
    /// Live feeds that are open here.
    pub feeds: Feeds,
    /// Streams of screens whose browsers are here.
    pub relays: Relays,
    /// Pages of exports that may be read at the same time.
    pub export_pages: Semaphore,
    /// Where streams run, so that they end in good order when actix has stopped its workers already.
    pub runtime: Handle,
    /// Turns true when the server stops: streams end then.
    pub stopping: watch::Receiver<bool>,
}

impl State {
    /// Puts the parts together; the keys come from the database, so that all servers have the same.
    pub async fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        options: ServeOptions,
        stopping: watch::Receiver<bool>,
    ) -> Result<Self, ApiError> {
        let now = clock.now();
        let keys = move |conn: &mut deskwarden_store::Conn| {
            let access = identity::shared_secret(conn, ACCESS_KEY, now)?;
            Ok((access, identity::shared_secret(conn, CURSOR_KEY, now)?))
        };
        let (access, cursors) = store.write_all(keys).await?;
        Ok(Self {
            store,
            clock,
            options,
            passwords: Passwords::new()?,
            access_tokens: AccessTokens::new(&access),
            cursors: Cursors::new(cursors),
            failed_sign_ins: FailedSignIns::default(),
            channels: Channels::default(),
            feeds: Feeds::default(),
            relays: Relays::default(),
            export_pages: Semaphore::new(PAGES_AT_ONCE),
            runtime: Handle::current(),
            stopping,
        })
    }
}
