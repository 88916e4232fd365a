//! A person's own page: what they may open, what is open, who asked to watch, and their seats.

mod cards;
mod consents;
mod open;
mod seats;
mod sessions;
mod viewer;

use std::time::Duration;

use deskwarden_types::{ListState, NoArgs, NoBody, api::*};
use futures_util::StreamExt;
use leptos::{prelude::*, task::spawn_local};
use web_sys::VisibilityState;

use self::{cards::Cards, consents::Consents, open::OpenDialogs, seats::OwnSeats, sessions::OwnSessions};
pub use self::{consents::consent_table, seats::seats_line};
use crate::{
    api::{Api, use_api},
    parts::{Failed, explain},
    strings,
};

/// How often the page looks what has become of things.
const EVERY: Duration = Duration::from_secs(5);
/// How many of the person's sessions are shown.
const MOST: u32 = 200;

/// What is known of the person's things.
#[derive(Clone, Copy)]
struct Mine {
    resources: RwSignal<Option<Vec<MyResource>>>,
    sessions: RwSignal<Option<Vec<Session>>>,
    seats: RwSignal<Option<MySeats>>,
    consents: RwSignal<Option<Vec<Consent>>>,
    failure: RwSignal<Option<String>>,
}

impl Mine {
    /// Asks for all of it.
    fn load(self, api: Api) {
        spawn_local(async move {
            let (resources, sessions, seats, consents) = futures_util::join!(
                api.get::<ListMyResources>(),
                api.call::<ListSessions>(NoArgs {}, own_sessions(), NoBody {}),
                api.get::<ShowMySeats>(),
                consents(api),
            );
            let failure = [
                take(self.resources, resources.map(|answer| answer.items)),
                take(self.sessions, sessions.map(|answer| answer.items)),
                take(self.seats, seats),
                take(self.consents, consents),
            ];
            // Refused where the person has gone on to another page.
            let _ = self.failure.try_set(failure.into_iter().flatten().next());
        });
    }
}

fn own_sessions() -> SessionQuery {
    SessionQuery {
        state: Some(ListState::Current),
        q: Some("user:me".to_owned()),
        limit: Some(MOST),
        ..Default::default()
    }
}

/// All that the person was asked, the newest first.
async fn consents(api: Api) -> Result<Vec<Consent>, deskwarden_client::ClientError> {
    let mut lines = api.stream::<DownloadConsents>(NoArgs {}, NoArgs {}, None).await?;
    let mut all = Vec::new();
    while let Some(line) = lines.next().await {
        all.push(line?);
    }
    all.sort_by_key(|consent: &Consent| std::cmp::Reverse(consent.id));
    Ok(all)
}

/// Keeps what came, if it is news; else says what went wrong.
fn take<T: PartialEq + Send + Sync + 'static>(
    kept: RwSignal<Option<T>>,
    came: Result<T, deskwarden_client::ClientError>,
) -> Option<String> {
    match came {
        Ok(now) => {
            let news = kept.try_with_untracked(|before| before.as_ref() != Some(&now));
            if news == Some(true) {
                kept.set(Some(now));
            }
            None
        }
        Err(error) => Some(explain(&error)),
    }
}

/// The page.
#[component]
pub fn MyPage() -> impl IntoView {
    let api = use_api();
    let mine = Mine {
        resources: RwSignal::new(None),
        sessions: RwSignal::new(None),
        seats: RwSignal::new(None),
        consents: RwSignal::new(None),
        failure: RwSignal::new(None),
    };
    provide_context(mine);
    open::provide();
    let load = move || mine.load(api);
    load();
    let look = move || {
        if document().visibility_state() == VisibilityState::Visible {
            load();
        }
    };
    let again = set_interval_with_handle(look, EVERY).ok();
    on_cleanup(move || {
        if let Some(again) = again {
            again.clear();
        }
    });
    view! {
        <div class="page scrolls">
            <header class="page-head"><h1>{strings::my_page()}</h1></header>
            {move || mine.failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
            <consents::Watchers />
            <Cards />
            <OwnSessions />
            <OwnSeats />
            <Consents />
            <OpenDialogs />
        </div>
    }
    .into_any()
}
