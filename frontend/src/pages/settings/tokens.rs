//! API tokens.

use deskwarden_types::{NoArgs, NoBody, Timestamp, TokenPath, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::new_token::NewTokenDialog;
use crate::{
    api::use_api,
    clock::use_clock,
    notices::use_notices,
    parts::{Act, Ago, ButtonKind, Dialog, Empty, Failed, Icon, Moment, Pager, SkeletonRows, explain, icons, spoken},
    strings::{self, labels},
};

/// Tokens: list, make, revoke.
#[component]
pub fn TokensPage() -> impl IntoView {
    let api = use_api();
    let clock = use_clock();
    let page = RwSignal::new(None::<Page<ApiToken>>);
    let failure = RwSignal::new(None::<String>);
    let place = RwSignal::new((None::<String>, 1_i64));
    let making = RwSignal::new(false);
    let revoking = RwSignal::new(None::<ApiToken>);
    let load = move || {
        spawn_local(async move {
            let asked = place.get_untracked();
            let query = PageQuery { cursor: asked.0.clone(), ..Default::default() };
            let answer = api.call::<ListTokens>(NoArgs {}, query, NoBody {}).await;
            if place.try_get_untracked() != Some(asked) {
                return;
            }
            match answer {
                Ok(tokens) => {
                    failure.set(None);
                    page.set(Some(tokens));
                }
                Err(error) => failure.set(Some(explain(&error))),
            }
        });
    };
    Effect::new(move |_| {
        place.track();
        load();
    });
    let heads = [
        strings::token_name(),
        strings::scopes(),
        strings::created(),
        strings::expires(),
        strings::last_used(),
        strings::actions(),
    ];
    let heads = heads.map(|label| view! { <th scope="col"><span class="head">{label}</span></th> });
    let rows = move || {
        let now = clock.now_once();
        let ask = move |token| revoking.set(Some(token));
        page.with(|p| p.as_ref().map(|p| p.items.iter().map(|token| row(token, now, ask)).collect_view()))
    };
    let empty = move || page.with(|p| p.as_ref().is_some_and(|p| p.items.is_empty()));
    view! {
        <div class="page">
            <header class="page-head">
                <h1>{strings::api_tokens()}</h1>
                <span class="quiet">{strings::tokens_how()}</span>
                <span class="grow"></span>
                <Act kind=ButtonKind::Primary on_click=move || making.set(true)><Icon icon=icons::ADD />{strings::new_token()}</Act>
            </header>
            {move || failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
            <div class="table-box">
                <table class="table">
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>
                        {move || page.with(Option::is_none).then(|| view! { <SkeletonRows columns=6 rows=3 /> })}
                        {rows}
                    </tbody>
                </table>
                {move || empty().then(|| view! { <Empty title=strings::no_tokens() /> })}
            </div>
            <div class="list-foot">
                <Pager
                    first=Signal::derive(move || place.with(|p| p.1))
                    shown=Signal::derive(move || page.with(|p| p.as_ref().map_or(0, |p| p.items.len())))
                    total=Signal::derive(move || page.with(|p| p.as_ref().map(|p| p.total)))
                    prev=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.prev.clone())))
                    next=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.next.clone())))
                    on_go=move |(cursor, first): (String, i64)| place.set((Some(cursor), first))
                />
            </div>
            {move || {
                making.get().then(|| {
                    let close = move || {
                        making.set(false);
                        load();
                    };
                    view! { <NewTokenDialog on_close=close /> }
                })
            }}
            {move || {
                revoking.get().map(|token| {
                    let close = move || {
                        revoking.set(None);
                        load();
                    };
                    view! { <RevokeTokenDialog token=token on_close=close /> }
                })
            }}
        </div>
    }
    .into_any()
}

fn row(token: &ApiToken, now: Timestamp, ask: impl Fn(ApiToken) + 'static) -> AnyView {
    let over = token.revoked_at.is_some() || token.expires_at <= now;
    let scopes = token.scopes.iter().map(|scope| labels::scope_label(*scope)).collect::<Vec<_>>().join(", ");
    let used = token.last_used_at.map_or_else(|| strings::never().into_any(), |at| view! { <Ago at=at /> }.into_any());
    let state = match token.revoked_at {
        Some(_) => Some(strings::revoked()),
        None => over.then_some(strings::expired()),
    };
    let for_click = token.clone();
    let button = (!over).then(|| {
        view! { <button type="button" class="button small" on:click=move |_| ask(for_click.clone())>{strings::revoke()}</button> }.into_any()
    });
    view! {
        <tr class:stale=over>
            <td><b>{token.name.clone()}</b> {state.map(|state| view! { " " <span class="tag">{state}</span> })}</td>
            <td>{scopes}</td>
            <td class="num"><Moment at=token.created_at /></td>
            <td class="num"><Moment at=token.expires_at /></td>
            <td class="num">{used}</td>
            <td>{button}</td>
        </tr>
    }
    .into_any()
}

/// Says what will happen, and does it.
#[component]
fn RevokeTokenDialog(
    /// The token.
    token: ApiToken,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let id = token.id;
    let title = strings::revoke_token_title(&token.name);
    let name = StoredValue::new(token.name);
    let act = move || {
        busy.set(true);
        spawn_local(async move {
            match api.call::<RevokeToken>(TokenPath { id }, NoArgs {}, NoBody {}).await {
                Ok(_) => {
                    notices.success(name.with_value(|name| strings::token_revoked(name)), None, None);
                    on_close.run(());
                }
                Err(error) => failure.set(Some(explain(&error))),
            }
            busy.set(false);
        });
    };
    view! {
        <Dialog title=title on_close=on_close>
            <div class="dialog-body">
                <p>{strings::revoke_token_how()}</p>
                {move || failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })}
            </div>
            <footer class="dialog-foot">
                <Act on_click=move || on_close.run(())>{strings::cancel()}</Act>
                <Act kind=ButtonKind::Danger busy=busy on_click=act>{strings::revoke()}</Act>
            </footer>
        </Dialog>
    }
    .into_any()
}
