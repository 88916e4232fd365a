//! What was told: at the top of the page, and in a list to read again.

use leptos::prelude::*;

use crate::{
    later,
    notices::{Notice, Tone, use_notices},
    parts::{Icon, Menu, Moment, icons, spoken},
    strings,
};

fn look(tone: Tone) -> (icondata_core::Icon, &'static str) {
    match tone {
        Tone::Success => (icons::DONE, "notice good"),
        Tone::Failure => (icons::ALERT, "notice bad"),
    }
}

/// The newest confirmation or failure, in the top bar, with how many others stand behind it.
#[component]
pub fn NoticeLayer() -> impl IntoView {
    let notices = use_notices();
    let shown = Memo::new(move |_| notices.list.read().iter().find(|n| n.shown).cloned());
    let behind = Memo::new(move |_| notices.list.read().iter().filter(|n| n.shown).count().saturating_sub(1));
    let more = move || {
        Some(behind.get()).filter(|n| *n > 0).map(|n| {
            view! { <span class="notice-more" data-tip=strings::notices_behind()>{format!("+{n}")}</span> }
        })
    };
    let show = move |notice: Notice| {
        let (icon, class) = look(notice.tone);
        let id = notice.id;
        let again = notice.again.map(|again| {
            let click = move |_| {
                notices.dismiss(id);
                (again.0)();
            };
            view! { <button type="button" class="button small" on:click=click>{strings::try_again()}</button> }
        });
        let whole = [Some(notice.title.clone()), notice.detail.clone()];
        let whole = whole.into_iter().flatten().collect::<Vec<_>>().join(" ");
        view! {
            <div class=class>
                <Icon icon=icon />
                <div class="notice-text" data-tip=whole>
                    <b>{spoken(notice.title)}</b>
                    {notice.detail.map(|detail| view! { <span>{spoken(detail)}</span> })}
                </div>
                {more}
                {again}
                <button type="button" class="button icon-only" aria-label=strings::dismiss() on:click=move |_| notices.dismiss(id)>
                    <Icon icon=icons::CLOSE />
                </button>
            </div>
        }
    };
    view! {
        <div class="notices">
            {move || shown.get().map(show)}
        </div>
    }
    .into_any()
}

/// The bell with all that was told in this page.
#[component]
pub fn NoticeMenu() -> impl IntoView {
    let notices = use_notices();
    let unread = notices.unread;
    let face = move || {
        view! {
            <Icon icon=icons::NOTICES />
            {move || Some(unread.get()).filter(|n| *n > 0).map(|n| view! { <span class="badge" data-count=n.to_string() data-tip=strings::notices_unread(n.to_string())></span> })}
        }
    };
    view! {
        <Menu label=strings::notices() role="dialog" face=face.into() on_open=move || unread.set(0) part=later::told />
    }
    .into_any()
}

/// All that was told in this page.
#[component]
pub fn Told() -> impl IntoView {
    let notices = use_notices();
    let list = move || {
        let all = notices.list.get();
        if all.is_empty() {
            return view! { <p class="quiet">{strings::no_notices()}</p> }.into_any();
        }
        all.into_iter()
            .map(|notice| {
                let (icon, class) = look(notice.tone);
                let name = notice.session.map(|id| {
                    view! { <a href=format!("/sessions/{id}")>{strings::session_title(id)}</a> }
                });
                view! {
                    <div class=class>
                        <Icon icon=icon />
                        <div class="notice-text">
                            <b>{spoken(notice.title)}</b>
                            {notice.detail.map(|detail| view! { <span>{spoken(detail)}</span> })}
                            <span class="quiet"><Moment at=notice.at /> " " {name}</span>
                        </div>
                    </div>
                }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="menu-title">{strings::notices()}</div>
        <div class="notice-list" tabindex="0">{list}</div>
    }
    .into_any()
}
