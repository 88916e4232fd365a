//! The table: a grid of rows with one Tab stop.

use std::time::Duration;

use deskwarden_types::{Density, ListPage, ListState, SessionId};
use leptos::prelude::*;

use super::{
    Address, Go, List,
    columns::{self, Shown},
    head::{self, Edge, head},
    list::Row,
    nothing::{not_asked, nothing},
    row::SessionRow,
    walk,
    window::Window,
};
use crate::{
    browser,
    confirm::use_confirm,
    feed::{Connection, Liveness},
    parts::SkeletonRows,
    router::use_router,
    strings,
};

/// The width of the boxes, in pixels; that of the actions goes by the language (style/30-table.css).
const BOXES: u32 = 34;
/// The least that is left for the column that takes what is left, in pixels.
const ROOMY: u32 = 132;

/// How long rows are awaited before something stands in their place.
const BONES: Duration = Duration::from_millis(500);

/// What rows share.
#[derive(Clone, Copy)]
pub struct Shared {
    /// The row that the keyboard is on.
    pub cursor: RwSignal<Option<SessionId>>,
    /// The row whose session is open beside the list.
    pub open: Memo<Option<SessionId>>,
    /// The columns, from left to right.
    pub columns: Memo<Vec<Shown>>,
    /// The row that Tab reaches: the one the keyboard was on, else the first.
    stop: Memo<Option<SessionId>>,
    /// The number of the first row that is drawn, from 1.
    first: Memo<i64>,
}

impl Shared {
    /// The number in the list, from 1, of the row that is drawn at this place.
    pub fn number(self, at: usize) -> i64 {
        self.first.get() + at as i64
    }

    /// Whether Tab reaches this row.
    pub fn is_stop(self, id: SessionId) -> bool {
        self.stop.get() == Some(id)
    }
}

/// The table, or what stands in its place.
#[component]
pub fn Table() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let router = use_router();
    let confirm = use_confirm();
    let seen = Window::of(list);
    let cursor = RwSignal::new(None);
    let stop = Memo::new(move |_| {
        let (first, last) = seen.range.get();
        list.rows.with(|rows| {
            let mut drawn = rows.get(first..last).unwrap_or_default().iter();
            let on = cursor.get().filter(|on| drawn.clone().any(|row: &Row| row.id == *on));
            on.or_else(|| drawn.next().map(|row| row.id))
        })
    });
    let shared = Shared {
        cursor,
        open: Memo::new(move |_| router.session().and_then(|id| id.parse().ok())),
        columns: Memo::new(move |_| list.address.with(|a| columns::shown(a, list.ad_username.get()))),
        stop,
        first: Memo::new(move |_| list.around.with(|around| around.first) + seen.range.get().0 as i64),
    };
    provide_context(shared);
    // Rows mostly come before anybody could see that they are awaited.
    let waiting = RwSignal::new(false);
    set_timeout(
        move || {
            // The page may have been left meanwhile.
            let _ = waiting.try_set(true);
        },
        BONES,
    );
    let empty = move || list.loaded.get() && list.rows.with(Vec::is_empty);
    let unreadable = move || !list.loaded.get() && list.refused();
    let liveness = expect_context::<Liveness>();
    // The rows are old ones, also where another list was asked for and did not come.
    let offline =
        move || matches!(liveness.connection.get(), Connection::Offline(_)) || list.failure.with(Option::is_some);
    let order = Memo::new(move |_| list.address.with(Address::sort));
    let edge = Edge::default();
    let heads = move || {
        let order = order.get();
        let head = |(at, shown): (usize, &Shown)| head(shown, at == 0, &order);
        shared.columns.with(|columns| columns.iter().enumerate().map(head).collect_view())
    };
    let least = move || {
        let of = |shown: &Shown| shown.width.map_or(ROOMY, u32::from);
        let sum: u32 = shared.columns.with(|columns| columns.iter().map(of).sum());
        format!("calc({}px + var(--actions))", sum + BOXES)
    };
    let compact = move || list.address.with(|a| a.density) == Some(Density::Compact);
    let all = move || list.page_selected();
    let some = move || !all() && list.rows.with(|rows| rows.iter().any(|row| list.selection.has(row.id)));
    let select_all = move |event| if event_target_checked(&event) { list.select_page() } else { list.deselect_page() };
    let drawn = move || {
        let (first, last) = seen.range.get();
        list.rows.with(|rows| rows.get(first..last).unwrap_or_default().to_vec())
    };
    let row = |at: ReadSignal<usize>, row: Row| view! { <SessionRow row=row at=at /> };
    let before = move || seen.range.get().0 * seen.height.get();
    let after = move || list.rows.with(Vec::len).saturating_sub(seen.range.get().1) * seen.height.get();
    let count = move || {
        let total = list.around.with(|around| around.total);
        total.filter(|total| total.exact).map_or(-1, |total| total.count + 1).to_string()
    };
    Effect::new(move |before: Option<()>| {
        // Another list begins at its top; the first one is there, and asking would make the browser lay it out twice.
        list.asked.track();
        if let Some(node) = seen.node.get_untracked().filter(|_| before.is_some()) {
            node.set_scroll_top(0);
            browser::show_from_top(&node);
            seen.look();
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| seen.look());
    on_cleanup(move || resized.remove());
    view! {
        <div
            node_ref=seen.node
            class="table-box"
            class:loading=move || list.loading.get() && list.loaded.get()
            class:offline=offline
            class:between=move || list.is_between()
            class:compact=compact
            aria-busy=move || list.loading.get().to_string()
            on:scroll=move |_| seen.look()
        >
            <table
                class="table sessions"
                class:long=move || seen.is_long()
                class:past=move || list.address.with(is_past)
                class:own=move || list.address.with(|a| a.columns.is_empty())
                data-page=move || list.address.with(|a| a.page.as_str())
                role="grid"
                aria-label=strings::rows_of_list()
                aria-multiselectable="true"
                aria-rowcount=count
                style:min-width=least
            >
                <thead
                    role="rowgroup"
                    on:keydown=move |event| {
                        if !head::resized(&event, list, go) {
                            walk::pressed_in_head(&event, list, seen);
                        }
                    }
                    on:click=move |event| head::clicked(&event, list, go)
                    on:pointerdown=move |event| edge.taken(&event)
                    on:pointermove=move |event| edge.moved(&event)
                    on:pointerup=move |event| edge.left(&event, list, go)
                    on:pointercancel=move |event| edge.left(&event, list, go)
                >
                    <tr role="row" aria-rowindex="1">
                        <th class="c-check" role="columnheader">
                            <input type="checkbox" disabled=move || list.is_between() aria-label=strings::select_all() prop:checked=all prop:indeterminate=some on:change=select_all />
                        </th>
                        {heads}
                        <th class="c-actions" role="columnheader" scope="col">
                            <span class="head" tabindex="-1" data-tip=strings::actions_tip() aria-description=strings::actions_tip()>{strings::actions()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody
                    role="rowgroup"
                    on:pointermove=move |_| list.touched()
                    on:pointerleave=move |_| list.pointer_left()
                    on:keydown=move |event| walk::pressed(&event, list, go, shared, seen)
                    on:click=move |event| walk::clicked(&event, list, go, confirm)
                    on:focusin=move |event| walk::focused(&event, shared)
                >
                    {move || {
                        (waiting.get() && !list.loaded.get() && list.failure.with(Option::is_none)).then(|| {
                            view! { <SkeletonRows columns=shared.columns.with(Vec::len) + 2 /> }
                        })
                    }}
                    {spacer(shared, before)}
                    <ForEnumerate each=drawn key=|row| row.id children=row />
                    {spacer(shared, after)}
                </tbody>
            </table>
            {move || empty().then(nothing)}
            {move || unreadable().then(not_asked)}
        </div>
    }
    .into_any()
}

/// Whether nothing can be done on the page: all of its sessions are over, and its columns are those of the past.
fn is_past(address: &Address) -> bool {
    address.page == ListPage::CloudDesktop && address.state() == ListState::Historical
}

/// As high as the rows that are not drawn.
fn spacer(shared: Shared, height: impl Fn() -> usize + Copy + Send + Sync + 'static) -> impl IntoView {
    move || {
        (height() > 0).then(|| {
            view! { <tr class="spacer" aria-hidden="true"><td colspan=move || shared.columns.with(Vec::len) + 2 style:height=move || format!("{}px", height())></td></tr> }
        })
    }
}
