//! Buttons.

use leptos::{ev::MouseEvent, prelude::*};

use super::{Icon, icons};

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// One of several.
    #[default]
    Plain,
    /// What the page or dialog is for.
    Primary,
    /// What takes something from somebody.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Danger => "button danger",
        }
    }
}

/// A button that may be at work.
#[component]
pub fn Act(
    /// How it looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// The kind of button for a form: `submit`, or `button` unless told.
    #[prop(default = "button")]
    form: &'static str,
    /// Whether what it started is not done yet; it takes no further click then.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What a click does; nothing for a `submit`.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(act) = on_click {
            act.run(());
        }
    };
    view! {
        <button type=form class=kind.class() class:busy=busy aria-busy=move || busy.get().to_string() on:click=click>
            {children()}
            {move || busy.get().then(|| view! { <Icon icon=icons::AGAIN /> })}
        </button>
    }
    .into_any()
}

/// A verb's button: greyed with the reason where it is not allowed, yet reachable by keyboard.
#[component]
pub fn VerbButton(
    /// Its words.
    label: &'static str,
    /// Why it is not allowed; `None` when it is.
    why_not: Option<&'static str>,
    /// What a click does.
    #[prop(into)]
    on_click: Callback<()>,
    /// Whether it stands in a menu.
    #[prop(optional)]
    in_menu: bool,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        event.stop_propagation();
        if why_not.is_none() {
            on_click.run(());
        }
    };
    view! {
        <button
            type="button"
            class=if in_menu { "menu-item" } else { "button small" }
            role=in_menu.then_some("menuitem")
            aria-disabled=why_not.map(|_| "true")
            aria-description=why_not
            data-tip=why_not
            on:click=click
        >
            {label}
        </button>
    }
    .into_any()
}
