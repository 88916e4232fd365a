//! The pages and their addresses.

use deskwarden_domain::list::kind_of;
use deskwarden_types::{ListPage, UserId};
use leptos::prelude::*;

use crate::{
    announce::{self, Announcements},
    api::Api,
    browser,
    clock::Clock,
    confirm::Confirm,
    feed::Liveness,
    later::{self, Later},
    notices::Notices,
    pages::{
        not_found::NotFound,
        sessions::{SessionsPage, address::place},
    },
    parts::TipLayer,
    router::{HOME, Router, use_router},
    shell::Shell,
    strings::{self, labels},
};

/// What is around a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    SetUp,
    SignIn,
    Screen,
    Watch,
    Shell,
}

/// A page for somebody who is signed in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Sessions,
    My,
    Hosts,
    Audit,
    Bulk,
    Settings,
    Tokens,
    People,
    Seats,
    Resources,
    Provisions,
    Environments,
    Methods,
    Unknown,
}

impl Page {
    /// What it is called.
    fn name(self) -> &'static str {
        match self {
            Self::Sessions => strings::sessions(),
            Self::My => strings::my_page(),
            Self::Hosts => strings::hosts(),
            Self::Audit => strings::audit(),
            Self::Bulk => strings::bulk_actions(),
            Self::Tokens => strings::api_tokens(),
            Self::People => strings::people(),
            Self::Seats => strings::seats(),
            Self::Settings => strings::settings(),
            Self::Resources => strings::resources(),
            Self::Provisions => strings::provisions(),
            Self::Environments => strings::environments(),
            Self::Methods => strings::delivery_methods(),
            Self::Unknown => strings::product(),
        }
    }
}

/// The whole console.
#[component]
pub fn App(
    /// Whether the translation that was asked for did not come.
    untranslated: bool,
) -> impl IntoView {
    let clock = Clock::provide();
    let router = Router::provide();
    let api = Api::provide(clock);
    let notices = Notices::provide(clock, announce::provide());
    browser::keep_focus();
    if untranslated {
        let how = strings::language_missing_how().to_owned();
        notices.failure(strings::language_missing().to_owned(), Some(how), None);
    }
    Liveness::provide(clock);
    let confirm = Confirm::provide();
    // What somebody was told and has begun is nothing to whoever comes next.
    Effect::new(move |before: Option<Option<UserId>>| {
        let now = api.who.with(|who| who.person().map(|me| me.id));
        if before.flatten().is_some_and(|before| Some(before) != now) {
            notices.forget();
            confirm.forget();
            if now.is_some() {
                // Another tab signed in somebody else: nothing that is shown is theirs.
                browser::load_again();
            }
        }
        now
    });
    let frame = Memo::new(move |_| match router.path.read().as_str() {
        "/set-up" => Frame::SetUp,
        "/sign-in" => Frame::SignIn,
        path if path.starts_with("/screen/") => Frame::Screen,
        path if path.starts_with("/watch/") => Frame::Watch,
        _ => Frame::Shell,
    });
    let framed = move || match frame.get() {
        Frame::SetUp => view! { <Later part=later::set_up /> }.into_any(),
        Frame::SignIn => view! { <Later part=later::sign_in /> }.into_any(),
        Frame::Screen => view! { <Later part=later::screen /> }.into_any(),
        Frame::Watch => view! { <Later part=later::watching /> }.into_any(),
        Frame::Shell => view! { <Shell /> }.into_any(),
    };
    view! {
        <ErrorBoundary fallback=|_| view! { <PageFailed /> }>{framed}</ErrorBoundary>
        <TipLayer />
        <Announcements />
    }
}

/// The page of the address. A session is beside the list, on the same page.
#[component]
pub fn PageHere() -> impl IntoView {
    let router = use_router();
    let page = Memo::new(move |_| match router.path.read().as_str() {
        "/my" => Page::My,
        "/hosts" => Page::Hosts,
        "/audit" => Page::Audit,
        "/bulk-actions" => Page::Bulk,
        "/settings" => Page::Settings,
        "/settings/tokens" => Page::Tokens,
        "/seats" => Page::Seats,
        "/settings/resources" => Page::Resources,
        "/settings/provisions" => Page::Provisions,
        "/settings/environments" => Page::Environments,
        "/settings/delivery-methods" => Page::Methods,
        path if path == "/people" || path.starts_with("/people/") => Page::People,
        path if is_list(path) || router.session().is_some() => Page::Sessions,
        _ => Page::Unknown,
    });
    let announce = announce::use_announce();
    Effect::new(move |before: Option<String>| {
        let name = match page.get() {
            Page::Sessions => {
                let kind =
                    || kind_of(router.path.with(|path| place(path).0)).map(|kind| labels::kind_label(kind).to_owned());
                router
                    .session()
                    .map(strings::session_title)
                    .or_else(kind)
                    .unwrap_or_else(|| strings::sessions().to_owned())
            }
            page => page.name().to_owned(),
        };
        document().set_title(&format!("{name} · {}", strings::product()));
        if before.is_some_and(|before| before != name) {
            announce.say(name.clone());
        }
        name
    });
    move || {
        let part = match page.get() {
            Page::Sessions => return view! { <SessionsPage /> }.into_any(),
            Page::Unknown => return view! { <NotFound /> }.into_any(),
            Page::My => later::my,
            Page::Hosts => later::hosts,
            Page::Audit => later::audit,
            Page::Bulk => later::bulk,
            Page::Settings => later::settings,
            Page::Tokens => later::tokens,
            Page::People => later::people,
            Page::Seats => later::seats,
            Page::Resources => later::resources,
            Page::Provisions => later::provisions,
            Page::Environments => later::environments,
            Page::Methods => later::methods,
        };
        view! { <Later part=part /> }.into_any()
    }
}

/// Whether it is the list, of all kinds or of one.
fn is_list(path: &str) -> bool {
    path.strip_prefix(HOME).is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix('/').is_some_and(|page| page.parse::<ListPage>().is_ok())
    })
}

/// What stands where a page could not be shown.
#[component]
fn PageFailed() -> impl IntoView {
    view! {
        <main class="halt shown" role="alert">
            <h1>{strings::page_failed()}</h1>
            <p>{strings::page_failed_how()}</p>
            <p><a class="button primary" href="/" rel="external">{strings::try_again()}</a></p>
        </main>
    }
}
