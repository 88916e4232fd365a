//! Starting and stopping.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use actix_server::ServerHandle;
use actix_web::web;
use deskwarden_store::{DatabaseUrl, Options, Store, StoreError};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    auth::hex,
    clock::Clock,
    first_start::{first_tenant, owner_link},
    http::ApiError,
    jobs,
    listen::listen,
    options::ServeOptions,
    state::State,
    tls,
};

/// Why the server did not start, in a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The options can't be.
    #[error("{0}")]
    Options(String),
    /// The database can't be opened.
    #[error("the database could not be opened: {0}")]
    Store(#[from] StoreError),
    /// Nobody can listen there.
    #[error("cannot listen on {address}: {cause}. Is another server running there? Choose another --listen.")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        cause: std::io::Error,
    },
    /// The certificate can't be used.
    #[error("the certificate cannot be used: {0}")]
    Tls(String),
    /// The data directory can't be made.
    #[error("the data directory {path} cannot be used: {cause}")]
    DataDir {
        /// Where.
        path: String,
        /// Why not.
        cause: std::io::Error,
    },
    /// A fault of ours.
    #[error("{0:?}")]
    Internal(ApiError),
}

impl From<ApiError> for StartError {
    fn from(error: ApiError) -> Self {
        Self::Internal(error)
    }
}

/// A server that runs.
pub struct Running {
    address: SocketAddr,
    url: String,
    set_up_link: Option<String>,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    jobs: JoinHandle<()>,
    stop: watch::Sender<bool>,
    #[cfg(test)]
    state: Arc<State>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for browsers and agents on this machine, or the public one, where that is known.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The one-time link for the first owner, where no owner has a password.
    pub fn set_up_link(&self) -> Option<&str> {
        self.set_up_link.as_deref()
    }

    /// Stops: accepts nothing more, ends the streams, lets requests end for at most 5 s, closes the database.
    pub async fn stop(self) -> std::io::Result<()> {
        // Nobody listens: nobody has to stop.
        let _ = self.stop.send(true);
        self.handle.stop(true).await;
        let served = self.serving.await.map_err(std::io::Error::other)?;
        self.jobs.await.map_err(std::io::Error::other)?;
        served
    }
}

/// Opens the database of these options, which brings it to its newest form.
pub async fn open_store(options: &crate::options::DatabaseOptions) -> Result<Store, StartError> {
    make_data_dir(&options.data_dir)
        .map_err(|cause| StartError::DataDir { path: options.data_dir.display().to_string(), cause })?;
    let url = match &options.database_url {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", options.data_dir.join("deskwarden.db").display()),
    };
    let url: DatabaseUrl = url.parse().map_err(|error| StartError::Options(format!("--database-url: {error}")))?;
    let (durability, connections) = (options.durability.into(), options.connections.unwrap_or(url.usual_connections()));
    Ok(Store::open(Options { url, durability, connections }).await?)
}

/// Only the server's own account may look inside.
fn make_data_dir(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Starts a server. It runs until [`Running::stop`].
pub async fn start(options: ServeOptions, clock: Arc<dyn Clock>) -> Result<Running, StartError> {
    options.check().map_err(StartError::Options)?;
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificate), Some(key)) => Some(tls::config(certificate, key).map_err(StartError::Tls)?),
        _ => None,
    };
    let store = open_store(&options.database).await?;
    first_tenant(&store, &options.set_up_username, clock.now()).await?;
    let link = owner_link(&store, clock.now()).await?;
    let failed = |cause| StartError::Listen { address: options.listen, cause };
    let listener = TcpListener::bind(options.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let url = url(&options, address);
    let set_up_link = link.map(|link| format!("{url}/set-up#{link}"));

    let (stop, stopping) = watch::channel(false);
    let state = web::Data::new(State::new(store, clock, options.clone(), stopping).await?);
    #[cfg(test)]
    let parts = state.clone().into_inner();
    let jobs = tokio::spawn(jobs::run(state.clone().into_inner(), holder()?));
    let server = listen(listener, address, tls, state.clone()).map_err(failed)?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    Ok(Running {
        address,
        url,
        set_up_link,
        handle,
        serving,
        jobs,
        stop,
        #[cfg(test)]
        state: parts,
    })
}

/// Names this process among all servers of one database.
fn holder() -> Result<String, ApiError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(format!("{}-{}", std::process::id(), hex(&bytes)))
}

fn url(options: &ServeOptions, address: SocketAddr) -> String {
    if let Some(url) = &options.public_url {
        return url.clone();
    }
    let scheme = if options.tls_cert.is_some() { "https" } else { "http" };
    match address.ip().is_unspecified() {
        true => format!("{scheme}://localhost:{}", address.port()),
        false => format!("{scheme}://{address}"),
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
