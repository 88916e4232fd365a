//! The session of the address, kept up to date.

use deskwarden_client::ClientError;
use deskwarden_types::{ErrorCode, NoArgs, NoBody, SessionId, SessionPath, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::detail::Detail;
use crate::{
    api::use_api,
    clock::use_clock,
    feed::{Feed, follow},
    pages::sessions::{Go, List},
    parts::{Empty, Failed, explain},
    router::use_router,
    strings,
};

/// What is known of the session.
#[derive(Clone, Copy)]
pub struct Known {
    /// The session with its verbs and commands.
    pub detail: RwSignal<Option<SessionDetail>>,
    /// Its timeline, newest first.
    pub events: RwSignal<Vec<Event>>,
    /// Where older events are.
    pub older: RwSignal<Option<String>>,
}

/// What is known of the session, in the panel.
#[component]
pub fn KnownSession() -> impl IntoView {
    let api = use_api();
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let router = use_router();
    let id = Memo::new(move |_| router.session().and_then(|id| id.parse::<SessionId>().ok()));
    let known = Known { detail: RwSignal::new(None), events: RwSignal::default(), older: RwSignal::new(None) };
    let failure = RwSignal::new(None::<String>);
    let missing = RwSignal::new(false);

    // Which question was asked last, and which one's answer is shown: an older answer may come after a newer one.
    let (asked, answered) = (StoredValue::new(0_u32), StoredValue::new(0_u32));
    let load = move || {
        let turn = asked.get_value() + 1;
        asked.set_value(turn);
        let Some(of) = id.get_untracked() else { return missing.set(true) };
        spawn_local(async move {
            let path = SessionPath { id: of };
            let detail = api.call::<ShowSession>(path, NoArgs {}, NoBody {}).await;
            let events = api.call::<ListEvents>(path, PageQuery::default(), NoBody {}).await;
            if id.try_get_untracked().flatten() != Some(of) || answered.get_value() > turn {
                return;
            }
            answered.set_value(turn);
            match detail.and_then(|detail| events.map(|events| (detail, events))) {
                Ok((detail, events)) => {
                    known.detail.set(Some(detail));
                    known.events.set(events.items);
                    known.older.set(events.next);
                    missing.set(false);
                    failure.set(None);
                }
                Err(error) if is_missing(&error) => missing.set(true),
                Err(error) => failure.set(Some(explain(&error))),
            }
        });
    };
    // The row in the list brings the news; a session that is not in the list is followed by itself.
    let row_revision = Memo::new(move |_| {
        let row = list.row(id.get()?)?;
        Some(row.data.with(|s| s.revision))
    });
    let in_list = Memo::new(move |_| row_revision.get().is_some());
    // A hold that is over changes no row; what is open again is asked for.
    let clock = use_clock();
    let hold_is_over = Memo::new(move |_| {
        let until = known.detail.with(|detail| detail.as_ref()?.held_until);
        until.is_some_and(|until| until.plus_seconds(1) <= clock.now())
    });
    Effect::new(move |_| {
        if hold_is_over.get() {
            load();
        }
    });
    let feed = StoredValue::new_local(None::<Feed>);
    let stop = move || {
        feed.try_update_value(|f| {
            if let Some(feed) = f.take() {
                feed.stop();
            }
        });
    };
    Effect::new(move |before: Option<Option<SessionId>>| {
        let now = id.get();
        if before != Some(now) {
            known.detail.set(None);
            known.events.set(Vec::new());
            missing.set(false);
        }
        row_revision.track();
        load();
        now
    });
    Effect::new(move |_| {
        stop();
        let Some(of) = id.get() else { return };
        if !list.loaded.get() || in_list.get() {
            return;
        }
        let query = SessionQuery { contains: Some(of.to_string()), ..Default::default() };
        let tell = move |event| match event {
            LiveEvent::Changes { changed, gone, .. } => {
                if changed.iter().any(|s| s.id == of) || gone.contains(&of) {
                    load();
                }
            }
            LiveEvent::Reload { .. } => load(),
            LiveEvent::Open { .. } | LiveEvent::Ping {} | LiveEvent::Refreshed { .. } => {}
        };
        feed.set_value(Some(follow(api, None, query, None, tell)));
    });
    let close = move || go.close(&list.address.get_untracked());
    on_cleanup(stop);
    let body = move || {
        if missing.get() {
            return view! {
                <Empty title=strings::no_such_session()>
                    <p><button type="button" class="button" on:click=move |_| close()>{strings::back_to_list()}</button></p>
                </Empty>
            }
            .into_any();
        }
        if known.detail.with(Option::is_some) {
            view! { <Detail known=known /> }.into_any()
        } else if failure.with(Option::is_some) {
            ().into_any()
        } else {
            view! {
                <div class="panel-bones" aria-busy="true">
                    <span class="bone"></span><span class="bone"></span><span class="bone"></span>
                </div>
            }
            .into_any()
        }
    };
    view! {
        {move || failure.get().map(|text| view! { <Failed text=text on_retry=move || load() /> })}
        <div class="panel-body" tabindex="0">{body}</div>
    }
    .into_any()
}

fn is_missing(error: &ClientError) -> bool {
    matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::InvalidPath))
}
