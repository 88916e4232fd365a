//! What narrows the list, each as a chip that can be taken away or turned into its opposite.

use chrono::NaiveDate;
use deskwarden_domain::list::{
    Comparison, Operand, Test, ValueKind, WrittenTerm, definition, kind_of, negate_term, remove_term, written_terms,
};
use deskwarden_types::SessionField;
use leptos::prelude::*;

use super::{Find, draft, range};
use crate::{
    format,
    pages::sessions::Address,
    parts::{Icon, icons},
    strings::{self, labels},
    words,
};

/// The chips.
#[component]
pub fn ActiveFilters() -> impl IntoView {
    let find = expect_context::<Find>();
    draft::watch(find);
    let today = range::today_here();
    let chips = move || find.list.address.with(|address| chips(find, address, today));
    view! {
        <div class="chips" role="group" aria-label=strings::active_filters()>
            {chips}
        </div>
    }
    .into_any()
}

fn chips(find: Find, address: &Address, today: Option<NaiveDate>) -> AnyView {
    let query = &address.query;
    let q = query.q.clone().unwrap_or_default();
    let mut chips: Vec<AnyView> = Vec::new();
    for (index, term) in written_terms(&q).into_iter().enumerate() {
        let words = words(&term, address, today);
        chips.push(chip(
            if term.negated { strings::not_filter(&words) } else { words },
            Some(Callback::new(move |()| find.set_q(negate_term(&find.q(), index)))),
            Callback::new(move |()| find.set_q(remove_term(&find.q(), index))),
        ));
    }
    let mut plain = |words: String, take: fn(&mut Address)| {
        chips.push(chip(words, None, Callback::new(move |()| find.change(take))));
    };
    if let Some(text) = &query.contains {
        let field = query.field.map_or(strings::any_field(), |field| address.name_of(field));
        plain(format!("{field}: {}", strings::quoted(text)), |a| {
            a.query.contains = None;
            a.query.field = None;
        });
    }
    if let Some(status) = query.status {
        let words = labels::status_on(kind_of(address.page), status);
        plain(format!("{}: {words}", strings::status()), |a| a.query.status = None);
    }
    if query.host.is_some() {
        plain(strings::one_host().to_owned(), |a| a.query.host = None);
    }
    if query.from.is_some() || query.to.is_some() {
        plain(range::in_words(query.from.as_deref(), query.to.as_deref(), today), |a| {
            a.query.from = None;
            a.query.to = None;
        });
    }
    if chips.is_empty() {
        return ().into_any();
    }
    view! {
        {chips}
        <button type="button" class="button small quiet" on:click=move |_| find.clear()>{strings::clear_all()}</button>
    }
    .into_any()
}

fn chip(words: String, turn: Option<Callback<()>>, remove: Callback<()>) -> AnyView {
    let face = match turn {
        Some(turn) => {
            let tip = strings::negate_filter(&words);
            view! {
                <button type="button" class="chip-words" data-tip=tip.clone() aria-label=tip on:click=move |_| turn.run(())>
                    {words.clone()}
                </button>
            }
            .into_any()
        }
        None => view! { <span class="chip-words">{words.clone()}</span> }.into_any(),
    };
    view! {
        <span class="chip" data-testid="chip">
            {face}
            <button type="button" class="chip-off" aria-label=strings::remove_filter(&words) on:click=move |_| remove.run(())>
                <Icon icon=icons::CLOSE />
            </button>
        </span>
    }
    .into_any()
}

/// A term in words, without its `-`; as it was typed where that says more.
fn words(term: &WrittenTerm, address: &Address, today: Option<NaiveDate>) -> String {
    let typed = term.text.trim_start_matches('-').to_owned();
    match &term.test {
        Ok(Test::Anywhere(text)) => strings::quoted(text),
        Ok(Test::Is(field, operands)) => {
            let mut values: Vec<String> = Vec::new();
            for operand in operands {
                let Some(word) = operand_in_words(*field, operand, address, today) else { return typed };
                if !values.contains(&word) {
                    values.push(word);
                }
            }
            format!("{}: {}", address.name_of(*field), values.join(", "))
        }
        Ok(Test::Contains(field, texts)) => {
            let texts: Vec<String> = texts.iter().map(strings::quoted).collect();
            format!("{}: {}", address.name_of(*field), texts.join(", "))
        }
        Ok(Test::Compare(field, how, bound)) => {
            let Some(bound) = operand_in_words(*field, bound, address, today) else { return typed };
            let sign = match how {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "≤",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => "≥",
            };
            format!("{} {sign} {bound}", address.name_of(*field))
        }
        Err(_) => typed,
    }
}

fn operand_in_words(
    field: SessionField,
    operand: &Operand,
    address: &Address,
    today: Option<NaiveDate>,
) -> Option<String> {
    let known = definition(field);
    Some(match operand {
        Operand::None => strings::empty_value().to_owned(),
        Operand::Me => strings::me_myself().to_owned(),
        Operand::Text(text) => text.clone(),
        Operand::YesNo(yes) => words::yes_or_no(*yes).to_owned(),
        Operand::Status(of, status) => labels::status_on(of.or(kind_of(address.page)), *status).to_owned(),
        Operand::Word(code) if known.kind == ValueKind::Word => strings::t(known.label_of(*code)?).to_owned(),
        Operand::Word(_) => return None,
        Operand::Id(id) => id.to_string(),
        Operand::Network(network) => network.to_string(),
        Operand::Time(time) => range::time_in_words(*time, today),
        Operand::Seconds(seconds) => format::span(*seconds),
    })
}
