//! What stands in place of rows, and above them when they could not be had.

use deskwarden_client::ClientError;
use deskwarden_types::ErrorCode;
use leptos::prelude::*;

use super::{Address, Go, List};
use crate::{
    parts::{CopyText, Empty, Failed, Icon, explain, icons},
    strings,
};

/// Nothing at all, or nothing that fits.
pub fn nothing() -> AnyView {
    let list = expect_context::<List>();
    let filtered = Memo::new(move |_| list.address.with(Address::is_filtered));
    let everything = move || list.address.with(|a| a.unfiltered().link());
    (move || {
        if filtered.get() {
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

/// Why there are no new rows. What is wrong with the filter is shown at the filter.
pub fn failure() -> AnyView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let code = |error: &ClientError| error.code();
    (move || {
        list.failure.with(|failure| {
            let error = failure.as_ref()?;
            match code(error) {
                Some(ErrorCode::InvalidFilter) => None,
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
                _ => Some(view! { <Failed text=explain(error) on_retry=move || list.load(true) /> }.into_any()),
            }
        })
    })
    .into_any()
}
