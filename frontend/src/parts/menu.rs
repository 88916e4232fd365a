//! Menus that open below their button, above everything else.

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::{
    browser,
    later::{Build, Later, Load},
};

/// How much room below its button a menu should have, in pixels.
const ROOM: f64 = 260.0;

/// Where a menu stands, as the stylesheet's values.
#[derive(Clone)]
struct Place {
    /// Top and bottom, of which one is `auto`.
    edges: (String, String),
    right: String,
    height: String,
}

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
    #[prop(optional)]
    children: Option<ChildrenFn>,
    /// The same, for a menu whose inside comes later. It opens when that is there.
    #[prop(optional)]
    part: Option<Load>,
) -> impl IntoView {
    let place = RwSignal::new(None::<Place>);
    let close = move || place.set(None);
    let built = StoredValue::new(None::<Build>);
    let open = move |button: &Element| {
        let bounds = button.get_bounding_client_rect();
        let of_window = |size: Result<JsValue, JsValue>| size.ok().and_then(|size| size.as_f64()).unwrap_or_default();
        let right = (of_window(window().inner_width()) - bounds.right()).max(8.0);
        let (above, below) = (bounds.top(), of_window(window().inner_height()) - bounds.bottom());
        // Above its button where there is more room.
        let edges = if below < ROOM && above > below {
            ("auto".to_owned(), pixels(below + bounds.height() + 4.0))
        } else {
            (pixels(bounds.bottom() + 4.0), "auto".to_owned())
        };
        place.set(Some(Place { edges, right: pixels(right), height: pixels(above.max(below) - 12.0) }));
        if let Some(act) = on_open {
            act.run(());
        }
    };
    let toggle = move |event: MouseEvent| {
        event.stop_propagation();
        if place.with_untracked(Option::is_some) {
            return close();
        }
        let Some(button) = heard_by(&event) else { return };
        let Some(part) = part else { return open(&button) };
        spawn_local(async move {
            // What could not come says so in its place.
            let come = part().await.ok();
            if built.try_set_value(come).is_none() {
                open(&button);
            }
        });
    };
    let keys = move |event: KeyboardEvent| {
        if place.with_untracked(Option::is_none) {
            return;
        }
        let Some(menu) = heard_by(&event) else { return };
        match event.key().as_str() {
            "Escape" => {
                close();
                if let Ok(Some(button)) = menu.query_selector("button") {
                    browser::focus(&button);
                }
            }
            "ArrowDown" | "ArrowUp" | "Home" | "End" => step(&event, &menu),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // Before the menu goes, so that a dialog that one of its items opens knows where to come back to.
    let back = |event: &MouseEvent| {
        let button = heard_by(event).and_then(|panel| panel.parent_element()?.query_selector("button").ok()?);
        if let Some(button) = button {
            browser::focus(&button);
        }
    };
    // Closes when the focus leaves it; a click beside it takes the focus away.
    let left = move |event: FocusEvent| {
        let into = event.related_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        if !heard_by(&event).is_some_and(|menu| menu.contains(into.as_ref())) {
            close();
        }
    };
    let children = StoredValue::new(children);
    let inside = move || match (built.get_value(), part) {
        (Some(build), _) => build(),
        (None, Some(part)) => view! { <Later part=part /> }.into_any(),
        (None, None) => children.with_value(|children| children.as_ref().map(|children| children())).into_any(),
    };
    let name = label.clone();
    view! {
        <span class="menu" on:keydown=keys on:focusout=left>
            <button
                type="button"
                class=class
                tabindex=in_grid.then_some("-1")
                aria-haspopup=role
                aria-expanded=move || place.with(Option::is_some).to_string()
                aria-label=label
                on:click=toggle
            >
                {face.run()}
            </button>
            {move || {
                place
                    .get()
                    .map(|place| {
                        let panel = NodeRef::<html::Div>::new();
                        panel.on_load(|panel| {
                            // In the browser's own top layer: in a table the cells of the rows below would lie on it.
                            // Refused only where it is shown already.
                            let _ = panel.show_popover();
                            browser::focus_first(&panel);
                        });
                        view! {
                            <div
                                node_ref=panel
                                class="menu-panel"
                                role=role
                                aria-label=name.clone()
                                tabindex="-1"
                                popover="manual"
                                style:top=place.edges.0
                                style:bottom=place.edges.1
                                style:right=place.right
                                style:max-height=place.height
                                on:click=move |event| {
                                    event.stop_propagation();
                                    back(&event);
                                    close();
                                }
                            >
                                {inside()}
                            </div>
                        }
                    })
            }}
        </span>
    }
    .into_any()
}

/// The element whose listener this is.
fn heard_by(event: &web_sys::Event) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

fn pixels(length: f64) -> String {
    // A whole number: writing a fraction would need code of its own.
    format!("{}px", length as i32)
}

/// Moves the focus to the item before or after, beyond the last to the first, or to the first or last.
fn step(event: &KeyboardEvent, menu: &Element) {
    let current = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let Ok(items) = menu.query_selector_all(".menu-panel button,.menu-panel a") else { return };
    let items: Vec<_> = (0..items.length()).filter_map(|n| items.get(n)?.dyn_into::<web_sys::Element>().ok()).collect();
    let at = items.iter().position(|item| Some(item) == current.as_ref());
    let next = match (event.key().as_str(), at) {
        ("End", _) | ("ArrowUp", None | Some(0)) => items.last(),
        ("ArrowUp", Some(at)) => items.get(at - 1),
        ("ArrowDown", Some(at)) => items.get(at + 1).or(items.first()),
        _ => items.first(),
    };
    if let Some(item) = next {
        browser::focus(item);
    }
}
