//! Opening an app or desktop: a tab of its own, and what stands in the way.

use deskwarden_types::{ErrorCode, NoArgs, ResourceId, SessionId, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::Mine;
use crate::{
    api::use_api,
    browser::Tab,
    parts::{Act, Dialog, explain, spoken},
    strings,
};

/// What is in the way of a screen.
#[derive(Clone)]
enum Obstacle {
    /// The browser opened no tab.
    NoTab(SessionId),
    /// There is a session already.
    Open(String, SessionId),
    /// Anything else.
    Failed(String, String),
}

/// The way from a click to a screen.
#[derive(Clone, Copy)]
pub struct Opening {
    /// What is being launched.
    pub under_way: RwSignal<Option<ResourceId>>,
    obstacle: RwSignal<Option<Obstacle>>,
    launch: Callback<(ResourceId, String)>,
}

/// Where a session's screen is.
pub fn screen_of(id: SessionId) -> String {
    format!("/screen/{id}")
}

/// Provides it to the page.
pub fn provide() {
    let api = use_api();
    let mine = expect_context::<Mine>();
    let under_way = RwSignal::new(None);
    let obstacle = RwSignal::new(None);
    let launch = Callback::new(move |(id, name): (ResourceId, String)| {
        if under_way.get_untracked().is_some() {
            return;
        }
        under_way.set(Some(id));
        // Now, while the browser counts the click.
        let tab = Tab::open();
        spawn_local(async move {
            let answer = api.call::<StartLaunch>(NoArgs {}, NoArgs {}, LaunchResource { resource_id: id }).await;
            let met = match answer {
                Ok(launched) if tab.show(&screen_of(launched.session_id)) => None,
                Ok(launched) => Some(Obstacle::NoTab(launched.session_id)),
                Err(error) => {
                    tab.close();
                    let there = error.problem().and_then(|problem| problem.session_id);
                    Some(match (error.code(), there) {
                        (Some(ErrorCode::SessionConflict), Some(session)) => Obstacle::Open(name, session),
                        (Some(ErrorCode::NoHost), _) => Obstacle::Failed(name, strings::no_host_now().to_owned()),
                        _ => Obstacle::Failed(name, explain(&error)),
                    })
                }
            };
            if under_way.try_set(None).is_none() {
                obstacle.set(met);
                mine.load(api);
            }
        });
    });
    provide_context(Opening { under_way, obstacle, launch });
}

impl Opening {
    /// Launches it.
    pub fn launch(self, resource: &MyResource) {
        self.launch.run((resource.id, resource.name.clone()));
    }
}

/// The dialog that says what is in the way.
#[component]
pub fn OpenDialogs() -> impl IntoView {
    let opening = expect_context::<Opening>();
    let close = move || opening.obstacle.set(None);
    move || {
        opening.obstacle.get().map(|obstacle| {
            let (title, text, to) = match obstacle {
                Obstacle::NoTab(id) => {
                    let how = strings::tab_blocked_how().to_owned();
                    (strings::tab_blocked().to_owned(), how, Some((strings::open_here(), id)))
                }
                Obstacle::Open(app, id) => {
                    let how = strings::open_already_how().to_owned();
                    (strings::open_already(&app), how, Some((strings::reconnect(), id)))
                }
                Obstacle::Failed(app, why) => (strings::open_failed(&app), why, None),
            };
            let link = to.map(|(word, id)| {
                view! {
                    <a class="button primary" href=screen_of(id) target="_blank" on:click=move |_| close()>{word}</a>
                }
            });
            view! {
                <Dialog title=title on_close=close>
                    <div class="dialog-body"><p role="alert">{spoken(text)}</p></div>
                    <footer class="dialog-foot"><Act on_click=close>{strings::close()}</Act>{link}</footer>
                </Dialog>
            }
        })
    }
}
