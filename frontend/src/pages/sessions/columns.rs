//! The columns that the table shows.

use deskwarden_domain::list::{self, Column, SortKey, ValueKind};
use deskwarden_types::{SessionField as F, api::ViewColumn};

use super::Address;

/// A column of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The field, and what the page calls it.
    pub column: Column,
    /// Its width in pixels; the one that takes what is left over has none.
    pub width: Option<u16>,
    /// What it is on a phone's card.
    pub class: &'static str,
}

/// The columns of the page: what it offers, in its words.
pub fn offered(address: &Address, ad_username: bool) -> Vec<Column> {
    list::columns(address.page, address.state(), ad_username)
}

/// What is shown: as somebody arranged it, else as the page has it.
pub fn arranged(address: &Address, ad_username: bool) -> Vec<ViewColumn> {
    if !address.columns.is_empty() {
        return address.columns.clone();
    }
    let own = offered(address, ad_username).into_iter().filter(|column| column.shown);
    own.map(|column| ViewColumn { field: column.field, width: None }).collect()
}

/// The table's columns, from left to right.
pub fn shown(address: &Address, ad_username: bool) -> Vec<Shown> {
    let offered = offered(address, ad_username);
    let arranged = arranged(address, ad_username);
    let has = |field: F| arranged.iter().any(|column| column.field == field && column.width.is_none());
    // One column takes the room that is left.
    let roomy = [F::App, F::User, F::Name, F::Email, F::Environment, F::Status].into_iter().find(|field| has(*field));
    let person = [F::User, F::Name, F::Email, F::Username].into_iter().find(|field| has(*field));
    let make = |wanted: &ViewColumn| {
        let column = *offered.iter().find(|column| column.field == wanted.field)?;
        let width = wanted.width.unwrap_or(usual_width(wanted.field));
        let class = match wanted.field {
            F::App => "c-app",
            F::Status => "c-status",
            F::StartedAt => "c-start",
            F::Id => "c-id",
            field if Some(field) == person => "c-user",
            _ => "c-more",
        };
        Some(Shown { column, width: (roomy != Some(wanted.field)).then_some(width), class })
    };
    arranged.iter().filter_map(make).collect()
}

/// How wide a column is before anybody drags its edge, in pixels.
pub fn usual_width(field: F) -> u16 {
    match (field, list::definition(field).kind) {
        (F::Id, _) => 100,
        (F::Kind, _) => 138,
        (F::Status | F::Email, _) => 200,
        (F::Licence | F::Phase | F::Source, _) => 92,
        (F::EndReason | F::Command, _) => 130,
        (F::Access, _) => 120,
        (F::Terminal, _) => 106,
        (_, ValueKind::YesNo | ValueKind::Duration) => 92,
        (_, ValueKind::Id | ValueKind::Word) => 112,
        // Room for the time of another year: `29 Sep 2025, 14:37`.
        (_, ValueKind::Time) => 136,
        (_, ValueKind::Address) => 120,
        (_, ValueKind::Text) => 130,
    }
}

/// Where the column stands in the order: from 0, and whether it descends as it is shown.
pub fn place_in(order: &[SortKey], field: F) -> Option<(usize, bool)> {
    let (key, reversed) = list::sort_key(field)?;
    let at = order.iter().position(|sorted| sorted.field == key)?;
    Some((at, order.get(at)?.descending != reversed))
}

/// The order after a click on a header: this column, or with `also` the ones before and then this one (instead of the
/// order that a list has by itself); again for the reverse. `None` where there are too many keys.
pub fn clicked(order: &[SortKey], field: F, also: bool) -> Option<Vec<SortKey>> {
    let (key, reversed) = list::sort_key(field)?;
    let turned = |descending: bool| SortKey { field: key, descending: descending != reversed };
    let before = place_in(order, field);
    if !also {
        let descending = order.len() == 1 && before == Some((0, false));
        return Some(vec![turned(descending)]);
    }
    let mut order = order.to_vec();
    match before {
        Some((at, descending)) => {
            order.remove(at);
            if !descending || order.is_empty() {
                order.insert(at, turned(!descending));
            }
        }
        None => order = list::then_by(&order, turned(false)),
    }
    (order.len() <= list::MOST_KEYS).then_some(order)
}

/// As the address has it; the first order of every list is not named.
pub fn order_text(order: Vec<SortKey>) -> Option<String> {
    let sort = list::Sort::new(order).ok()?;
    (sort != list::Sort::default()).then(|| sort.to_string())
}
