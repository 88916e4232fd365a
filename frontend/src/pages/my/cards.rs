//! What the person may open, as cards.

use deskwarden_types::{DeliveryKind, Phase, api::*};
use leptos::prelude::*;

use super::{
    Mine,
    open::{Opening, screen_of},
    viewer::ViewerPasswordDialog,
};
use crate::{
    parts::{Act, ButtonKind, Empty, Icon, spoken, status_mark},
    strings::{self, labels},
    words,
};

/// The cards.
#[component]
pub fn Cards() -> impl IntoView {
    let mine = expect_context::<Mine>();
    let viewer = RwSignal::new(None::<MyResource>);
    let body = move || match mine.resources.get() {
        None => view! { <div class="cards" aria-busy="true"><span class="bone"></span></div> }.into_any(),
        Some(list) if list.is_empty() => {
            view! { <Empty title=strings::nothing_for_me()><p>{strings::nothing_for_me_how()}</p></Empty> }.into_any()
        }
        Some(list) => {
            let cards = list.into_iter().map(|resource| card(resource, viewer)).collect::<Vec<_>>();
            view! { <ul class="cards">{cards}</ul> }.into_any()
        }
    };
    view! {
        <section class="part">
            <h2>{strings::my_apps()}</h2>
            {body}
        </section>
        {move || viewer.get().map(|of| view! { <ViewerPasswordDialog resource=of on_close=move || viewer.set(None) /> })}
    }
    .into_any()
}

/// Whether its sessions have a screen that a browser shows.
pub fn has_screen(kind: DeliveryKind) -> bool {
    matches!(kind, DeliveryKind::AppStream | DeliveryKind::CloudDelivery | DeliveryKind::CloudDesktop)
}

/// Whether a session's screen may be opened.
pub fn can_open(session: &Session) -> bool {
    has_screen(session.kind) && matches!(session.phase, Phase::Pending | Phase::Live | Phase::Idle)
}

fn card(resource: MyResource, viewer: RwSignal<Option<MyResource>>) -> AnyView {
    let mine = expect_context::<Mine>();
    let opening = expect_context::<Opening>();
    let id = resource.id;
    let busy = Signal::derive(move || opening.under_way.get() == Some(id));
    // The session is shown as the list of sessions knows it, which may be a moment behind.
    let newest = resource.sessions.first().copied();
    let session = move || {
        let of = newest?;
        mine.sessions.with(|list| list.as_ref()?.iter().find(|s| s.id == of).cloned())
    };
    let state = move || session().map(|session| status_mark(&session));
    let for_launch = StoredValue::new(resource.clone());
    let launch = move || for_launch.with_value(|resource| opening.launch(resource));
    let action = match (&resource.why_not, newest) {
        _ if resource.kind == DeliveryKind::RemoteAccess => {
            let ask = move || viewer.set(Some(for_launch.get_value()));
            view! { <Act on_click=ask>{strings::viewer_password()}</Act> }.into_any()
        }
        (_, Some(session)) if has_screen(resource.kind) => {
            let another = resource.kind == DeliveryKind::AppStream && resource.why_not.is_none();
            view! {
                <a class="button primary" href=screen_of(session) target="_blank">{strings::reconnect()}</a>
                {another.then(|| view! { <Act busy=busy on_click=launch>{strings::open_another()}</Act> })}
            }
            .into_any()
        }
        (None, _) => {
            view! { <Act kind=ButtonKind::Primary busy=busy on_click=launch>{strings::open_app()}</Act> }.into_any()
        }
        (Some(_), _) => ().into_any(),
    };
    let why_not = resource.why_not.clone().map(|why| {
        view! { <p class="quiet">{spoken(strings::server_says(&why))}</p> }
    });
    view! {
        <li class="thing" data-resource=id.to_string()>
            <Icon icon=words::kind_icon(resource.kind) />
            <div class="thing-name">
                <h3>{resource.name}</h3>
                <span class="quiet">{labels::kind_label(resource.kind)}</span>
            </div>
            <div class="thing-state">{state} {why_not}</div>
            <div class="thing-acts">{action}</div>
        </li>
    }
    .into_any()
}
