//! Asking before acting: the dialog that says what will happen, to whom and by when.

mod dialog;
mod plan;
mod result;

use deskwarden_types::{DeliveryKind, SessionId, Verb, api::Session};
use leptos::prelude::*;

use self::dialog::ConfirmDialog;
use crate::words;

/// A session somebody wants to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: SessionId,
    /// Its kind.
    pub kind: DeliveryKind,
    /// What it is, in a few words.
    pub name: String,
}

impl From<&Session> for Target {
    fn from(session: &Session) -> Self {
        Self { id: session.id, kind: session.kind, name: words::name_of(session) }
    }
}

/// A verb somebody wants to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The verb.
    pub verb: Verb,
    /// On these sessions, at least one.
    pub targets: Vec<Target>,
}

/// The one dialog of the page.
#[derive(Clone, Copy)]
pub struct Confirm {
    ask: RwSignal<Option<Ask>>,
    /// Sessions on which commands of this page are on their way, to tell when they are done.
    pub mine: RwSignal<Vec<(SessionId, Verb)>>,
}

impl Confirm {
    /// Provides it to what is below.
    pub fn provide() -> Self {
        let confirm = Self { ask: RwSignal::new(None), mine: RwSignal::default() };
        provide_context(confirm);
        confirm
    }

    /// Opens the dialog.
    pub fn ask(self, verb: Verb, targets: Vec<Target>) {
        if !targets.is_empty() {
            self.ask.set(Some(Ask { verb, targets }));
        }
    }
}

/// The dialog of the context.
pub fn use_confirm() -> Confirm {
    expect_context::<Confirm>()
}

/// Where the dialog appears; once in the page.
#[component]
pub fn ConfirmLayer() -> impl IntoView {
    let confirm = use_confirm();
    let close = move || confirm.ask.set(None);
    move || confirm.ask.get().map(|ask| view! { <ConfirmDialog ask=ask on_close=close /> })
}
