//! Menus that open below their button, above everything else.

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlDivElement;

use crate::browser;

/// A button with a menu.
#[component]
pub fn Menu(
    /// What the button is called.
    #[prop(into)]
    label: String,
    /// How the button looks.
    #[prop(default = "button icon-only")]
    class: &'static str,
    /// What opens, for screen readers: a `menu` of items, or a `dialog` of other things.
    #[prop(default = "menu")]
    role: &'static str,
    /// Whether the button stands in a grid, where arrows lead to it and Tab passes by.
    #[prop(optional)]
    in_grid: bool,
    /// What stands on the button.
    face: ViewFn,
    /// Called when it opens.
    #[prop(optional, into)]
    on_open: Option<Callback<()>>,
    /// What is in the menu; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let place = RwSignal::new(None::<(f64, f64)>);
    let button = NodeRef::<html::Button>::new();
    let panel = NodeRef::<html::Div>::new();
    let close = move || place.set(None);
    let toggle = move |event: MouseEvent| {
        event.stop_propagation();
        if place.get_untracked().is_some() {
            return close();
        }
        let Some(button) = button.get_untracked() else { return };
        let bounds = button.get_bounding_client_rect();
        let width = window().inner_width().ok().and_then(|w| w.as_f64()).unwrap_or_default();
        place.set(Some((bounds.bottom() + 4.0, (width - bounds.right()).max(8.0))));
        if let Some(act) = on_open {
            act.run(());
        }
    };
    Effect::new(move |_| {
        if place.get().is_some()
            && let Some(panel) = panel.get()
        {
            browser::focus_first(&panel);
        }
    });
    let keys = move |event: KeyboardEvent| {
        if place.get_untracked().is_none() {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                close();
                if let Some(button) = button.get_untracked() {
                    browser::focus(&button);
                }
            }
            "ArrowDown" => step(&event, panel.get_untracked(), true),
            "ArrowUp" => step(&event, panel.get_untracked(), false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // Closes when the focus leaves it; a click beside it takes the focus away.
    let left = move |event: FocusEvent| {
        let into = event.related_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        let inside = panel.get_untracked().is_some_and(|p| p.contains(into.as_ref()));
        let own = button.get_untracked().is_some_and(|b| b.contains(into.as_ref()));
        if !inside && !own {
            close();
        }
    };
    let children = StoredValue::new(children);
    let name = label.clone();
    view! {
        <span class="menu" on:keydown=keys on:focusout=left>
            <button
                node_ref=button
                type="button"
                class=class
                tabindex=in_grid.then_some("-1")
                aria-haspopup=role
                aria-expanded=move || place.get().is_some().to_string()
                aria-label=label
                on:click=toggle
            >
                {face.run()}
            </button>
            {move || {
                place
                    .get()
                    .map(|(top, right)| {
                        view! {
                            <div
                                node_ref=panel
                                class="menu-panel"
                                role=role
                                aria-label=name.clone()
                                tabindex="-1"
                                style:top=format!("{top}px")
                                style:right=format!("{right}px")
                                on:click=move |event| {
                                    event.stop_propagation();
                                    close();
                                }
                            >
                                {children.with_value(|children| children())}
                            </div>
                        }
                    })
            }}
        </span>
    }
    .into_any()
}

/// Moves the focus to the item before or after.
fn step(event: &KeyboardEvent, panel: Option<HtmlDivElement>, down: bool) {
    let current = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let Some(Ok(items)) = panel.map(|panel| panel.query_selector_all("button,a")) else { return };
    let items: Vec<_> = (0..items.length()).filter_map(|n| items.get(n)?.dyn_into::<web_sys::Element>().ok()).collect();
    let at = items.iter().position(|item| Some(item) == current.as_ref());
    let next = match at {
        Some(at) if down => items.get(at + 1),
        Some(at) => at.checked_sub(1).and_then(|before| items.get(before)),
        None => items.first(),
    };
    if let Some(item) = next {
        browser::focus(item);
    }
}
