//! How somebody last arranged a page, kept in this browser.

use deskwarden_types::{Density, ListPage, ListState, api::ViewColumn};

use super::address;
use crate::browser;

/// Where the arrangement of a page is kept. Desktops that are over have columns of their own (002).
pub fn place(page: ListPage, state: Option<ListState>) -> String {
    let over = page == ListPage::CloudDesktop && state == Some(ListState::Historical);
    format!("deskwarden.list.{page}{}", if over { ".historical" } else { "" })
}

/// The columns and the density that were chosen last; none for a page that nobody has arranged.
pub fn arrangement(page: ListPage, state: Option<ListState>) -> (Vec<ViewColumn>, Option<Density>) {
    let kept = browser::remembered(&place(page, state)).unwrap_or_default();
    let (density, columns) = kept.split_once(' ').unwrap_or_default();
    (address::columns(columns), density.parse().ok())
}

/// Keeps them.
pub fn keep(page: ListPage, state: Option<ListState>, columns: &[ViewColumn], density: Option<Density>) {
    let nothing = columns.is_empty() && density.is_none();
    let text = format!("{} {}", density.map_or("-", |d| d.as_str()), address::written(columns));
    browser::remember(&place(page, state), (!nothing).then_some(text.as_str()));
}
