//! `deskwarden serve`.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, say};
use crate::{clock::SystemClock, options::ServeOptions, server::start};

/// Runs the server until it is told to stop.
pub async fn serve(options: ServeOptions) -> Outcome {
    // Heard from now on: a signal during the start counts too.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let running = start(options, Arc::new(SystemClock)).await?;
    say(&format!("listening on {}", running.url()));
    if let Some(link) = running.set_up_link() {
        say(&format!("Set the owner's password: {link}"));
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    running.stop().await?;
    Ok(())
}
