//! Fields of forms.

use leptos::{html, prelude::*};

use super::spoken;
use crate::browser;

/// A field's complaint: which field, and what is wrong with it.
pub type FieldError = Option<(&'static str, String)>;

/// One line of text to type, with its label, hint and complaint.
#[component]
pub fn Field(
    /// Its name in the API; also its id in the page.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// The type of input: `text` unless told.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What stands below it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The form's complaint; shown here when it is about this field.
    #[prop(optional, into)]
    error: Signal<FieldError>,
    /// The least number.
    #[prop(optional)]
    min: Option<u32>,
    /// The greatest number.
    #[prop(optional)]
    max: Option<u32>,
    /// Whether it has the focus first.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let complaint = move || error.get().filter(|(of, _)| *of == name).map(|(_, text)| text);
    let about = format!("{name}-about");
    // The browser heeds `autofocus` once in a page.
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = node.get().filter(|_| first) {
            browser::focus(&field);
        }
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                node_ref=node
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                autofocus=first
                min=min
                max=max
                aria-describedby=about.clone()
                aria-invalid=move || complaint().is_some().to_string()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p id=about class="field-about">
                {move || match complaint() {
                    Some(text) => view! { <span class="field-error" role="alert">{spoken(text)}</span> }.into_any(),
                    None => hint.into_any(),
                }}
            </p>
        </div>
    }
    .into_any()
}
