//! What stands in the box, as the grammar sees it.

use deskwarden_domain::list::{Filter, FilterError};
use leptos::prelude::*;

use super::Find;

/// What is wrong with the text, once somebody should be told: not while the end of it is being typed and something is
/// suggested for it.
pub fn fault(find: Find) -> Option<FilterError> {
    let error = find.text.with(|text| Filter::parse(text.trim_end()).err())?;
    let end = find.text.with(|text| text.trim_end().chars().count());
    let being_typed = find.open.get() && error.position + error.length >= end;
    (!being_typed || find.options.with(Vec::is_empty)).then_some(error)
}

/// Keeps `faulty` to what the text is. While the text and the rows differ, nothing of them stays selected.
pub fn watch(find: Find) {
    let faulty = Memo::new(move |_| fault(find).is_some());
    Effect::new(move |_| {
        find.faulty.set(faulty.get());
        if faulty.get() {
            find.list.selection.clear();
        }
    });
}

/// Whether a text can be read.
pub fn reads(text: &str) -> bool {
    Filter::parse(text).is_ok()
}
