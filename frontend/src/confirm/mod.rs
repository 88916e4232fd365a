//! Asking before acting: the dialog that says what will happen, to whom and by when.

mod asking;
mod became;
mod dialog;
mod follow;
mod found;
mod groups;
mod hold;
mod plan;
mod result;

use deskwarden_domain::rules;
use deskwarden_types::{
    BulkActionId, DeliveryKind, SessionId, Verb,
    api::{BulkAction, Plan, Session, SessionSelection},
};
use leptos::prelude::*;

use self::{dialog::ConfirmDialog, found::FoundDialog};
use crate::{
    later::{self, Later},
    strings, words,
};

/// Of an action on more sessions than this the end is told in one notice, not in one for each.
const MOST_WATCHED: usize = 20;

/// A session somebody wants to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: SessionId,
    /// Its kind, where it is known.
    pub kind: Option<DeliveryKind>,
    /// What it is, in a few words.
    pub name: String,
}

impl From<&Session> for Target {
    fn from(session: &Session) -> Self {
        Self { id: session.id, kind: Some(session.kind), name: words::name_of(session) }
    }
}

/// A verb somebody wants to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The verb.
    pub verb: Verb,
    /// On these sessions; at least one, unless `matching` names them.
    pub targets: Vec<Target>,
    /// On all that match, instead.
    pub matching: Option<Matching>,
    /// What became of it, where its dialog had been closed by then.
    pub ended: Option<(Plan, BulkAction)>,
}

impl Ask {
    /// The kind in whose words the verb is called: the only one of these sessions that has it.
    fn kind(&self) -> Option<DeliveryKind> {
        if let Some(matching) = &self.matching {
            return matching.kind;
        }
        let kinds = self.targets.iter().filter_map(|target| target.kind);
        let mut kinds = kinds.filter(|kind| rules(*kind).verbs().contains(&self.verb));
        let first = kinds.next()?;
        kinds.all(|kind| kind == first).then_some(first)
    }

    /// What these sessions are called in a sentence: the one by its name, several by their number.
    fn what(&self, ids: &[SessionId]) -> String {
        let one = match ids {
            [one] => self.targets.iter().find(|target| target.id == *one),
            _ => None,
        };
        one.map_or_else(|| strings::count_sessions(ids.len()), |target| target.name.clone())
    }
}

/// Every session of a list, on all its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    /// Which sessions.
    pub selection: SessionSelection,
    /// The kind in whose words the verb is called; none where several may have it.
    pub kind: Option<DeliveryKind>,
    /// How many they are, as far as is known.
    pub count: Option<usize>,
}

/// What an action was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// All that match this, if it was that.
    pub matching: Option<SessionSelection>,
    /// The sessions.
    pub ids: Vec<SessionId>,
}

/// An action from the list of them, or from a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: BulkActionId,
    /// The verb.
    pub verb: Verb,
    /// How many sessions there were to act on.
    pub total: u32,
}

/// What the dialog is about.
#[derive(Clone)]
enum Open {
    /// A verb.
    Ask(Box<Ask>),
    /// An action that is looked at again.
    Found(Found),
}

/// The one dialog of the page.
#[derive(Clone, Copy)]
pub struct Confirm {
    open: RwSignal<Option<Open>>,
    /// Sessions on which commands of this page are on their way, to tell when they are done.
    pub mine: RwSignal<Vec<(SessionId, Verb)>>,
    /// What the server has taken on last, for the list in which it was selected.
    pub taken: RwSignal<Option<Taken>>,
    /// How many actions have ended: then fewer sessions may match than before.
    pub ended: RwSignal<u32>,
    /// How many people have left this tab, now and when this was taken from the context.
    left: StoredValue<u32>,
    of: u32,
}

impl Confirm {
    /// Provides it to what is below.
    pub fn provide() -> Self {
        let (open, mine, left) = (RwSignal::new(None), RwSignal::default(), StoredValue::new(0));
        let confirm = Self { open, mine, taken: RwSignal::new(None), ended: RwSignal::new(0), left, of: 0 };
        provide_context(confirm);
        confirm
    }

    /// Forgets what was asked and what is on its way: whoever asked has left.
    pub fn forget(self) {
        self.left.update_value(|left| *left += 1);
        self.open.set(None);
        self.mine.set(Vec::new());
    }

    /// Whether whoever took this from the context is still there.
    fn is_theirs(self) -> bool {
        self.left.get_value() == self.of
    }

    /// Opens the dialog.
    pub fn ask(self, verb: Verb, targets: Vec<Target>) {
        if !targets.is_empty() {
            self.show(Ask { verb, targets, matching: None, ended: None });
        }
    }

    fn show(self, ask: Ask) {
        if self.is_theirs() {
            self.open.set(Some(Open::Ask(Box::new(ask))));
        }
    }

    /// Opens the dialog for an action from the list of them.
    pub fn look_at(self, found: Found) {
        self.open.set(Some(Open::Found(found)));
    }

    /// The server has taken on an action: what was selected for it is no longer.
    fn take(self, matching: Option<SessionSelection>, plan: &Plan) {
        let ids = plan.items.iter().map(|item| item.session_id).collect();
        self.taken.set(Some(Taken { matching, ids }));
    }

    /// Commands of this page are on their way to these sessions.
    fn watch(self, verb: Verb, ids: &[SessionId]) {
        // Beyond a page or two nobody reads a notice for each; the rows tell.
        // What is only recorded is done by now.
        if ids.len() <= MOST_WATCHED && verb != Verb::CloseRecord && self.is_theirs() {
            self.mine.update(|mine| mine.extend(ids.iter().map(|id| (*id, verb))));
        }
    }

    /// Opens the dialog for every session of a list.
    pub fn ask_matching(self, verb: Verb, matching: Matching) {
        self.show(Ask { verb, targets: Vec::new(), matching: Some(matching), ended: None });
    }
}

/// The dialog of the context; taken when a component is made.
pub fn use_confirm() -> Confirm {
    let confirm = expect_context::<Confirm>();
    Confirm { of: confirm.left.get_value(), ..confirm }
}

/// Where the dialog appears; once in the page.
#[component]
pub fn ConfirmLayer() -> impl IntoView {
    let confirm = use_confirm();
    let close = move || confirm.open.set(None);
    move || confirm.open.with(Option::is_some).then(|| view! { <Later part=later::confirm on_close=close /> })
}

/// The dialog for what is asked or was found.
#[component]
pub fn Asked() -> impl IntoView {
    let confirm = use_confirm();
    let close = move || confirm.open.set(None);
    confirm.open.get_untracked().map(|open| match open {
        Open::Ask(ask) => view! { <ConfirmDialog ask=*ask on_close=close /> }.into_any(),
        Open::Found(found) => view! { <FoundDialog found=found on_close=close /> }.into_any(),
    })
}
