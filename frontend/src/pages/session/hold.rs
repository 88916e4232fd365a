//! That the user cannot launch the same again for a time, and the end of that.

use deskwarden_types::{NoArgs, NoBody, Permission, SessionPath, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::Known;
use crate::{
    api::use_api,
    clock::use_clock,
    format,
    notices::use_notices,
    parts::{Act, explain},
    strings, words,
};

/// Until when launches are held, if they are; managers may end that.
#[component]
pub fn Hold(
    /// What is known of the session.
    known: Known,
) -> impl IntoView {
    let (api, clock, notices) = (use_api(), use_clock(), use_notices());
    let busy = RwSignal::new(false);
    let may = move || api.may(Permission::EndHolds);
    let held = Memo::new(move |_| {
        known.detail.with(|detail| {
            let detail = detail.as_ref()?;
            let until = detail.held_until.filter(|until| *until > clock.now())?;
            let Session { id, user, resource, .. } = &detail.session;
            Some((*id, words::person(user), resource.name.clone(), until))
        })
    });
    let end = move |()| {
        let Some((id, user, app, _)) = held.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            // The row's new revision brings the panel up to date.
            match api.call::<EndHold>(SessionPath { id }, NoArgs {}, NoBody {}).await {
                Ok(_) => notices.success(strings::hold_ended(&user, &app), None, Some(id)),
                Err(error) => notices.failure(strings::hold_not_ended().to_owned(), Some(explain(&error)), Some(id)),
            }
            busy.try_set(false);
        });
    };
    move || {
        held.get().map(|(_, user, app, until)| {
            let button = may().then(|| view! { <Act busy=busy on_click=end>{strings::end_hold()}</Act> });
            // The words alone follow the clock.
            let words = move || strings::held_until(&user, &app, format::short(until, clock.now()));
            view! {
                <section class="hold">
                    <h3>{strings::launches_held()}</h3>
                    <div class="note">
                        <span class="grow">{words}</span>
                        {button}
                    </div>
                </section>
            }
        })
    }
}
