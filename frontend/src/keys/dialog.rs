//! The dialog that lists the keys.

use leptos::prelude::*;

use super::{Binding, KEYS, KeysOpen, Place, set_single_keys, single_keys};
use crate::{
    parts::{Act, Dialog},
    strings,
};

/// All keys, by where they work.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let KeysOpen(open) = expect_context::<KeysOpen>();
    let close = move || open.set(false);
    let group = |title: &'static str, here: fn(Place) -> bool| {
        let lines = KEYS.iter().filter(|binding| here(binding.place)).map(line).collect_view();
        view! { <section><h3>{title}</h3><dl class="keys">{lines}</dl></section> }
    };
    view! {
        <Dialog title=strings::keys().to_owned() on_close=close>
            <div class="dialog-body" tabindex="0">
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=single_keys()
                        on:change=move |event| set_single_keys(event_target_checked(&event))
                    />
                    {strings::single_keys()}
                </label>
                {group(strings::keys_everywhere(), |place| place != Place::List)}
                {group(strings::keys_of_list(), |place| place == Place::List)}
            </div>
            <footer class="dialog-foot"><Act on_click=close>{strings::close()}</Act></footer>
        </Dialog>
    }
    .into_any()
}

fn line(binding: &Binding) -> impl IntoView + use<> {
    let keys = binding.pressed.iter().enumerate().map(|(at, pressed)| {
        let then = (at > 0).then(|| view! { " " <span class="quiet">{strings::then()}</span> " " });
        view! { {then} {key_caps(pressed)} }
    });
    view! { <dt>{keys.collect_view()}</dt><dd>{(binding.words)()}</dd> }
}

/// `Shift+ ` as the caps of two keys.
fn key_caps(pressed: &str) -> impl IntoView + use<> {
    let (modifier, key) = match pressed.split_once('+') {
        Some((modifier, key)) if !key.is_empty() => (Some(modifier), key),
        _ => (None, pressed),
    };
    let name = |key: &str| match key {
        "ArrowDown" => "↓".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowRight" => "→".to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "PageDown" => strings::key_page_down_cap().to_owned(),
        "PageUp" => strings::key_page_up_cap().to_owned(),
        "Home" => strings::key_home().to_owned(),
        "End" => strings::key_end().to_owned(),
        " " => strings::key_space().to_owned(),
        "Escape" => strings::key_escape_cap().to_owned(),
        "Enter" => strings::key_enter().to_owned(),
        "Ctrl" => strings::key_ctrl().to_owned(),
        "Shift" => strings::key_shift().to_owned(),
        letter => letter.to_owned(),
    };
    let modifier = modifier.map(|modifier| view! { <kbd>{name(modifier)}</kbd> " + " });
    view! { {modifier} <kbd>{name(key)}</kbd> }
}
