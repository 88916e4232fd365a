//! Users with remote access sessions, each with the devices (004).

use std::time::Duration;

use deskwarden_types::{UserId, api::*};
use leptos::prelude::*;

use super::SESSIONS;
use crate::{
    api::use_api,
    format,
    parts::{Ago, Empty, Icon, Paged, icons, listing},
    strings::{self, labels},
    words,
};

/// How often the list is asked for.
const EVERY: Duration = Duration::from_secs(5);

/// How many columns it has.
const COLUMNS: usize = 4;

/// The list.
#[component]
pub fn ActivePeople() -> impl IntoView {
    let list = Paged::of::<ListActivePeople>(use_api());
    let open = RwSignal::new(Vec::<UserId>::new());
    let again = set_interval_with_handle(move || list.load.run(()), EVERY).ok();
    on_cleanup(move || {
        if let Some(again) = again {
            again.clear();
        }
    });
    let row = move |person: ActivePerson| {
        let id = person.user.id;
        let name = words::person(&person.user);
        let is_open = Memo::new(move |_| open.with(|open| open.contains(&id)));
        let toggle = move |_| {
            open.update(|open| {
                if open.contains(&id) {
                    open.retain(|other| *other != id);
                } else {
                    open.push(id);
                }
            });
        };
        let newest = StoredValue::new(person.newest);
        let devices = move || {
            is_open.get().then(|| {
                let list = newest.get_value().into_iter().map(device).collect::<Vec<_>>();
                view! { <tr class="below"><td colspan=COLUMNS><ul class="ways">{list}</ul></td></tr> }
            })
        };
        view! {
            <tr data-user=id.to_string()>
                <td>
                    <button type="button" class="button small icon-only" aria-label=strings::show_devices(&name)
                        aria-expanded=move || is_open.get().to_string() on:click=toggle>
                        {move || { let icon = if is_open.get() { icons::OPEN } else { icons::NEXT }; view! { <Icon icon=icon /> } }}
                    </button>
                    " " <b>{name.clone()}</b> " " <span class="quiet">{person.user.email}</span>
                </td>
                <td class="num">{format::number(person.sessions)}</td>
                <td class="num">{format::number(person.devices)}</td>
                <td><a class="button small" href=format!("{SESSIONS}/{id}")>{strings::view_person()}</a></td>
            </tr>
            {devices}
        }
        .into_any()
    };
    let heads: [_; COLUMNS] =
        [strings::fact_user(), strings::people_sessions(), strings::devices(), strings::actions()];
    let empty = || {
        view! { <Empty title=strings::no_active_people()><p>{strings::no_active_people_how()}</p></Empty> }.into_any()
    };
    listing(list, &heads, row, empty)
}

/// One device: `Office laptop · Soft client · Connected to Office PC · 10.0.0.2 · 5 min ago`.
fn device(session: DeviceSession) -> AnyView {
    let name = session.device.map_or_else(|| strings::device_unknown().to_owned(), |device| device.name);
    // A device that nobody has named is called by its address.
    let ip = session.ip.filter(|ip| *ip != name).map(|ip| format!(" · {ip}"));
    view! {
        <li>
            <b>{name}</b> " · " {labels::terminal_label(session.terminal)} " · "
            {strings::connected_to()} " " {session.connected_to} {ip} " · " <Ago at=session.since />
        </li>
    }
    .into_any()
}
