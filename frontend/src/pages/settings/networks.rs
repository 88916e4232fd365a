//! The tenant's own networks: rows of a name and a range of addresses.

use deskwarden_types::{Name, api::Network};
use leptos::prelude::*;

use crate::{
    parts::{Act, Form, Icon, complaint_of, icons},
    strings,
};

/// A row as it is typed.
#[derive(Clone, Copy)]
struct Row {
    number: u32,
    name: RwSignal<String>,
    cidr: RwSignal<String>,
}

/// The rows.
#[derive(Clone, Copy)]
pub struct Networks {
    rows: RwSignal<Vec<Row>>,
    next: StoredValue<u32>,
}

impl Networks {
    /// As they are.
    pub fn of(networks: &[Network]) -> Self {
        let rows = Self { rows: RwSignal::default(), next: StoredValue::new(0) };
        for network in networks {
            rows.add(network.name.as_str(), &network.cidr);
        }
        rows
    }

    fn add(self, name: &str, cidr: &str) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        let row = Row { number, name: RwSignal::new(name.to_owned()), cidr: RwSignal::new(cidr.to_owned()) };
        self.rows.update(|rows| rows.push(row));
    }

    /// As they were typed; rows in which nothing stands are left out.
    pub fn typed(self) -> Result<Vec<Network>, (&'static str, String)> {
        let texts = self.rows.with_untracked(|rows| {
            rows.iter()
                .map(|row| (row.name.get_untracked(), row.cidr.get_untracked().trim().to_owned()))
                .collect::<Vec<_>>()
        });
        let filled = texts.into_iter().filter(|(name, cidr)| !name.trim().is_empty() || !cidr.is_empty());
        filled
            .map(|(name, cidr)| match name.parse::<Name>() {
                Ok(name) => Ok(Network { name, cidr }),
                Err(_) => Err(("networks", strings::network_name_bad(cidr))),
            })
            .collect()
    }
}

/// The rows, with a button for one more.
#[component]
pub fn NetworkRows(
    /// The rows.
    networks: Networks,
    /// The form that complains.
    form: Form,
) -> impl IntoView {
    let Networks { rows, .. } = networks;
    let row = move |row: Row| {
        let (name, cidr) = (row.name, row.cidr);
        view! {
            <div class="network">
                <input aria-label=strings::network_name() placeholder=strings::network_name()
                    prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event)) />
                <input aria-label=strings::network_range() placeholder="192.0.2.0/24" spellcheck="false"
                    prop:value=move || cidr.get() on:input=move |event| cidr.set(event_target_value(&event)) />
                <button type="button" class="button icon-only" aria-label=strings::remove_network()
                    on:click=move |_| rows.update(|rows| rows.retain(|other| other.number != row.number))>
                    <Icon icon=icons::REMOVE />
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <fieldset class="field">
            <legend>{strings::networks()}</legend>
            <For each=move || rows.get() key=|row| row.number children=row />
            <Act on_click=move || networks.add("", "")><Icon icon=icons::ADD />{strings::add_network()}</Act>
            <p class="field-about">{strings::networks_hint()}</p>
            {complaint_of(form, "networks")}
        </fieldset>
    }
    .into_any()
}
