//! The language of the page. English is in the program; another one comes as a file before the first text is shown.

use std::{cell::RefCell, cmp::Ordering};

use js_sys::{Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::po::{self, Entry};
use crate::browser;

const KEY: &str = "deskwarden.language";

/// A language somebody can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// As the browser has it.
    Browser,
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Browser, Self::English, Self::German];

    fn word(self) -> Option<&'static str> {
        match self {
            Self::Browser => None,
            Self::English => Some("en"),
            Self::German => Some("de"),
        }
    }

    /// What a language calls itself; none for the browser's.
    pub fn own_name(self) -> Option<&'static str> {
        match self {
            Self::Browser => None,
            Self::English => Some("English"),
            Self::German => Some("Deutsch"),
        }
    }

    /// The word of its own name, for `lang`.
    pub fn tag(self) -> Option<&'static str> {
        self.word()
    }

    /// What was chosen earlier in this browser.
    pub fn kept() -> Self {
        let word = browser::remembered(KEY);
        Self::ALL.into_iter().find(|l| l.word() == word.as_deref()).unwrap_or(Self::Browser)
    }

    /// Keeps it and shows the page in it. All that matters is in the address, so the page is loaded anew.
    pub fn choose(self) {
        browser::remember(KEY, self.word());
        browser::load_again();
    }
}

thread_local! {
    static TRANSLATION: RefCell<Vec<Entry<'static>>> = const { RefCell::new(Vec::new()) };
}

/// What `assets/first.js` has asked for; `None` for English.
fn asked() -> Option<Promise> {
    Reflect::get(&window(), &"deskwardenWords".into()).ok()?.dyn_into().ok()
}

/// Starts the page in its language: at once in English, else when the translation is here. `start` is told whether it
/// stayed away; then the page is in English.
pub fn load(start: impl FnOnce(bool) + 'static) {
    let Some(promise) = asked() else { return start(false) };
    // Not by leptos, which cannot do so before the page is mounted.
    wasm_bindgen_futures::spawn_local(async move {
        let file = JsFuture::from(promise).await.ok().and_then(|file| file.as_string());
        let missing = file.is_none();
        match file {
            Some(file) => take(file),
            None => set_page_language("en"),
        }
        start(missing);
    });
}

/// Keeps the translation as long as the page lives.
fn take(file: String) {
    let mut entries: Vec<Entry<'static>> = Vec::new();
    // One by one: a sort of its own would be 3 kB of program.
    for entry in po::read(file.leak()) {
        let place = entries.partition_point(|other| order(other, &entry).is_lt());
        entries.insert(place, entry);
    }
    TRANSLATION.set(entries);
}

fn order(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    (a.english, a.context).cmp(&(b.english, b.context))
}

fn set_page_language(tag: &str) {
    if let Some(root) = document().document_element() {
        // Fails only for names that are no names.
        let _ = root.set_attribute("lang", tag);
    }
}

/// The page's language for dates and numbers. Those of English are British: the day before the month.
pub fn locale() -> String {
    let language = document().document_element().and_then(|root| root.get_attribute("lang"));
    language.filter(|_| in_other_language()).unwrap_or_else(|| "en-GB".to_owned())
}

/// Whether the page is in another language than English.
pub fn in_other_language() -> bool {
    TRANSLATION.with_borrow(|t| !t.is_empty())
}

/// The entry of this context; without a context any of that text, which is the same word wherever there is no other.
fn find(context: &str, english: &str) -> Option<Entry<'static>> {
    TRANSLATION.with_borrow(|translation| {
        let wanted = Entry { context, english, ..Entry::default() };
        let at = translation.partition_point(|entry| order(entry, &wanted).is_lt());
        let found = translation.get(at).copied()?;
        let fits = found.english == english && (context.is_empty() || found.context == context);
        fits.then_some(found)
    })
}

/// The text in the page's language. Only for texts that a list knows: those of `texts!` and those of the rule book.
pub fn t(english: &'static str) -> &'static str {
    find("", english).map_or(english, |entry| entry.one)
}

/// The same for a text that other things are called by as well.
pub fn t_as(context: &str, english: &'static str) -> &'static str {
    find(context, english).map_or(english, |entry| entry.one)
}

/// The same where only some such texts have a translation of their own.
pub fn t_as_or(context: &str, english: &'static str) -> &'static str {
    find(context, english).map_or_else(|| t(english), |entry| entry.one)
}

/// A text that came from the server, where it is one that the translation knows.
pub fn known(english: &str) -> Option<&'static str> {
    find("", english).map(|entry| entry.one)
}

/// Singular or plural in the page's language.
pub fn counted(many: bool, one: &'static str, more: &'static str) -> &'static str {
    match find("", one) {
        Some(entry) if many => entry.many,
        Some(entry) => entry.one,
        None if many => more,
        None => one,
    }
}

/// A label inside a sentence: English writes it small, German does not know without knowing the word.
pub fn lower(label: &'static str) -> String {
    if in_other_language() { label.to_owned() } else { label.to_ascii_lowercase() }
}
