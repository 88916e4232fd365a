//! What is wrong with the filter, at its place, in a sentence.

use std::time::Duration;

use deskwarden_domain::list::FilterError;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{Find, draft};
use crate::{
    announce::use_announce,
    parts::{Icon, icons},
    strings,
};

/// So many of the things that could stand there are named.
const NAMED: usize = 8;
/// So many characters are shown on either side of it, and of itself.
const AROUND: usize = 60;
/// It is told when nobody has typed for so long.
const REST: Duration = Duration::from_millis(1_200);

/// What is wrong; nothing where all is right.
#[component]
pub fn FilterFault() -> impl IntoView {
    let find = expect_context::<Find>();
    let announce = use_announce();
    // Seen at once, heard once: not at each letter.
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        waiting.try_update_value(|waiting| waiting.take().map(|handle| handle.clear()));
    };
    Effect::new(move |_| {
        let Some(error) = draft::fault(find) else { return stop() };
        stop();
        let tell = move || announce.say(strings::in_this_language(&error.message));
        waiting.set_value(set_timeout_with_handle(tell, REST).ok());
    });
    on_cleanup(stop);
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
    let wrong = if wrong.chars().count() > AROUND {
        format!("{}…", wrong.chars().take(AROUND).collect::<String>())
    } else {
        wrong
    };
    let wrong = if wrong.trim().is_empty() { "␣".to_owned() } else { wrong };
    let from = error.position.saturating_sub(AROUND);
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let before = format!("{}{}", cut(from > 0), part(from, error.position));
    let behind = error.position + error.length;
    let after = format!("{}{}", part(behind, behind + AROUND), cut(behind + AROUND < end));
    let more = if error.expected.len() > NAMED { ", …" } else { "" };
    let named = error.expected.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let expected = (!named.is_empty()).then(|| strings::expected_there(format!("{named}{more}")));
    view! {
        <p id="search-fault" class="search-fault">
            <Icon icon=icons::ALERT />
            <code>{before}<mark>{wrong}</mark>{after}</code>
            <span>{strings::in_this_language(&error.message)}</span>
            <span class="quiet">{expected}</span>
        </p>
    }
    .into_any()
}
