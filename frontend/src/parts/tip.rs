//! Tips: one layer for all, fed by `data-tip` of whatever the pointer or the focus is on; of a time the whole of it.

use std::time::Duration;

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

use crate::{clock::use_clock, format, router::use_router, strings};

/// How long the pointer rests before a tip comes.
const REST: Duration = Duration::from_millis(250);

/// What has a tip.
const TIPPED: &str = "[data-tip],time[datetime]";

/// What is shown where.
#[derive(Clone, PartialEq)]
struct Tip {
    text: String,
    left: f64,
    top: f64,
    above: bool,
}

/// The layer; once in the page.
#[component]
pub fn TipLayer() -> impl IntoView {
    let tip = RwSignal::new(None::<Tip>);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let shown = StoredValue::new_local(None::<web_sys::Element>);
    let clock = use_clock();
    // What a tip says may change, and its element may go.
    Effect::new(move |_| {
        clock.now();
        if tip.with_untracked(Option::is_some) {
            let now = shown.with_value(|element| element.as_ref().and_then(at));
            if tip.with_untracked(|tip| *tip != now) {
                tip.set(now);
            }
        }
    });
    let wait_no_more = move || {
        waiting.update_value(|w| {
            if let Some(handle) = w.take() {
                handle.clear();
            }
        });
    };
    let hide = move || {
        wait_no_more();
        if tip.with_untracked(Option::is_some) {
            tip.set(None);
        }
    };
    let (by_touch, pressed_at) = (StoredValue::new(false), StoredValue::new(None::<(i32, i32)>));
    let show = move |event: web_sys::Event, rest: Duration| {
        wait_no_more();
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        // Who points at the tip itself reads it.
        if target.as_ref().is_some_and(|target| target.class_list().contains("tip")) {
            return;
        }
        let Some(element) = target.and_then(|e| e.closest(TIPPED).ok().flatten()) else {
            // Not at once: the way to the tip leads over what is between.
            waiting.set_value(set_timeout_with_handle(move || tip.set(None), rest).ok());
            return;
        };
        let place = move || {
            tip.set(at(&element));
            shown.set_value(Some(element));
        };
        waiting.set_value(set_timeout_with_handle(place, rest).ok());
    };
    let listeners = [
        // A finger points at nothing: what the browser tells of a mouse after a tap is none.
        window_event_listener(ev::pointerover, move |event| by_touch.set_value(event.pointer_type() == "touch")),
        window_event_listener(ev::mouseover, move |event| {
            // What comes to stand under a pointer that has pressed something covers no tip, and is covered by none.
            let is_still = pressed_at.get_value() == Some((event.client_x(), event.client_y()));
            if !is_still && !by_touch.get_value() {
                pressed_at.set_value(None);
                show(event.into(), REST);
            }
        }),
        window_event_listener(ev::focusin, move |event| {
            let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            if target.is_some_and(|e| e.matches(":focus-visible").unwrap_or_default()) {
                show(event.into(), Duration::ZERO);
            }
        }),
        window_event_listener(ev::focusout, move |_| hide()),
        window_event_listener(ev::blur, move |_| hide()),
        window_event_listener(ev::mousedown, move |event| {
            let on_tip = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            let on_tip = on_tip.is_some_and(|element| element.class_list().contains("tip"));
            hide();
            pressed_at.set_value(Some((event.client_x(), event.client_y())));
            if on_tip {
                // Nobody means the tip: what lies under it is pressed.
                let (x, y) = (event.client_x() as f32, event.client_y() as f32);
                request_animation_frame(move || {
                    let under = document().element_from_point(x, y);
                    if let Some(under) = under.and_then(|under| under.dyn_into::<web_sys::HtmlElement>().ok()) {
                        under.click();
                    }
                });
            }
        }),
        window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                hide();
            }
        }),
    ];
    // What scrolls is inside the page: of that the window hears only on the event's way down.
    let scrolled = Closure::<dyn Fn()>::new(move || {
        // The keyboard's own scrolling takes the tip along.
        let active = document().active_element();
        let kept = shown.with_value(|element| element.clone().filter(|element| element.contains(active.as_deref())));
        match kept {
            Some(element) if tip.with_untracked(Option::is_some) => tip.set(at(&element)),
            Some(_) => {}
            None => hide(),
        }
    });
    // Refused for no kind of event.
    let _ = window().add_event_listener_with_callback_and_bool("scroll", scrolled.as_ref().unchecked_ref(), true);
    scrolled.forget();
    // Another page, or another list.
    let router = use_router();
    Effect::new(move |_| {
        router.path.track();
        router.query.track();
        hide();
    });
    let listeners = StoredValue::new(Some(listeners));
    on_cleanup(move || {
        listeners.try_update_value(|l| l.take().into_iter().flatten().for_each(WindowListenerHandle::remove));
    });
    move || {
        tip.get().map(|tip| {
            view! {
                <div
                    class="tip"
                    class:above=tip.above
                    role="tooltip"
                    style:left=format!("{}px", tip.left as i32)
                    style:top=format!("{}px", tip.top as i32)
                >
                    {tip.text}
                </div>
            }
        })
    }
}

/// Below the element, or above it near the page's lower edge.
fn at(element: &web_sys::Element) -> Option<Tip> {
    let told = element.get_attribute("data-tip").filter(|t| !t.is_empty()).map(|t| strings::plain(&t));
    let time = || element.get_attribute("datetime")?.parse().ok().map(format::full);
    let text = told.or_else(time)?;
    let bounds = element.get_bounding_client_rect();
    // Gone by now, or hidden.
    if bounds.width() * bounds.height() == 0.0 {
        return None;
    }
    let height = window().inner_height().ok()?.as_f64()?;
    let width = window().inner_width().ok()?.as_f64()?;
    let above = bounds.bottom() + 80.0 > height;
    let top = if above { bounds.top() - 2.0 } else { bounds.bottom() + 2.0 };
    let left = bounds.left().min(width - 300.0).max(8.0);
    Some(Tip { text, left, top, above })
}
