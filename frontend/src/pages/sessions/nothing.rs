//! What stands in place of rows, and above them when they could not be had.

use deskwarden_client::ClientError;
use deskwarden_types::{ErrorCode, ListState, Permission};
use leptos::prelude::*;

use super::{Address, Find, Go, List, find::Panel};
use crate::{
    api::use_api,
    parts::{CopyText, Empty, Failed, Icon, explain, icons},
    router::MY_PAGE,
    strings,
};

/// Nothing at all, or nothing that fits.
pub fn nothing() -> AnyView {
    let list = expect_context::<List>();
    let filtered = Memo::new(move |_| list.address.with(Address::is_filtered));
    let everything = move || list.address.with(|a| a.unfiltered().link());
    let only_current =
        Memo::new(move |_| list.address.with(|a| a.state() == ListState::Current && !a.in_state(None).is_filtered()));
    let other = move |state| move || list.address.with(|a| a.in_state(state).link());
    let later_page = Memo::new(move |_| list.address.with(|a| a.query.cursor.is_some()));
    (move || {
        if later_page.get() {
            view! {
                <Empty title=strings::page_emptied()>
                    <p>{strings::page_emptied_how()}</p>
                    <p><a class="button" href=move || list.address.with(|a| a.first_page().link())>{strings::first_page()}</a></p>
                </Empty>
            }
            .into_any()
        } else if only_current.get() {
            view! {
                <Empty title=strings::nobody_now()>
                    <p>{strings::nobody_now_how()}</p>
                    <p>
                        <a class="button" href=other(None)>{strings::show_all_sessions()}</a>
                        " "
                        <a class="button" href=other(Some(ListState::Historical))>{strings::show_historical()}</a>
                    </p>
                </Empty>
            }
            .into_any()
        } else if filtered.get() {
            view! {
                <Empty title=strings::nothing_matches()>
                    <p>{strings::nothing_matches_how()}</p>
                    <p><a class="button" href=everything>{strings::show_everything()}</a></p>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Empty title=strings::no_sessions()>
                    <p>{strings::no_sessions_how()}</p>
                    <CopyText text=strings::LAUNCH_COMMAND.to_owned() label=strings::launch_label() />
                </Empty>
            }
            .into_any()
        }
    })
    .into_any()
}

/// Nothing was looked for, because what was asked for could not be read.
pub fn not_asked() -> AnyView {
    let list = expect_context::<List>();
    let everything = move || list.address.with(|a| a.unfiltered().link());
    view! {
        <Empty title=strings::not_asked()>
            <p>{strings::not_asked_how()}</p>
            <p><a class="button" href=everything>{strings::show_everything()}</a></p>
        </Empty>
    }
    .into_any()
}

/// Whose sessions a list has, for those who see their own only: a link of somebody else shows them another list.
#[component]
pub fn OnlyOwn() -> impl IntoView {
    let api = use_api();
    let own = Memo::new(move |_| api.me().is_some() && !api.may(Permission::ReadSessions));
    move || {
        own.get().then(|| {
            view! {
                <p class="note" role="status">
                    {strings::only_own()} " " <a href=MY_PAGE>{strings::to_my_page()}</a>
                </p>
            }
        })
    }
}

impl List {
    /// Whether the server could not read what it was asked for; it has looked for nothing.
    pub fn refused(self) -> bool {
        let code = |error: &ClientError| error.code();
        let refused = [ErrorCode::InvalidFilter, ErrorCode::InvalidCursor, ErrorCode::InvalidQuery];
        self.failure.with(|failure| failure.as_ref().and_then(code).is_some_and(|code| refused.contains(&code)))
    }
}

/// Why there are no new rows. What is wrong with the filter is shown at the filter.
pub fn failure() -> AnyView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let find = expect_context::<Find>();
    let code = |error: &ClientError| error.code();
    (move || {
        list.failure.with(|failure| {
            let error = failure.as_ref()?;
            match code(error) {
                Some(ErrorCode::InvalidFilter) if find.faulty.get() => None,
                Some(ErrorCode::InvalidCursor) => {
                    let first = move |_| go.list(&list.address.with_untracked(Address::first_page), true);
                    Some(
                        view! {
                            <div class="failed" role="alert">
                                <Icon icon=icons::ALERT />
                                <span>{explain(error)}</span>
                                <button type="button" class="button small" on:click=first>{strings::first_page()}</button>
                            </div>
                        }
                        .into_any(),
                    )
                }
                Some(ErrorCode::SortTooWide) => {
                    let by_id = move |_| {
                        go.list(&list.address.with_untracked(|a| a.with(|a| a.query.sort = None)), false);
                    };
                    Some(
                        view! {
                            <div class="failed" role="alert">
                                <Icon icon=icons::ALERT />
                                <span>{strings::t(ErrorCode::SortTooWide.title())} ". " {strings::too_wide_how()}</span>
                                <button type="button" class="button small" on:click=by_id>{strings::sort_by_id()}</button>
                            </div>
                        }
                        .into_any(),
                    )
                }
                Some(ErrorCode::InvalidFilter | ErrorCode::InvalidQuery) => {
                    // Another try finds as much; everything is shown by the button in place of the rows.
                    let dates = list.address.with(|a| a.query.from.is_some() || a.query.to.is_some()).then(|| {
                        let change = move |_| find.panel.set(Some(Panel::Dates));
                        view! { <button type="button" class="button small" on:click=change>{strings::change_dates()}</button> }
                    });
                    Some(
                        view! {
                            <div class="failed" role="alert">
                                <Icon icon=icons::ALERT />
                                <span>{explain(error)}</span>
                                {dates}
                            </div>
                        }
                        .into_any(),
                    )
                }
                _ => Some(view! { <Failed text=explain(error) on_retry=move || list.load(true) /> }.into_any()),
            }
        })
    })
    .into_any()
}
