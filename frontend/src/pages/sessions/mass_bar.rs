//! Verbs for the selected sessions, at the bottom right.

use std::collections::BTreeMap;

use deskwarden_domain::{
    is_ending,
    list::{Filter, Operand, Selection, Test, kind_of},
    role_may, rules,
};
use deskwarden_types::{
    DeliveryKind, ListPage, Permission, SessionField, Verb, WhyNot,
    api::{ActionState, Session},
};
use leptos::prelude::*;

use super::{Address, List};
use crate::{
    api::{Api, use_api},
    confirm::{Confirm, Matching, Target, use_confirm},
    format,
    parts::VerbButton,
    strings::{self, labels},
    words,
};

/// No plan takes more sessions by their ids.
const MOST: usize = 10_000;

/// A verb of the selected kinds.
struct Choice {
    verb: Verb,
    /// The kind in whose words it is called; none where several have it.
    kind: Option<DeliveryKind>,
    /// How many of the selected rows allow it.
    fit: usize,
    /// Whether it is refused because of who asks.
    role: bool,
    /// Whether more are meant than the rows.
    all: bool,
}

impl Choice {
    /// Why none of the selected sessions allows it. What those allow that match further down, the plan tells.
    fn why_not(&self) -> Option<&'static str> {
        match (self.fit, self.role) {
            (0, true) => Some(labels::why_not_label(WhyNot::RoleNotAllowed)),
            (0, false) if !self.all => Some(strings::none_applies()),
            _ => None,
        }
    }

    /// Whether whoever asks may not use it at all.
    fn is_refused(&self) -> bool {
        self.role && self.fit == 0
    }

    /// One more kind has it.
    fn name_by(&mut self, kind: DeliveryKind) {
        self.kind = self.kind.filter(|known| *known == kind);
    }
}

/// The bar, while something is selected.
#[component]
pub fn MassBar() -> impl IntoView {
    let list = expect_context::<List>();
    let (api, confirm) = (use_api(), use_confirm());
    // Its own signal: the bar is drawn anew whenever a selected row changes, and stays open all the same.
    let expanded = RwSignal::new(false);
    Effect::new(move |_| {
        if !list.selection.any() {
            expanded.set(false);
        }
    });
    move || {
        if !list.selection.any() {
            return ().into_any();
        }
        let sessions = list.selected();
        let choices = choices(list, api, &sessions);
        let elsewhere = list.selection.others.with(Vec::len);
        let page = list.address.with(|a| a.page);
        let buttons = if page == ListPage::AppStream {
            seeds_way(list, confirm, expanded, choices)
        } else {
            buttons(list, confirm, choices)
        };
        let count = match (list.selection.matching.get(), elsewhere) {
            (true, _) => list.matching_in_words(),
            (false, 0) => strings::selected(sessions.len()),
            (false, elsewhere) => strings::selected_on_pages(sessions.len(), format::number(elsewhere as i64)),
        };
        view! {
            <div class="mass" role="toolbar" aria-label=strings::selected_actions()>
                <span>{count}</span>
                {buttons}
                <button type="button" class="button small quiet" on:click=move |_| list.deselect()>
                    {strings::clear_selection()}
                </button>
            </div>
        }
        .into_any()
    }
}

fn buttons(list: List, confirm: Confirm, choices: Vec<Choice>) -> AnyView {
    choices.into_iter().map(|choice| button(list, confirm, choice)).collect_view().into_any()
}

fn button(list: List, confirm: Confirm, choice: Choice) -> AnyView {
    let Choice { verb, kind, fit, all, .. } = choice;
    let count = (fit > 0 && !all).then(|| view! { <span class="count">{format::number(fit as i64)}</span> });
    view! {
        <span class="mass-verb">
            <VerbButton
                label=labels::verb_of(kind, verb)
                why_not=choice.why_not()
                on_click=move || ask(list, confirm, verb, kind)
            />
            {count}
        </span>
    }
    .into_any()
}

/// The way of 000: *Kill Session(s)* opens a menu with *Kill the selected session(s)*, and *Update* goes on.
fn seeds_way(list: List, confirm: Confirm, expanded: RwSignal<bool>, mut choices: Vec<Choice>) -> AnyView {
    // What no session allows is told by the plan, one by one; what the role does not, is not offered.
    if !choices.is_empty() && choices.iter().all(Choice::is_refused) {
        let why_not = choices.first().and_then(Choice::why_not);
        return view! { <VerbButton label=strings::kill_sessions() why_not=why_not on_click=|| () /> }.into_any();
    }
    choices.retain(|choice| !choice.is_refused());
    // Whoever may not kill finds the rest under its own name.
    if choices.iter().all(|choice| choice.verb != Verb::Kill) {
        return buttons(list, confirm, choices);
    }
    let options: Vec<_> = choices
        .iter()
        .map(|choice| {
            let label = match choice.verb {
                Verb::Kill => strings::kill_selected().to_owned(),
                verb => strings::with_selected(labels::verb_of(choice.kind, verb)),
            };
            (choice.verb, label)
        })
        .collect();
    let first = options.first().map(|(verb, _)| *verb);
    let kill = options.iter().find(|(verb, _)| *verb == Verb::Kill).map(|(verb, _)| *verb);
    let chosen = RwSignal::new(kill.or(first));
    let change = move |event| chosen.set(event_target_value(&event).parse().ok());
    let update = move |_| {
        if let Some(verb) = chosen.get_untracked() {
            ask(list, confirm, verb, Some(DeliveryKind::AppStream));
        }
    };
    let options = StoredValue::new(options);
    let menu = move || {
        expanded.get().then(|| {
            let options = options.with_value(|options| {
                let option = |(verb, label): &(Verb, String)| {
                    let verb = *verb;
                    view! { <option value=verb.as_str() selected=move || chosen.get() == Some(verb)>{label.clone()}</option> }
                };
                options.iter().map(option).collect_view()
            });
            view! {
                <select class="select mass-choice" aria-label=strings::what_to_do() on:change=change>{options}</select>
                <button type="button" class="button small primary" on:click=update>{strings::update()}</button>
            }
        })
    };
    view! {
        <button
            type="button"
            class="button small"
            aria-expanded=move || expanded.get().to_string()
            on:click=move |_| expanded.update(|open| *open = !*open)
        >
            {strings::kill_sessions()}
        </button>
        {menu}
    }
    .into_any()
}

/// Opens the dialog that shows the plan.
fn ask(list: List, confirm: Confirm, verb: Verb, kind: Option<DeliveryKind>) {
    if list.selection.matching.get_untracked() {
        let selection = list.address.with_untracked(Address::selection);
        let total = list.around.with_untracked(|around| around.total).filter(|total| total.exact);
        let count = total.and_then(|total| usize::try_from(total.count).ok());
        confirm.ask_matching(verb, Matching { selection, kind, count });
    } else {
        let targets: Vec<_> = untrack(|| list.selected()).iter().map(Target::from).collect();
        if targets.len() > MOST {
            let how = strings::too_many_how(format::number(MOST as i64));
            return list.notices.failure(strings::too_many_selected(targets.len()), Some(how), None);
        }
        confirm.ask(verb, targets);
    }
}

/// The verbs of the kinds that are selected, in order. Of all that match there are more than these rows: then it is the
/// verbs of every kind that may be among them.
fn choices(list: List, api: Api, sessions: &[Session]) -> Vec<Choice> {
    let all = list.selection.matching.get();
    let mut found: BTreeMap<(usize, Verb), Choice> = BTreeMap::new();
    let place = |verb: Verb| (words::rank(verb), verb);
    let new = |kind, verb| Choice { verb, kind: Some(kind), fit: 0, role: false, all };
    for session in sessions {
        let actions: Vec<ActionState> = words::in_order(&session.actions);
        for action in actions {
            let choice = found.entry(place(action.verb)).or_insert_with(|| new(session.kind, action.verb));
            choice.name_by(session.kind);
            choice.fit += usize::from(action.why_not.is_none());
            choice.role |= action.why_not == Some(WhyNot::RoleNotAllowed);
        }
    }
    if let Some(me) = api.me().filter(|_| all) {
        // Members have nothing but their own.
        let only_own = !api.may(Permission::ReadSessions);
        let may = |verb: Verb| role_may(me.role, verb) || (only_own && is_ending(verb));
        for kind in list.address.with(possible_kinds) {
            for verb in rules(kind).verbs().iter().copied().filter(|verb| may(*verb)) {
                found.entry(place(verb)).or_insert_with(|| new(kind, verb)).name_by(kind);
            }
        }
    }
    // Watching asks one person at a time.
    found.into_values().filter(|choice| choice.verb != Verb::View).collect()
}

/// The kinds that a list can hold.
fn possible_kinds(address: &Address) -> Vec<DeliveryKind> {
    if let Some(kind) = kind_of(address.page) {
        return vec![kind];
    }
    // What cannot be read narrows nothing.
    let filter = Selection::read(&address.selection()).map(|read| read.filter).unwrap_or_default();
    DeliveryKind::ALL.iter().copied().filter(|kind| can_hold(&filter, *kind)).collect()
}

fn can_hold(filter: &Filter, kind: DeliveryKind) -> bool {
    filter.terms.iter().all(|term| match &term.test {
        Test::Is(SessionField::Kind, kinds) => kinds.contains(&Operand::Word(kind.code())) != term.negated,
        Test::Is(SessionField::Status, statuses) if !term.negated => statuses.iter().any(|status| match status {
            Operand::Status(of, status) => of.is_none_or(|of| of == kind) && rules(kind).row(*status).is_some(),
            _ => true,
        }),
        _ => true,
    })
}
