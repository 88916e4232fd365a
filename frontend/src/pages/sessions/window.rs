//! Which rows are drawn: all of a short page, of a long one those that can be seen and some around them. When the page
//! is opened, what can be seen comes first, and the rest when that is painted.

use deskwarden_types::Density;
use leptos::{html, prelude::*};

use super::List;
use crate::browser;

/// Pages of up to so many rows are drawn as a whole, so that the browser's own search finds everything in them.
const SHORT: usize = 120;
/// How many more rows are drawn above and below.
const MARGIN: usize = 16;
/// The window moves by so many rows at once.
const STEP: usize = 8;
/// How high a phone's card is in a long page, in pixels (style/31-cards.css).
const CARD: usize = 116;
/// At least so much of the window is not the rows', in pixels: the bar, the tools, the header and the pager.
const AROUND: usize = 150;
/// The widest window that has cards, in pixels (style/31-cards.css).
const PHONE: f64 = 640.0;

/// The part of the rows that is drawn.
#[derive(Clone, Copy)]
pub struct Window {
    /// What scrolls.
    pub node: NodeRef<html::Div>,
    /// The first row that is drawn and the one behind the last, from 0.
    pub range: Memo<(usize, usize)>,
    /// How high a row is, in pixels.
    pub height: Memo<usize>,
    place: RwSignal<(usize, usize)>,
    /// Whether the first rows have been painted.
    painted: RwSignal<bool>,
    list: List,
}

/// Whether the window is so narrow that it has cards.
pub fn is_narrow() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width <= PHONE)
}

impl Window {
    /// A window on the rows of the list.
    pub fn of(list: List) -> Self {
        // How far it is scrolled, and how much can be seen, in pixels.
        let room = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(1_000.0);
        let place = RwSignal::new((0, room as usize));
        let height = Memo::new(move |_| match list.address.with(|a| a.density) {
            _ if list.cards.get() => CARD,
            Some(Density::Compact) => 28,
            _ => 36,
        });
        let painted = RwSignal::new(false);
        let range = Memo::new(move |_| {
            let rows = list.rows.with(Vec::len);
            let (top, seen) = place.get();
            let height = height.get();
            if !painted.get() {
                return (0, rows.min((seen.saturating_sub(AROUND) / height + 1).max(MARGIN)));
            }
            if rows <= SHORT {
                return (0, rows);
            }
            let first = (top / height).saturating_sub(MARGIN) / STEP * STEP;
            let last = ((top + seen) / height + MARGIN + STEP) / STEP * STEP;
            (first.min(rows), last.min(rows))
        });
        Effect::new(move |_| {
            if list.rows.with(|rows| !rows.is_empty()) && !painted.get_untracked() {
                // The page may have been left meanwhile.
                browser::after_paint(move || {
                    let _ = painted.try_set(true);
                });
            }
        });
        Self { node: NodeRef::new(), range, height, place, painted, list }
    }

    /// Whether only some of the rows are drawn.
    pub fn is_long(self) -> bool {
        self.list.rows.with(Vec::len) > SHORT
    }

    /// Draws what there is, whether or not the first rows were painted: somebody goes there.
    fn begin(self) {
        if !self.painted.get_untracked() {
            self.painted.set(true);
        }
    }

    /// Somebody scrolled, or the window has another size.
    pub fn look(self) {
        let cards = is_narrow();
        if self.list.cards.get_untracked() != cards {
            self.list.cards.set(cards);
        }
        let Some(node) = self.node.get_untracked() else { return };
        self.begin();
        let top = node.scroll_top().max(0);
        self.list.at_top.set_value(top < 8);
        let place = (top as usize, node.client_height().max(0) as usize);
        if self.place.get_untracked() != place {
            self.place.set(place);
        }
    }

    /// How many rows can be seen at once.
    pub fn page(self) -> usize {
        (self.place.get_untracked().1 / self.height.get_untracked()).saturating_sub(2).max(1)
    }

    /// Scrolls so that this row is drawn and can be seen.
    pub fn show(self, row: usize) {
        let Some(node) = self.node.get_untracked() else { return };
        self.begin();
        if !untrack(|| self.is_long()) {
            return;
        }
        let height = self.height.get_untracked() as i32;
        // Below the header, which stays.
        let (top, head) = (row as i32 * height, 40);
        let (from, seen) = (node.scroll_top(), node.client_height());
        if top < from {
            node.set_scroll_top(top);
        } else if top + height + head > from + seen {
            node.set_scroll_top(top + height + head - seen);
        }
        self.look();
    }
}
