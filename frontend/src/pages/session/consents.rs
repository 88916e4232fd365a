//! Who asked to watch the session, and what became of it.

use deskwarden_types::{NoArgs, NoBody, SessionId, Verb, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::Known;
use crate::{api::use_api, pages::my::consent_table, strings};

/// Among so many of the newest it is looked for.
const NEWEST: u32 = 500;

/// The wishes to watch that the caller may know of, if there are any.
#[component]
pub fn SessionConsents(
    /// What is known of the session.
    known: Known,
) -> impl IntoView {
    let api = use_api();
    let list = RwSignal::new(Vec::<Consent>::new());
    // A session that is asked about gets commands, and with them a new revision.
    let asked = Memo::new(move |_| {
        known.detail.with(|detail| {
            let detail = detail.as_ref()?;
            let commands = detail.commands.iter().filter(|command| command.verb == Verb::View);
            let stations: Vec<_> = commands.map(|command| (command.id, command.state)).collect();
            (!stations.is_empty()).then_some((detail.session.id, detail.session.revision, stations))
        })
    });
    Effect::new(move |_| {
        let Some((session, ..)) = asked.get() else { return list.set(Vec::new()) };
        spawn_local(async move {
            let query = PageQuery { limit: Some(NEWEST), ..Default::default() };
            // Without an answer the timeline still tells of them.
            if let Ok(page) = api.call::<ListConsents>(NoArgs {}, query, NoBody {}).await {
                let of = |consent: &Consent| consent.session_id == session;
                let still = asked.try_get_untracked().flatten().map(|(id, ..): (SessionId, _, _)| id) == Some(session);
                if still {
                    list.set(page.items.into_iter().filter(of).collect());
                }
            }
        });
    });
    move || {
        let list = list.get();
        (!list.is_empty()).then(|| {
            view! { <section><h3>{strings::my_consents()}</h3>{consent_table(list, false)}</section> }
        })
    }
}
