//! The tabs of the settings' pages.

use deskwarden_types::Permission;
use leptos::prelude::*;

use crate::{router::use_router, shell::Guarded, strings};

/// A page's address and its tab.
pub type Tab = (&'static str, fn() -> &'static str);

const TABS: [Tab; 5] = [
    ("/settings", strings::general),
    ("/settings/resources", strings::resources),
    ("/settings/provisions", strings::provisions),
    ("/settings/environments", strings::environments),
    ("/settings/delivery-methods", strings::delivery_methods),
];

/// A settings' page below the tabs, for those who may see it.
#[component]
pub fn SettingsFrame(
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Guarded needs=Permission::Administer>
            <div class="page">
                <header class="page-head"><h1>{strings::settings()}</h1>{tabs(strings::settings(), &TABS)}</header>
                {children.with_value(|children| children())}
            </div>
        </Guarded>
    }
    .into_any()
}

/// Whether the page is a tab's, or one below it; `/settings` has tabs of their own below it. The first tab is also what is
/// shown at the address above it.
fn current(path: &str, tab: &'static str, first: bool) -> Option<&'static str> {
    if first && tab.rsplit_once('/').is_some_and(|(above, _)| above == path) {
        return Some("page");
    }
    let below = path.strip_prefix(tab)?;
    if below.is_empty() {
        return Some("page");
    }
    let is_its = below.starts_with('/') && tab.matches('/').count() > 1;
    is_its.then_some("true")
}

/// Links to the pages that belong together.
pub fn tabs(label: &'static str, tabs: &[Tab]) -> AnyView {
    let path = use_router().path;
    let tab = |(address, word): &Tab| {
        let address = *address;
        let first = tabs.first().is_some_and(|(first, _)| *first == address);
        view! {
            <a class="tab" href=address aria-current=move || current(&path.read(), address, first)>{word()}</a>
        }
    };
    view! { <nav class="tabs" aria-label=label>{tabs.iter().map(tab).collect::<Vec<_>>()}</nav> }.into_any()
}
