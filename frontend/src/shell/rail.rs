//! The rail on the left.

use std::time::Duration;

use deskwarden_domain::list::page_of;
use deskwarden_types::{Counting, DeliveryKind, ListPage, NoArgs, NoBody, Permission, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    browser,
    pages::sessions::{Address, address::place},
    parts::{Icon, icons},
    router::{HOME, use_router},
    strings::{self, labels},
    words,
};

/// Where the kinds are kept that this browser has seen sessions of, for each tenant.
const KEPT: &str = "deskwarden.kinds";
/// The list's own rows come first.
const LATER: Duration = Duration::from_millis(1_500);

/// Where one can go, as far as the role allows.
#[component]
pub fn Rail() -> impl IntoView {
    let api = use_api();
    let router = use_router();
    let path = router.path;
    let in_use = expect_context::<KindsInUse>();
    in_use.ask();
    let page =
        Memo::new(move |_| path.with(|path| (path == HOME || path.starts_with("/sessions/")).then(|| place(path).0)));
    let on_page = move |of: ListPage| (page.get() == Some(of)).then_some("page");
    let at = move |address: &'static str| path.get() == address;
    let in_settings = move || path.with(|path| path.starts_with("/settings") && path != "/settings/tokens");
    let kinds = move || {
        in_use
            .0
            .get()
            .into_iter()
            .map(|of| {
                let of_kind = page_of(Some(of));
                view! {
                    <a class="rail-link sub" href=Address::of(of_kind).link() aria-current=move || on_page(of_kind)>
                        <Icon icon=words::kind_icon(of) />
                        <span>{labels::kind_label(of)}</span>
                    </a>
                }
            })
            .collect_view()
    };
    let admin = move || api.may(Permission::Administer);
    view! {
        <nav class="rail" aria-label=strings::navigation()>
            <a class="rail-brand" href=move || api.home()><img src="/assets/mark.svg" alt="" width="20" height="20" /><span>{strings::product()}</span></a>
            <a class="rail-link" href="/my" aria-current=move || at("/my").then_some("page")>
                <Icon icon=icons::MINE /><span>{strings::my_page()}</span>
            </a>
            <a
                class="rail-link"
                href="/sessions"
                aria-current=move || on_page(ListPage::All)
            >
                <Icon icon=icons::ALL />
                <span>{strings::sessions()}</span>
            </a>
            {kinds}
            {move || api.may(Permission::ReadSeats).then(|| view! {
                <a class="rail-link" href="/people/sessions" aria-current=move || path.with(|path| path.starts_with("/people")).then_some("page")>
                    <Icon icon=icons::PEOPLE /><span>{strings::people()}</span>
                </a>
                <a class="rail-link" href="/seats" aria-current=move || at("/seats").then_some("page")>
                    <Icon icon=icons::SEATS /><span>{strings::seats()}</span>
                </a>
            })}
            {move || api.may(Permission::ReadHosts).then(|| view! {
                <a class="rail-link" href="/hosts" aria-current=move || at("/hosts").then_some("page")>
                    <Icon icon=icons::HOSTS /><span>{strings::hosts()}</span>
                </a>
            })}
            {move || api.may(Permission::UseVerbs).then(|| view! {
                <a class="rail-link" href="/bulk-actions" aria-current=move || at("/bulk-actions").then_some("page")>
                    <Icon icon=icons::BULK /><span>{strings::bulk_actions()}</span>
                </a>
            })}
            {move || api.may(Permission::ReadAudit).then(|| view! {
                <a class="rail-link" href="/audit" aria-current=move || at("/audit").then_some("page")>
                    <Icon icon=icons::AUDIT /><span>{strings::audit()}</span>
                </a>
            })}
            {move || admin().then(|| view! {
                <a class="rail-link" href="/settings" aria-current=move || in_settings().then_some("page")>
                    <Icon icon=icons::SETTINGS /><span>{strings::settings()}</span>
                </a>
            })}
            <a class="rail-link" href="/settings/tokens" aria-current=move || at("/settings/tokens").then_some("page")>
                <Icon icon=icons::TOKEN /><span>{strings::api_tokens()}</span>
            </a>
            <a class="rail-link foot" href="/docs" rel="external" target="_blank">
                <Icon icon=icons::DOCS /><span>{strings::api()}</span>
            </a>
        </nav>
    }
    .into_any()
}

/// Kinds that have at least one session.
#[derive(Clone, Copy)]
pub struct KindsInUse(RwSignal<Vec<DeliveryKind>>, StoredValue<String>);

impl KindsInUse {
    /// Provides them to what is below; nothing is known until somebody asks.
    pub fn provide() {
        provide_context(Self(RwSignal::default(), StoredValue::default()));
    }

    /// A session of this kind was seen.
    pub fn add(self, kind: DeliveryKind) {
        if !self.0.with_untracked(|kinds| kinds.contains(&kind)) {
            self.0.update(|kinds| {
                let place = kinds.iter().position(|known| *known > kind).unwrap_or(kinds.len());
                kinds.insert(place, kind);
            });
            let words: Vec<_> = self.0.with_untracked(|kinds| kinds.iter().map(|kind| kind.as_str()).collect());
            // Before somebody has asked there is no tenant to keep it for.
            self.1.with_value(|place| {
                if !place.is_empty() {
                    browser::remember(place, Some(&words.join(" ")));
                }
            });
        }
    }

    /// Takes those that this browser has seen in this tenant before, and asks for a session of a kind that was not seen
    /// yet, until there is none. Once the list's rows have come, so that
    /// they do not wait for it and the kinds in them need not be asked about.
    fn ask(self) {
        let api = use_api();
        let Some(tenant) = untrack(|| api.me()).map(|me| me.tenant.id) else { return };
        let place = format!("{KEPT}.{tenant}");
        let kept = browser::remembered(&place).unwrap_or_default();
        for kind in DeliveryKind::ALL.iter().filter(|kind| kept.split(' ').any(|word| word == kind.as_str())) {
            self.add(*kind);
        }
        self.1.set_value(place);
        let missing = move || {
            // Nothing for a page that has been left.
            let known = self.0.try_get_untracked()?;
            let kinds = DeliveryKind::ALL.iter().filter(|kind| !known.contains(kind));
            Some(kinds.map(|kind| kind.as_str()).collect::<Vec<_>>().join(",")).filter(|kinds| !kinds.is_empty())
        };
        spawn_local(async move {
            browser::sleep(LATER).await;
            while let Some(kinds) = missing() {
                let query = SessionQuery {
                    q: Some(format!("kind:{kinds}")),
                    limit: Some(1),
                    total: Some(Counting::None),
                    ..Default::default()
                };
                let page = api.call::<ListSessions>(NoArgs {}, query, NoBody {}).await;
                // A kind that cannot be asked about is left out until one is seen.
                let Some(found) = page.ok().and_then(|page| page.items.into_iter().next()) else { return };
                if self.0.try_with_untracked(|_| ()).is_none() {
                    return;
                }
                self.add(found.kind);
            }
        });
    }
}
