//! Dialogs: the browser's own, which hold the focus, close by Escape and give the focus back.

use leptos::{ev::Event, html, prelude::*};

use super::{Icon, icons};
use crate::{announce::Announcements, browser::Spot, strings};

/// A dialog that is open as long as it is in the page.
#[component]
pub fn Dialog(
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Called by Escape and by the cross.
    #[prop(into)]
    on_close: Callback<()>,
    /// Whether it is wide.
    #[prop(optional)]
    wide: bool,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let opener = Spot::now();
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            // Fails only for a dialog that is not in the page.
            let _ = dialog.show_modal();
        }
    });
    // Where the element goes with its dialog, the browser does not give the focus back by itself.
    let opener = StoredValue::new_local(opener);
    on_cleanup(move || {
        opener.try_update_value(|opener| {
            if let Some(opener) = opener.take() {
                request_animation_frame(move || opener.come_back());
            }
        });
    });
    let cancel = move |event: Event| {
        event.prevent_default();
        on_close.run(());
    };
    view! {
        <dialog node_ref=node class="dialog" class:wide=wide aria-labelledby="dialog-title" on:cancel=cancel>
            <header class="dialog-head">
                <h2 id="dialog-title">{title}</h2>
                <button type="button" class="button icon-only" aria-label=strings::close() on:click=move |_| on_close.run(())>
                    <Icon icon=icons::CLOSE />
                </button>
            </header>
            {children()}
            // What is around the dialog is not heard while it is open.
            <Announcements />
        </dialog>
    }
    .into_any()
}
