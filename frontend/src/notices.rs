//! What the console has to tell: shown at the top of the page, and kept to be read again.

use std::{sync::Arc, time::Duration};

use deskwarden_types::{SessionId, Timestamp};
use leptos::prelude::*;

use crate::{announce::Announce, clock::Clock, strings};

/// How many are kept.
const KEPT: usize = 50;
/// How long a confirmation stays at the top of the page.
const SHOWN: Duration = Duration::from_secs(8);

/// Good or bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Success,
    /// It did not; stays until dismissed.
    Failure,
}

/// What *Try again* does.
#[derive(Clone)]
pub struct Again(pub Arc<dyn Fn() + Send + Sync>);

impl PartialEq for Again {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// One thing told.
#[derive(Clone, PartialEq)]
pub struct Notice {
    /// Its number in this page.
    pub id: u32,
    /// When.
    pub at: Timestamp,
    /// Good or bad.
    pub tone: Tone,
    /// The thing in one line.
    pub title: String,
    /// What else there is to say.
    pub detail: Option<String>,
    /// The one session it is about.
    pub session: Option<SessionId>,
    /// Does it once more.
    pub again: Option<Again>,
    /// Whether it stands at the top of the page.
    pub shown: bool,
}

/// Everything told in this page, newest first.
#[derive(Clone, Copy)]
pub struct Notices {
    /// The list.
    pub list: RwSignal<Vec<Notice>>,
    /// How many nobody has looked at in the list.
    pub unread: RwSignal<u32>,
    next: StoredValue<u32>,
    /// How many people have left this tab, now and when this was taken from the context: what began before somebody
    /// left is not told to the next one.
    left: StoredValue<u32>,
    of: u32,
    clock: Clock,
    announce: Announce,
}

/// What was told, from the context; taken when a component is made.
pub fn use_notices() -> Notices {
    let notices = expect_context::<Notices>();
    Notices { of: notices.left.get_value(), ..notices }
}

impl Notices {
    /// Provides the list to what is below.
    pub fn provide(clock: Clock, announce: Announce) -> Self {
        let (list, unread) = (RwSignal::default(), RwSignal::new(0));
        let (next, left) = (StoredValue::new(0), StoredValue::new(0));
        let notices = Self { list, unread, next, left, of: 0, clock, announce };
        provide_context(notices);
        notices
    }

    /// Forgets everything: whoever it was told to has left.
    pub fn forget(self) {
        self.left.update_value(|left| *left += 1);
        self.list.set(Vec::new());
        self.unread.set(0);
        self.announce.forget();
    }

    /// Tells that something worked.
    pub fn success(self, title: String, detail: Option<String>, session: Option<SessionId>) {
        if let Some(id) = self.tell(Tone::Success, title, detail, session, None) {
            set_timeout(move || self.dismiss(id), SHOWN);
        }
    }

    /// Tells that something did not work; it stays until dismissed.
    pub fn failure(self, title: String, detail: Option<String>, session: Option<SessionId>) {
        self.tell(Tone::Failure, title, detail, session, None);
    }

    /// The same of something that can be tried again.
    pub fn failure_again(self, title: String, detail: Option<String>, again: Again) {
        // As if there were others: with one known way to try again, the compiler would bring it into the first part.
        self.tell(Tone::Failure, title, detail, None, Some(std::hint::black_box(again)));
    }

    fn tell(
        self,
        tone: Tone,
        title: String,
        detail: Option<String>,
        session: Option<SessionId>,
        again: Option<Again>,
    ) -> Option<u32> {
        if self.left.get_value() != self.of {
            return None;
        }
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.announce.say(strings::plain(
            &[Some(&*title), detail.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(". "),
        ));
        let notice = Notice { id, at: self.clock.now_once(), tone, title, detail, session, again, shown: true };
        self.list.update(|list| {
            // The newest word on a session stands for the earlier ones; the list keeps all.
            if let Some(of) = session {
                list.iter_mut().filter(|n| n.session == Some(of)).for_each(|n| n.shown = false);
            }
            list.insert(0, notice);
            list.truncate(KEPT);
        });
        self.unread.update(|n| *n += 1);
        Some(id)
    }

    /// Takes it from the top of the page; the list keeps it.
    pub fn dismiss(self, id: u32) {
        self.list.update(|list| {
            for notice in list.iter_mut().filter(|n| n.id == id) {
                notice.shown = false;
            }
        });
    }
}
