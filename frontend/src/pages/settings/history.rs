//! Asking before history is kept for less long: what is deleted cannot be brought back.

use deskwarden_types::{NoArgs, api::*};
use leptos::prelude::*;

use crate::{
    api::use_api,
    format,
    parts::{ButtonKind, Dialog, DialogForm, Form},
    strings,
};

/// The question, and the settings that are saved when the answer is yes.
#[component]
pub fn ShorterHistory(
    /// As they are to be.
    settings: Settings,
    /// What that would delete.
    preview: HistoryPreview,
    /// Called when they were saved.
    on_saved: Callback<Settings>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new(&[]);
    let submit = move || {
        let call = |settings| api.call::<ChangeSettings>(NoArgs {}, NoArgs {}, settings);
        form.send(Ok(settings.clone()), call, move |saved| on_saved.run(saved));
    };
    view! {
        <Dialog title=strings::shorter_history().to_owned() on_close=on_close>
            <DialogForm form=form verb=strings::shorter_history_verb() kind=ButtonKind::Danger on_submit=submit on_close=on_close>
                <p>{what_goes(&preview)}</p>
                <p>{strings::history_for_good()}</p>
            </DialogForm>
        </Dialog>
    }
    .into_any()
}

/// How many sessions, and which.
fn what_goes(preview: &HistoryPreview) -> String {
    let (total, since) = (preview.sessions, format::full(preview.kept_since));
    let count = usize::try_from(total.count).unwrap_or_default();
    match (count, total.exact) {
        (0, true) => strings::history_deletes_none(since),
        (_, true) => strings::history_deletes(count, since),
        (_, false) => strings::history_deletes_more(count, since),
    }
}
