//! Tickets for streams, and the consent that watching needs.

use actix_web::web;
use deskwarden_store::{
    Scope, WriteScope,
    consents::{self, Whose},
    identity,
    streams::{self, Made},
};
use deskwarden_types::{
    ConsentId,
    api::{Consent, DownloadConsents, EndWatch, ListConsents, OpenStream, OpenWatch, Page, ShowConsent, StreamTicket},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::page::Asked;
use crate::{
    auth::{Fresh, fresh},
    http::{ApiError, Call, Item, Reply, Tag},
    state::State,
};

/// Consents that are read at once for a download.
const PORTION: i64 = 500;
/// Consents that a slow reader may be behind.
const BEHIND: usize = 64;

fn ticket(made: Made, fresh: &Fresh) -> StreamTicket {
    StreamTicket { id: made.id, address: format!("/api/v1/streams/{}", fresh.text), expires_at: made.expires_at }
}

/// Makes a ticket for a session of the caller's.
pub async fn open(call: Call<OpenStream>, state: web::Data<State>) -> Result<StreamTicket, ApiError> {
    let (viewer, id, secret) = (call.user()?.viewer(), call.path.id, fresh("")?);
    let hash = secret.hash;
    let make = move |scope: &mut WriteScope<'_>| streams::ticket(scope, &viewer, id, &hash);
    Ok(ticket(state.store.write(call.tenant()?, call.now, make).await?, &secret))
}

/// Makes a ticket to watch.
pub async fn watch(call: Call<OpenWatch>, state: web::Data<State>) -> Result<StreamTicket, ApiError> {
    let (viewer, id, secret) = (call.user()?.viewer(), call.path.id, fresh("")?);
    let hash = secret.hash;
    let make = move |scope: &mut WriteScope<'_>| consents::ticket(scope, &viewer, id, &hash);
    Ok(ticket(state.store.write(call.tenant()?, call.now, make).await?, &secret))
}

/// Lists consents, newest first.
pub async fn list(call: Call<ListConsents>, state: web::Data<State>) -> Result<Page<Consent>, ApiError> {
    let asked = Asked::<ConsentId>::read(&state, "consents", &call.query)?;
    let (whose, before, rows) = (Whose::Seen(call.user()?.viewer()), asked.after, asked.rows());
    let read = move |scope: &mut Scope<'_>| {
        let items = consents::list(scope, whose, before, rows)?;
        Ok((items, consents::count(scope, whose)?, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |consent| consent.id, Some(count), revision)
}

/// Shows one. Who waits for the answer asks often, and mostly learns by a tag that nothing is new.
pub async fn show(call: Call<ShowConsent>, state: web::Data<State>) -> Result<Reply<ShowConsent>, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    let find = move |scope: &mut Scope<'_>| consents::find(scope, &viewer, id);
    let consent = state.store.look(call.tenant()?, call.now, find).await?;
    let tag = Tag::of(&consent);
    Ok(Reply::new(consent).with_tag(tag, call.header("if-none-match")))
}

/// Ends watching, or the wish to.
pub async fn end(call: Call<EndWatch>, state: web::Data<State>) -> Result<Consent, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    let end = move |scope: &mut WriteScope<'_>| consents::end(scope, &viewer, id);
    Ok(state.store.write(call.tenant()?, call.now, end).await?)
}

/// Sends all that the caller was asked for.
pub async fn download(
    call: Call<DownloadConsents>,
    state: web::Data<State>,
) -> Result<ReceiverStream<Item<Consent>>, ApiError> {
    let (whose, tenant, now) = (Whose::Asked(call.user()?.id), call.tenant()?, call.now);
    let first = state.store.read(tenant, now, move |scope| consents::list(scope, whose, None, PORTION)).await?;
    let (lines, stream) = mpsc::channel(BEHIND);
    let store = state.store.clone();
    state.runtime.spawn(async move {
        let mut portion = first;
        loop {
            let last = portion.last().map(|consent| consent.id);
            for consent in portion {
                if lines.send(Item::plain(consent)).await.is_err() {
                    return;
                }
            }
            let Some(last) = last else { return };
            let next = store.read(tenant, now, move |scope| consents::list(scope, whose, Some(last), PORTION)).await;
            portion = match next {
                Ok(portion) => portion,
                Err(error) => return tracing::warn!(%error, "a download of consents broke off"),
            };
        }
    });
    Ok(ReceiverStream::new(stream))
}
