//! Where the keyboard is.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// What takes the focus inside something.
const FOCUSABLE: &str =
    "input:not([disabled]),textarea:not([disabled]),select,button:not([disabled]),a[href],[tabindex='0']";
/// What takes it itself: rows of a table, too.
const TAKES_FOCUS: &str =
    "input:not([disabled]),textarea:not([disabled]),select,button:not([disabled]),a[href],[tabindex]";

/// Moves the focus to an element.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Fails only for what can't be focused, which then simply is not.
        let _ = element.focus();
    }
}

/// Scrolls the page up to an element that begins above what is seen.
pub fn show_from_top(element: &Element) {
    if element.get_bounding_client_rect().top() < 0.0 {
        element.scroll_into_view();
    }
}

/// Moves the focus to the first thing inside an element that takes it.
pub fn focus_first(inside: &Element) {
    if let Ok(Some(element)) = inside.query_selector(FOCUSABLE) {
        focus(&element);
    }
}

/// Whether the keys typed now belong to a field or a dialog.
pub fn typing_elsewhere() -> bool {
    let dialog_open = document().query_selector("dialog[open]").ok().flatten().is_some();
    let in_field = document().active_element().is_some_and(|e| {
        let name = e.tag_name();
        let kind = e.get_attribute("type").unwrap_or_default();
        (name == "INPUT" && kind != "checkbox") || name == "TEXTAREA" || name == "SELECT"
    });
    dialog_open || in_field
}

/// Whether the keyboard is in the search box.
pub fn is_searching() -> bool {
    document().active_element().is_some_and(|e| e.matches(".search input").unwrap_or_default())
}

/// Whether nothing in the page has the keyboard.
fn nowhere() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// A place in the page to come back to. Where its element has gone meanwhile, what stood nearest takes its place.
pub struct Spot {
    element: Element,
    /// From the inside out: what stood behind, what stood before, and what was around both.
    near: Vec<[Option<Element>; 3]>,
    /// Whether the rows come before what stood near, which is another button: the next Return would press that.
    to_rows: bool,
}

impl Spot {
    /// Where this element is now.
    pub fn of(element: Element) -> Self {
        let mut near = Vec::new();
        let mut inner = element.clone();
        while let Some(outer) = inner.parent_element().filter(|outer| outer.tag_name() != "BODY") {
            near.push([inner.next_element_sibling(), inner.previous_element_sibling(), Some(outer.clone())]);
            inner = outer;
        }
        let to_rows = element.closest(".pager, .mass").is_ok_and(|found| found.is_some());
        Self { element, near, to_rows }
    }

    /// Where the keyboard is now, if it is anywhere.
    pub fn now() -> Option<Self> {
        (!nowhere()).then(|| document().active_element().map(Self::of)).flatten()
    }

    /// Puts the keyboard there.
    pub fn come_back(&self) {
        let _ = take(&self.element) || self.to_rows && rows() || self.near.iter().flatten().flatten().any(take);
    }

    fn is_lost(&self) -> bool {
        !self.element.is_connected() || self.element.matches(":disabled").unwrap_or_default()
    }
}

/// Puts the keyboard on an element or on the first thing in it; says whether that could be done.
fn take(element: &Element) -> bool {
    if !element.is_connected() {
        return false;
    }
    if element.matches(TAKES_FOCUS).unwrap_or_default() {
        focus(element);
    } else {
        focus_first(element);
    }
    document().active_element().is_some_and(|active| element.contains(Some(&active)))
}

/// Puts the keyboard on the row of the page's table that Tab reaches, else into the table; says whether that could be done.
fn rows() -> bool {
    let found = |css: &str| document().query_selector(css).ok().flatten();
    [".table-box tr[tabindex='0']", ".table-box"].into_iter().filter_map(found).any(|element| take(&element))
}

/// For as long as the page lives: where what has the keyboard goes, or can't be used any more, what stands nearest gets
/// it, and nobody has to begin at the top of the page.
pub fn keep_focus() {
    let last = StoredValue::new_local(None::<Spot>);
    let take_note = window_event_listener(ev::focusin, move |event| {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        last.set_value(element.map(Spot::of));
    });
    let look = move || {
        if nowhere()
            && let Some(Some(spot)) = last.try_update_value(Option::take)
            && spot.is_lost()
        {
            spot.come_back();
        }
    };
    // After what is about to happen: a dialog that goes gives the keyboard back by itself.
    let look_later = move || request_animation_frame(move || request_animation_frame(look));
    let left = window_event_listener(ev::focusout, move |event| {
        if event.related_target().is_none() {
            look_later();
        }
    });
    // Not every browser says that what had the keyboard was taken out.
    let watch = set_interval_with_handle(
        move || {
            if nowhere() && last.try_with_value(|last| last.as_ref().is_some_and(Spot::is_lost)) == Some(true) {
                look_later();
            }
        },
        std::time::Duration::from_millis(400),
    );
    on_cleanup(move || {
        take_note.remove();
        left.remove();
        if let Ok(watch) = watch {
            watch.clear();
        }
    });
}
