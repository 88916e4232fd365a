//! What is wrong with the filter, at its place, in a sentence.

use deskwarden_domain::list::FilterError;
use leptos::prelude::*;

use super::{Find, draft};
use crate::{
    parts::{Icon, icons, spoken},
    strings,
};

/// So many of the things that could stand there are named.
const NAMED: usize = 8;

/// What is wrong; nothing where all is right.
#[component]
pub fn FilterFault() -> impl IntoView {
    let find = expect_context::<Find>();
    move || {
        let error = draft::fault(find)?;
        Some(find.text.with(|text| line(text, &error)))
    }
}

/// The text with a mark, and the sentence.
fn line(text: &str, error: &FilterError) -> AnyView {
    let part = |from: usize, to: usize| text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>();
    let end = text.chars().count();
    let wrong = part(error.position, error.position + error.length);
    // At the end of the text nothing is there that could be marked.
    let wrong = if wrong.trim().is_empty() { "␣".to_owned() } else { wrong };
    let before = part(0, error.position);
    let after = part(error.position + error.length, end);
    let more = if error.expected.len() > NAMED { ", …" } else { "" };
    let named = error.expected.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let expected = (!named.is_empty()).then(|| strings::expected_there(format!("{named}{more}")));
    view! {
        <p id="search-fault" class="search-fault" role="alert">
            <Icon icon=icons::ALERT />
            <code>{before}<mark>{wrong}</mark>{after}</code>
            <span>{spoken(strings::server_says(&error.message))}</span>
            <span class="quiet">{expected}</span>
        </p>
    }
    .into_any()
}
