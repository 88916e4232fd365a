//! The keys: one table, from which the handlers and the dialog that lists them come.

mod dialog;

use std::cell::RefCell;

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};

pub use self::dialog::KeysDialog;
use crate::{browser, router::use_router, strings};

/// Where this browser keeps that keys without Ctrl do nothing, for whoever speaks to the machine or hits keys by chance
/// (WCAG 2.1.4).
const OFF: &str = "deskwarden.keys";

/// Whether single keys work everywhere in the page.
pub fn single_keys() -> bool {
    browser::remembered(OFF).is_none()
}

/// Turns single keys on or off.
pub fn set_single_keys(on: bool) {
    browser::remember(OFF, (!on).then_some("off"));
}

/// Between the two keys of a way to a page passes no more than this, in milliseconds.
const TOGETHER_MS: f64 = 1_500.0;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Shows the dialog of all keys.
    Help,
    /// Puts the cursor into the search box.
    Search,
    /// Closes what is open: a menu, a dialog, the panel.
    Escape,
    /// Goes to this address, after a `g`.
    Go(&'static str),
    /// In the list: to the next row.
    Down,
    /// In the list: to the row before.
    Up,
    /// In the list: opens the session.
    Open,
    /// In the list: selects the session, or no more.
    Select,
    /// In the list: selects all from the one selected last up to here.
    SelectRange,
    /// In the list: selects all rows of the page.
    SelectAll,
    /// In the list: to the first row.
    First,
    /// In the list: to the last row.
    Last,
    /// In the list: a screenful down.
    PageDown,
    /// In the list: a screenful up.
    PageUp,
    /// In the list: to the next thing in the row.
    Inside,
    /// In the list: to the thing before in the row, and back to the row.
    Outside,
    /// In the list: to the row's actions.
    Actions,
    /// In a dialog with a text to type: goes ahead.
    Confirm,
}

/// Where a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On every page, while nobody types.
    Everywhere,
    /// On a row of the list.
    List,
    /// Where the browser or the part itself listens; here only to be listed.
    Elsewhere,
}

/// A line of the table.
pub struct Binding {
    /// What it does.
    pub key: Key,
    /// The keys as `KeyboardEvent.key` names them, pressed one after the other; `Shift+` and `Ctrl+` stand before one.
    pub pressed: &'static [&'static str],
    /// Where it works.
    pub place: Place,
    /// What it does, in words.
    pub words: fn() -> String,
}

const fn bind(key: Key, place: Place, pressed: &'static [&'static str], words: fn() -> String) -> Binding {
    Binding { key, pressed, place, words }
}

use Place::{Elsewhere, Everywhere, List};

/// All keys.
pub const KEYS: &[Binding] = &[
    bind(Key::Help, Everywhere, &["?"], || strings::key_help().to_owned()),
    bind(Key::Search, Everywhere, &["/"], || strings::key_search().to_owned()),
    bind(Key::Escape, Everywhere, &["Escape"], || strings::key_escape().to_owned()),
    bind(Key::Escape, Elsewhere, &["Escape"], || strings::key_escape_search().to_owned()),
    bind(Key::Go("/sessions"), Everywhere, &["g", "s"], || strings::key_go(strings::sessions())),
    bind(Key::Go("/my"), Everywhere, &["g", "m"], || strings::key_go(strings::my_page())),
    bind(Key::Go("/hosts"), Everywhere, &["g", "h"], || strings::key_go(strings::hosts())),
    bind(Key::Go("/bulk-actions"), Everywhere, &["g", "b"], || strings::key_go(strings::bulk_actions())),
    bind(Key::Go("/audit"), Everywhere, &["g", "a"], || strings::key_go(strings::audit())),
    bind(Key::Go("/settings"), Everywhere, &["g", "e"], || strings::key_go(strings::settings())),
    bind(Key::Go("/settings/tokens"), Everywhere, &["g", "t"], || strings::key_go(strings::api_tokens())),
    bind(Key::Confirm, Elsewhere, &["Ctrl+Enter"], || strings::key_confirm().to_owned()),
    bind(Key::Down, List, &["ArrowDown"], || strings::key_down().to_owned()),
    bind(Key::Up, List, &["ArrowUp"], || strings::key_up().to_owned()),
    bind(Key::Open, List, &["Enter"], || strings::key_open().to_owned()),
    bind(Key::Select, List, &[" "], || strings::key_select().to_owned()),
    bind(Key::SelectRange, List, &["Shift+ "], || strings::key_select_range().to_owned()),
    bind(Key::SelectAll, List, &["Ctrl+a"], || strings::key_select_all().to_owned()),
    bind(Key::Actions, List, &["a"], || strings::key_actions().to_owned()),
    bind(Key::Inside, List, &["ArrowRight"], || strings::key_inside().to_owned()),
    bind(Key::Outside, List, &["ArrowLeft"], || strings::key_inside().to_owned()),
    bind(Key::PageDown, List, &["PageDown"], || strings::key_page_down().to_owned()),
    bind(Key::PageUp, List, &["PageUp"], || strings::key_page_up().to_owned()),
    bind(Key::First, List, &["Home"], || strings::key_first().to_owned()),
    bind(Key::Last, List, &["End"], || strings::key_last().to_owned()),
];

thread_local! {
    /// The first of two keys that are pressed one after the other, and when that was.
    static BEGUN: RefCell<(String, f64)> = const { RefCell::new((String::new(), 0.0)) };
}

/// The key before, while the next one may belong to it.
fn begun() -> Option<String> {
    let (before, at) = BEGUN.with_borrow(Clone::clone);
    (!before.is_empty() && js_sys::Date::now() - at < TOGETHER_MS).then_some(before)
}

/// What a key press in a row of the list means; nothing for the second key of a way to a page.
pub fn in_list(event: &KeyboardEvent) -> Option<Key> {
    let name = name_of(event);
    if begun().is_some() {
        return None;
    }
    KEYS.iter().find(|b| b.place == List && b.pressed == [name.as_str()]).map(|b| b.key)
}

/// The key as the table names it. Shift is named only where the key is the same without it.
fn name_of(event: &KeyboardEvent) -> String {
    let key = event.key();
    let shift = event.shift_key() && (key.len() > 1 || key == " ");
    let ctrl = event.ctrl_key() || event.meta_key() || event.alt_key();
    format!("{}{}{key}", if ctrl { "Ctrl+" } else { "" }, if shift { "Shift+" } else { "" })
}

type Handler = (Key, u32, Callback<()>);

/// Who waits for which key.
#[derive(Clone, Copy)]
struct Waiting(StoredValue<Vec<Handler>>);

/// Whether the dialog of all keys is open; the user's menu opens it, too.
#[derive(Clone, Copy)]
pub struct KeysOpen(pub RwSignal<bool>);

/// Does `act` on the key, as long as the component lives; who came last goes first.
pub fn on(key: Key, act: impl Fn() + Send + Sync + 'static) {
    let Some(Waiting(list)) = use_context::<Waiting>() else { return };
    let number = list.with_value(|list| list.iter().map(|(_, n, _)| *n).max().unwrap_or(0)) + 1;
    list.update_value(|list| list.push((key, number, Callback::new(move |()| act()))));
    on_cleanup(move || {
        list.try_update_value(|list| list.retain(|(_, n, _)| *n != number));
    });
}

/// Listens, for what is below; says whether the dialog of all keys is open.
pub fn provide() -> RwSignal<bool> {
    let waiting = Waiting(StoredValue::default());
    provide_context(waiting);
    let open = RwSignal::new(false);
    provide_context(KeysOpen(open));
    on(Key::Help, move || open.set(true));
    let router = use_router();
    let listener = window_event_listener(ev::keydown, move |event| {
        let (name, after) = (name_of(&event), begun());
        // The search box passes on what it has no use for.
        let passed_on = name == "Escape" && browser::is_searching();
        if event.default_prevented() || !passed_on && browser::typing_elsewhere() {
            return;
        }
        if name.chars().count() == 1 && !single_keys() {
            return;
        }
        let pressed = |b: &&Binding| match (b.pressed, &after) {
            ([one], None) => *one == name,
            ([first, second], Some(before)) => first == before && *second == name,
            _ => false,
        };
        let found = KEYS.iter().filter(|b| b.place == Everywhere).find(pressed);
        let begins = found.is_none() && KEYS.iter().any(|b| b.pressed.len() > 1 && b.pressed.first() == Some(&&*name));
        BEGUN.set((if begins { name } else { String::new() }, js_sys::Date::now()));
        match found.map(|b| b.key) {
            Some(Key::Go(address)) => router.go(address, false),
            Some(key) => {
                let act =
                    waiting.0.with_value(|list| list.iter().rev().find(|(of, ..)| *of == key).map(|(.., act)| *act));
                let Some(act) = act else { return };
                act.run(());
            }
            None => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
    open
}
