//! What can be done with a screen.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::frame::{Place, Stage};
use crate::{
    announce::use_announce,
    browser,
    parts::{Act, ButtonKind, Dialog, Icon, icons},
    strings,
};

/// The bar above the person's own screen.
#[component]
pub fn Toolbar(
    /// The screen's place.
    place: Place,
    /// What the screen is of.
    name: RwSignal<String>,
    /// Called by Disconnect.
    #[prop(into)]
    on_leave: Callback<()>,
) -> impl IntoView {
    let announce = use_announce();
    let pasting = RwSignal::new(false);
    let here = move || place.stage.with(|stage| *stage == Stage::Here);
    let paste = move || {
        spawn_local(async move {
            match browser::clipboard_text().await {
                Some(text) => {
                    send(place, &text);
                    announce.say(strings::pasted().to_owned());
                }
                // Where the browser does not let the page read it, the person pastes it here.
                None => pasting.set(true),
            }
        });
    };
    let keys = move || place.screen.with_value(|screen| screen.iter().for_each(|s| s.ctrl_alt_del()));
    let buttons = move || {
        here().then(|| {
            view! {
                <Act on_click=keys>{strings::ctrl_alt_del()}</Act>
                <Act on_click=paste>{strings::paste()}</Act>
                <Act on_click=move || on_leave.run(())>{strings::leave_screen()}</Act>
            }
        })
    };
    view! {
        <header class="screen-bar">
            <h1>{name}</h1>
            <span class="grow"></span>
            <ScaleButton place=place />
            <FullScreenButton />
            {buttons}
        </header>
        {move || pasting.get().then(|| view! { <PasteDialog place=place on_close=move || pasting.set(false) /> })}
    }
    .into_any()
}

fn send(place: Place, text: &str) {
    place.screen.with_value(|screen| screen.iter().for_each(|s| s.paste(text)));
}

/// Fits the screen into the page, or shows it as large as it is.
#[component]
pub fn ScaleButton(
    /// The screen's place.
    place: Place,
) -> impl IntoView {
    let click = move |_| {
        let on = !place.scaled.get_untracked();
        place.scaled.set(on);
        place.screen.with_value(|screen| screen.iter().for_each(|s| s.scale(on)));
    };
    view! {
        <button type="button" class="button" aria-pressed=move || place.scaled.get().to_string() on:click=click>
            <Icon icon=icons::SCALE />{strings::fit_screen()}
        </button>
    }
    .into_any()
}

/// Gives the page the whole screen of the device, or gives it back.
#[component]
pub fn FullScreenButton() -> impl IntoView {
    let click = move |_| {
        let page = document();
        if page.fullscreen_element().is_some() {
            page.exit_fullscreen();
        } else if let Some(root) = page.document_element() {
            // A browser that refuses has no full screen to offer.
            let _ = root.request_fullscreen();
        }
    };
    view! {
        <button type="button" class="button" on:click=click><Icon icon=icons::FULL_SCREEN />{strings::full_screen()}</button>
    }
    .into_any()
}

/// A text to paste, where the browser does not let the page read the clipboard.
#[component]
fn PasteDialog(
    /// The screen's place.
    place: Place,
    /// Called when it is done with.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked();
        on_close.run(());
        send(place, &typed);
    };
    view! {
        <Dialog title=strings::paste().to_owned() on_close=on_close>
            <form class="dialog-form" novalidate on:submit=submit>
                <div class="dialog-body">
                    <div class="field">
                        <label for="paste">{strings::paste_text()}</label>
                        <textarea id="paste" rows="5" autofocus prop:value=move || text.get()
                            on:input=move |event| text.set(event_target_value(&event))></textarea>
                        <p class="field-about">{strings::paste_how()}</p>
                    </div>
                </div>
                <footer class="dialog-foot">
                    <Act on_click=move || on_close.run(())>{strings::cancel()}</Act>
                    <Act kind=ButtonKind::Primary form="submit">{strings::send()}</Act>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

/// Calls the tab by this name; by the product's where nothing is known yet, or nothing is there.
pub fn entitle(name: &str) {
    document().set_title(if name.is_empty() { strings::product() } else { name });
}
