//! The dialog: plan, reason, action, result.

use deskwarden_client::ClientError;
use deskwarden_types::{ErrorCode, MessageText, NoArgs, PlanId, Reason, SessionId, Verb, api::*};
use leptos::{ev::KeyboardEvent, html, prelude::*, task::spawn_local};

use super::{
    Ask,
    asking::Asking,
    became, follow,
    hold::Hold,
    plan::{self, PlanView},
    result::{ProgressView, ResultView},
    use_confirm,
};
use crate::{
    announce::use_announce,
    api::use_api,
    browser,
    clock::use_clock,
    notices::use_notices,
    parts::{Act, ButtonKind, Dialog, Failed, Icon, explain, icons, spoken},
    strings::{self, labels},
};

/// Asks, and does it.
#[component]
pub fn ConfirmDialog(
    /// The verb and the sessions.
    ask: Ask,
    /// Called when there is nothing more to ask or to tell.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices, confirm, announce) = (use_api(), use_notices(), use_confirm(), use_announce());
    let (planned, ended) = ask.ended.clone().unzip();
    let is_new = ended.is_none();
    let plan = RwSignal::new(planned);
    let clock = use_clock();
    let asked_at = RwSignal::new(clock.now_once());
    let failure = RwSignal::new(None::<ClientError>);
    let note = RwSignal::new(None::<&'static str>);
    let words = RwSignal::new(String::new());
    let hold = RwSignal::new(None::<u32>);
    let complaint = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let result = RwSignal::new(ended);
    // What was sent under which key: a second try of the same acts once, another reason is another request.
    let sent = StoredValue::new(None::<(NewBulkAction, String)>);
    let progress = RwSignal::new(None::<BulkAction>);
    // The session whose user is being asked whether somebody may watch.
    let asked = RwSignal::new(None::<SessionId>);
    let ids = RwSignal::new(ask.targets.iter().map(|t| t.id).collect::<Vec<_>>());
    // All that match, until some of them are looked at again.
    let matching = RwSignal::new(ask.matching.as_ref().map(|m| m.selection.clone()));

    let verb = ask.verb;
    let is_message = verb == Verb::Message;
    let kind = ask.kind();
    let count = ask.matching.as_ref().and_then(|m| m.count);
    let label = labels::verb_of(kind, verb);
    let asked_for = StoredValue::new(Ask { ended: None, ..ask });
    let what = move |ids: &[SessionId]| asked_for.with_value(|ask| ask.what(ids));

    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            browser::focus(&field);
        }
    });
    let look = move || {
        spawn_local(async move {
            failure.set(None);
            result.set(None);
            let matching = matching.get_untracked();
            let ids = if matching.is_some() { Vec::new() } else { ids.get_untracked() };
            let body = NewPlan { verb, ids, matching };
            asked_at.set(clock.now_once());
            match api.call::<MakePlan>(NoArgs {}, NoArgs {}, body).await {
                Ok(made) => drop(plan.try_set(Some(made))),
                Err(error) => drop(failure.try_set(Some(error))),
            }
        });
    };
    if is_new {
        look();
    }

    // What becomes of the commands stands there as long as the dialog is open; afterwards the end is told.
    let follow_on = move |total: u32| {
        spawn_local(async move {
            match became::follow(api, result).await {
                Ok(action) => announce.say(became::how(label, total, &action)),
                Err(Some(action)) => became::tell_end(api, notices, confirm, label, action).await,
                Err(None) => {}
            }
        });
    };
    let finish = move |plan: &Plan, action: BulkAction| {
        let went = follow::went(plan, &action);
        if let (Verb::View, [one]) = (verb, went.accepted.as_slice()) {
            return asked.set(Some(*one));
        }
        confirm.watch(verb, &went.accepted);
        if went.left > 0 {
            // It becomes the title, which nobody hears change.
            announce.say(became::how(label, went.total(), &action));
            result.set(Some(action));
            return follow_on(went.total());
        }
        spawn_local(became::tell_end(api, notices, confirm, label, action.clone()));
        asked_for.with_value(|ask| follow::tell_good(notices, ask, label, &action, &went.accepted));
        on_close.run(());
    };

    let act = move || {
        let Some(planned) = plan.get_untracked() else { return };
        let body = match body(planned.id, is_message, &words.get_untracked(), hold.get_untracked()) {
            Ok(body) => body,
            Err(text) => {
                complaint.set(Some(text.to_owned()));
                if let Some(field) = field.get_untracked() {
                    browser::focus(&field);
                }
                return;
            }
        };
        complaint.set(None);
        failure.set(None);
        busy.set(true);
        let key = sent.with_value(|s| s.as_ref().filter(|(b, _)| *b == body).map(|(_, key)| key.clone()));
        let key = key.unwrap_or_else(browser::random_key);
        sent.set_value(Some((body.clone(), key.clone())));
        let ask = asked_for.get_value();
        let all = matching.get_untracked();
        spawn_local(async move {
            let answer = api.call_with_key::<StartBulkAction>(NoArgs {}, NoArgs {}, body, Some(key)).await;
            let end = match answer {
                Ok(action) => {
                    confirm.take(all, &planned);
                    let end = follow::follow(api, action, progress).await;
                    confirm.ended.update(|ended| *ended += 1);
                    end
                }
                Err(error) => Err(error),
            };
            // Refused where the dialog was closed meanwhile.
            if busy.try_set(false).is_some() {
                return follow::tell(api, (notices, confirm), ask, label, planned, end);
            }
            match end {
                Ok(action) => finish(&planned, action),
                Err(error) => match error.code() {
                    Some(ErrorCode::PlanExpired) => {
                        note.set(Some(strings::plan_expired()));
                        look();
                    }
                    Some(ErrorCode::ReasonRequired) => complaint.set(Some(explain(&error))),
                    _ => failure.set(Some(error)),
                },
            }
        });
    };

    let went = move |action: &BulkAction| plan.with_untracked(|p| p.as_ref().map(|p| follow::went(p, action)));
    // One that ended while its dialog was closed may go on.
    if let Some(went) = result.with_untracked(|r| r.as_ref().and_then(went)) {
        follow_on(went.total());
    }
    let look_again = move |left: Vec<SessionId>| {
        ids.set(left);
        matching.set(None);
        plan.set(None);
        sent.set_value(None);
        look();
    };

    let under_way = Memo::new(move |_| progress.with(Option::is_some));
    let title = Signal::derive(move || {
        // What was answered is no question any more.
        let how = |action: &BulkAction| went(action).map(|went| became::how(label, went.total(), action));
        if let Some(went) = result.with(|r| r.as_ref().and_then(how)) {
            return went;
        }
        if under_way.get() || asked.get().is_some() {
            let what = plan.with(|p| p.as_ref().map(|p| what(&plan::acted_on(p))));
            return strings::under_way_title(label, what.unwrap_or_default());
        }
        let matches = matching.with(Option::is_some);
        let planned = plan.with(|p| p.as_ref().map(|p| (plan::acted_on(p), p.items.len())));
        match (planned, count) {
            (Some((acted_on, _)), _) if acted_on.is_empty() => strings::nothing_title(label),
            (Some((acted_on, all)), _) if matches && acted_on.len() < all => {
                strings::confirm_title(label, strings::some_matching(acted_on.len(), all))
            }
            (Some((_, all)), _) | (None, Some(all)) if matches => {
                strings::confirm_title(label, strings::all_matching(all))
            }
            (Some((acted_on, _)), _) => strings::confirm_title(label, what(&acted_on)),
            _ if matches => strings::confirm_title(label, strings::all_that_match()),
            _ => strings::confirm_title(label, what(&ids.get())),
        }
    });
    let name = Callback::new(move |id: SessionId| {
        let planned = plan.with_untracked(|p| {
            let item = p.as_ref()?.items.iter().find(|item| item.session_id == id)?;
            item.user.is_some().then(|| plan::name(item))
        });
        planned.or_else(|| asked_for.with_value(|a| a.targets.iter().find(|t| t.id == id).map(|t| t.name.clone())))
    });
    let form = move || {
        let field_label = if is_message { strings::message() } else { strings::reason() };
        let hint = if is_message { strings::message_hint() } else { strings::reason_hint() };
        view! {
            <div class="field">
                <label for="why">{field_label}</label>
                <textarea
                    node_ref=field
                    id="why"
                    rows="2"
                    aria-required="true"
                    aria-invalid=move || complaint.get().is_some().to_string()
                    aria-describedby="why-about"
                    prop:value=move || words.get()
                    on:keydown=move |event: KeyboardEvent| {
                        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !busy.get_untracked() {
                            event.prevent_default();
                            act();
                        }
                    }
                    on:input=move |event| {
                        words.set(event_target_value(&event));
                        complaint.set(None);
                    }
                ></textarea>
                <p id="why-about" class="field-about">
                    {move || match complaint.get() {
                        Some(text) => view! { <span class="field-error" role="alert">{spoken(text)}</span> }.into_any(),
                        None => hint.into_any(),
                    }}
                </p>
            </div>
            <Hold verb=verb minutes=hold />
        }
    };
    let can_act = move || plan.with(|p| p.as_ref().is_some_and(|p| p.summary.will_act > 0));
    let nothing = move || plan.with(|p| p.as_ref().is_some_and(|p| p.summary.will_act == 0));
    let go = move || match verb {
        Verb::Message => strings::send(),
        // In the words of 004.
        Verb::End if plan.with(|p| p.as_ref().is_some_and(|p| p.summary.will_act > 1)) => strings::end_these(),
        Verb::End => strings::end_this(),
        _ => label,
    };
    let style = if matches!(verb, Verb::Message | Verb::View) { ButtonKind::Primary } else { ButtonKind::Danger };
    let has_result = Memo::new(move |_| result.with(Option::is_some));
    let told = Memo::new(move |_| {
        let but = |action: &BulkAction| went(action).map(|went| became::but(went.left, action));
        result.with(|r| r.as_ref().and_then(but)).unwrap_or_default()
    });
    let body = move || {
        if let Some(session) = asked.get() {
            return view! { <Asking session=session on_close=on_close /> }.into_any();
        }
        if has_result.get() {
            return view! {
                <ResultView
                    action=result
                    told=told
                    name=name
                    on_look_again=look_again
                    on_close=on_close
                />
            }
            .into_any();
        }
        if under_way.get() {
            return view! { <ProgressView action=progress on_close=on_close /> }.into_any();
        }
        let failed = move || {
            failure.get().map(|error| {
                let text = explain(&error);
                // Another try finds as many.
                if error.code() == Some(ErrorCode::TooManySessions) {
                    return view! { <p class="note" role="alert"><Icon icon=icons::WARNING /> " " {text}</p> }
                        .into_any();
                }
                let again = move || if plan.with_untracked(Option::is_some) { act() } else { look() };
                view! { <Failed text=text on_retry=again /> }.into_any()
            })
        };
        view! {
            <form
                class="dialog-form"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    if !busy.get_untracked() {
                        act();
                    }
                }
            >
                <div class="dialog-body">
                    {move || note.get().map(|text| view! { <p class="note" role="status">{text}</p> })}
                    {move || match plan.get() {
                        Some(plan) => view! { <PlanView plan=plan made_at=asked_at.get_untracked() kind=kind /> }.into_any(),
                        None if failure.with(Option::is_some) => ().into_any(),
                        None => view! { <p class="quiet" role="status">{strings::looking()}</p> }.into_any(),
                    }}
                    {move || (!can_act()).then(failed)}
                </div>
                {move || can_act().then(|| view! { <div class="dialog-ask">{failed} {form()}</div> })}
                <footer class="dialog-foot">
                    <Act on_click=move || on_close.run(())>
                        {move || if nothing() { strings::close() } else { strings::cancel() }}
                    </Act>
                    {move || {
                        can_act().then(|| view! { <Act kind=style form="submit" busy=busy>{go}</Act> })
                    }}
                </footer>
            </form>
        }
        .into_any()
    };
    view! { <Dialog title=title on_close=on_close>{body}</Dialog> }.into_any()
}

/// The request, or what is wrong with what was typed.
fn body(
    plan_id: PlanId,
    is_message: bool,
    typed: &str,
    hold_minutes: Option<u32>,
) -> Result<NewBulkAction, &'static str> {
    let mut body = NewBulkAction {
        plan_id: Some(plan_id),
        verb: None,
        ids: Vec::new(),
        reason: None,
        message: None,
        hold_minutes,
    };
    if is_message {
        body.message = Some(typed.parse::<MessageText>().map_err(|_| strings::message_bad())?);
    } else {
        body.reason = Some(typed.parse::<Reason>().map_err(|_| strings::reason_bad())?);
    }
    Ok(body)
}
