//! The rail on the left.

use deskwarden_domain::labels;
use deskwarden_types::{DeliveryKind, NoArgs, NoBody, Permission, api::*};
use futures_util::future::join_all;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_location, use_query_map};

use crate::{
    api::use_api,
    parts::{Icon, icons},
    strings, words,
};

/// Where one can go, as far as the role allows.
#[component]
pub fn Rail() -> impl IntoView {
    let api = use_api();
    let path = use_location().pathname;
    let query = use_query_map();
    let in_use = expect_context::<KindsInUse>();
    in_use.ask();
    let on_sessions = move || path.get() == "/sessions" || path.get().starts_with("/sessions/");
    let kind = Memo::new(move |_| query.read().get("kind").unwrap_or_default());
    let at = move |address: &'static str| path.get() == address;
    let kinds = move || {
        in_use
            .0
            .get()
            .into_iter()
            .map(|of| {
                let current = move || (on_sessions() && kind.get() == of.as_str()).then_some("page");
                view! {
                    <a class="rail-link sub" href=format!("/sessions?kind={of}") aria-current=current>
                        <Icon icon=words::kind_icon(of) />
                        <span>{labels::kind_label(of)}</span>
                    </a>
                }
            })
            .collect_view()
    };
    let admin = move || api.may(Permission::Administer);
    view! {
        <nav class="rail" aria-label=strings::NAVIGATION>
            <a class="rail-brand" href="/sessions"><img src="/assets/mark.svg" alt="" width="20" height="20" /><span>{strings::PRODUCT}</span></a>
            <a
                class="rail-link"
                href="/sessions"
                aria-current=move || (on_sessions() && kind.get().is_empty()).then_some("page")
            >
                <Icon icon=icons::ALL />
                <span>{strings::SESSIONS}</span>
            </a>
            {kinds}
            {move || api.may(Permission::ReadHosts).then(|| view! {
                <a class="rail-link" href="/hosts" aria-current=move || at("/hosts").then_some("page")>
                    <Icon icon=icons::HOSTS /><span>{strings::HOSTS}</span>
                </a>
            })}
            {move || api.may(Permission::ReadAudit).then(|| view! {
                <a class="rail-link" href="/audit" aria-current=move || at("/audit").then_some("page")>
                    <Icon icon=icons::AUDIT /><span>{strings::AUDIT}</span>
                </a>
            })}
            {move || admin().then(|| view! {
                <a class="rail-link" href="/settings" aria-current=move || at("/settings").then_some("page")>
                    <Icon icon=icons::SETTINGS /><span>{strings::SETTINGS}</span>
                </a>
            })}
            <a class="rail-link" href="/settings/tokens" aria-current=move || at("/settings/tokens").then_some("page")>
                <Icon icon=icons::TOKEN /><span>{strings::API_TOKENS}</span>
            </a>
            <a class="rail-link foot" href="/docs" rel="external" target="_blank">
                <Icon icon=icons::DOCS /><span>{strings::API}</span>
            </a>
        </nav>
    }
    .into_any()
}

/// Kinds that have at least one session.
#[derive(Clone, Copy)]
pub struct KindsInUse(RwSignal<Vec<DeliveryKind>>);

impl KindsInUse {
    /// Provides them to what is below; nothing is known until somebody asks.
    pub fn provide() {
        provide_context(Self(RwSignal::default()));
    }

    /// A session of this kind was seen.
    pub fn add(self, kind: DeliveryKind) {
        if !self.0.with_untracked(|kinds| kinds.contains(&kind)) {
            self.0.update(|kinds| {
                kinds.push(kind);
                kinds.sort();
            });
        }
    }

    /// Asks for one session of each kind; a kind that cannot be asked about is left out until one is seen.
    fn ask(self) {
        let api = use_api();
        spawn_local(async move {
            let asked = DeliveryKind::ALL.iter().map(|kind| async move {
                let query = SessionQuery { kind: Some(*kind), limit: Some(1), ..Default::default() };
                let page = api.call::<ListSessions>(NoArgs {}, query, NoBody {}).await;
                page.is_ok_and(|page| !page.items.is_empty()).then_some(*kind)
            });
            // All at once, so that the rail does not grow link by link.
            for kind in join_all(asked).await.into_iter().flatten() {
                self.add(kind);
            }
        });
    }
}
