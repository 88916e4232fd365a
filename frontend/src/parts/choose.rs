//! Choosing from what there is.

use leptos::prelude::*;

use super::{Form, complaint_of};
use crate::strings;

/// A choice: what stands for it, and what it is called.
pub type Choice = (String, String);

/// Above this many there is a box to narrow the list down.
const MANY: usize = 8;

/// One of several, with its label. An empty value is no choice.
#[component]
pub fn Choose(
    /// Its name in the API; also its id in the page.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What is chosen.
    value: RwSignal<String>,
    /// What there is.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The form that complains.
    form: Form,
    /// What stands below it.
    #[prop(optional, into)]
    hint: Signal<Option<&'static str>>,
    /// Whether it stays as it is.
    #[prop(optional)]
    fixed: bool,
) -> impl IntoView {
    let about = format!("{name}-about");
    let options = move || {
        let chosen = value.get();
        let option = |(of, text): Choice| {
            let selected = of == chosen;
            view! { <option value=of selected=selected>{text}</option> }
        };
        choices.get().into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select
                id=name
                class="select wide"
                disabled=fixed
                aria-describedby=about.clone()
                aria-invalid=move || form.complaint(name).is_some().to_string()
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options}
            </select>
            <p id=about class="field-about">
                {complaint_of(form, name)}
                {move || form.complaint(name).is_none().then(|| hint.get())}
            </p>
        </div>
    }
    .into_any()
}

/// Any of several, with boxes to tick.
#[component]
pub fn ChooseSeveral(
    /// Its name in the API; also its id in the page.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What is chosen, by value.
    chosen: RwSignal<Vec<String>>,
    /// What there is.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The form that complains.
    form: Form,
    /// What stands there when there is nothing to choose from.
    none: &'static str,
) -> impl IntoView {
    let narrow = RwSignal::new(String::new());
    let many = Memo::new(move |_| choices.with(|all| all.len() > MANY));
    let boxes = move || {
        let typed = narrow.get().trim().to_owned();
        let fits = |(_, text): &Choice| typed.is_empty() || contains(text, &typed);
        choices.get().into_iter().filter(fits).map(|choice| tick(chosen, choice)).collect_view()
    };
    view! {
        <fieldset class="field">
            <legend>{label} <span class="count">{move || chosen.with(|c| strings::chosen(c.len()))}</span></legend>
            {move || many.get().then(|| view! {
                <input
                    id=name
                    type="search"
                    aria-label=strings::narrow(label)
                    placeholder=strings::narrow_how()
                    prop:value=move || narrow.get()
                    on:input=move |event| narrow.set(event_target_value(&event))
                />
            })}
            <div class="several" tabindex="0" role="group" aria-label=label>{boxes}</div>
            {move || choices.with(Vec::is_empty).then(|| view! { <p class="field-about">{none}</p> })}
            {complaint_of(form, name)}
        </fieldset>
    }
    .into_any()
}

fn tick(chosen: RwSignal<Vec<String>>, (value, text): Choice) -> AnyView {
    let (of, for_change) = (value.clone(), value);
    let change = move |event| {
        let on = event_target_checked(&event);
        chosen.update(|list| {
            list.retain(|other| *other != for_change);
            if on {
                list.push(for_change.clone());
            }
        });
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || chosen.with(|list| list.contains(&of)) on:change=change />
            {text}
        </label>
    }
    .into_any()
}

/// Whether one text is in the other, in the browser's way of telling letters apart.
fn contains(text: &str, part: &str) -> bool {
    let small = |text: &str| String::from(js_sys::JsString::from(text).to_lower_case());
    small(text).contains(&small(part))
}
