//! The dialog *Select Range* (000): what is exported, and how.

use deskwarden_types::{
    ExportFormat,
    api::{NewExport, SessionSelection},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{Find, download, export_columns::Columns, range::Range};
use crate::{
    api::use_api,
    notices::use_notices,
    pages::sessions::Address,
    parts::{Act, ButtonKind, Dialog, spoken},
    strings,
};

/// The dialog.
#[component]
pub fn ExportDialog() -> impl IntoView {
    let find = expect_context::<Find>();
    let (api, notices) = (use_api(), use_notices());
    let range = Range::new();
    let address = find.list.address.get_untracked();
    range.read(address.query.from.clone(), address.query.to.clone());
    let narrowed = address.is_filtered();
    let columns = Columns::of(&address, find.list.ad_username.get_untracked());
    let format = RwSignal::new(ExportFormat::Csv);
    let (bom, filtered) = (RwSignal::new(false), RwSignal::new(narrowed));
    let (failure, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let close = move || find.exporting.set(false);
    let page = address.page;
    let address = StoredValue::new(address);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some((from, to)) = range.parameters().filter(|_| !busy.get_untracked()) else { return };
        let columns = columns.chosen();
        if columns.is_empty() {
            return failure.set(Some(strings::export_none().to_owned()));
        }
        let selection = address.with_value(|a| selection(a, filtered.get_untracked(), from, to));
        let format = format.get_untracked();
        let body = NewExport {
            selection,
            columns,
            format,
            page: Some(page),
            bom: bom.get_untracked() && format == ExportFormat::Csv,
        };
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match download::start(api, notices, body).await {
                Ok(()) => close(),
                Err(text) => {
                    let _ = failure.try_set(Some(text));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    let of_filter = if narrowed {
        check(strings::export_filter(), filtered).into_any()
    } else {
        view! { <p class="quiet">{strings::export_unfiltered()}</p> }.into_any()
    };
    let formats = [(ExportFormat::Csv, strings::format_csv()), (ExportFormat::Jsonl, strings::format_jsonl())]
        .map(|(of, words)| view! { <option value=of.as_str()>{words}</option> })
        .into_iter()
        .collect_view();
    view! {
        <Dialog title=strings::select_range().to_owned() on_close=close>
            <form class="dialog-form" novalidate on:submit=submit>
                <div class="dialog-body range">
                    {range.fields(Callback::new(move |days| range.fill(days)))}
                    <p class="quiet">{strings::export_all_time()}</p>
                    {of_filter}
                    <div class="field">
                        <label for="export-format">{strings::format()}</label>
                        <select
                            id="export-format"
                            class="select wide"
                            on:change=move |event| format.set(event_target_value(&event).parse().unwrap_or(ExportFormat::Csv))
                        >
                            {formats}
                        </select>
                    </div>
                    {move || (format.get() == ExportFormat::Csv).then(|| check(strings::export_bom(), bom))}
                    {columns.list()}
                    {move || failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })}
                </div>
                <footer class="dialog-foot">
                    <Act on_click=close>{strings::cancel()}</Act>
                    <Act kind=ButtonKind::Primary form="submit" busy=busy>{strings::apply()}</Act>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

/// What is exported: the list with the range in place of its own, or all that the page has in the range.
fn selection(address: &Address, filtered: bool, from: Option<String>, to: Option<String>) -> SessionSelection {
    let of_list = address.selection();
    if filtered {
        return SessionSelection { from, to, ..of_list };
    }
    SessionSelection { kind: of_list.kind, from, to, ..SessionSelection::default() }
}

fn check(label: &'static str, on: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || on.get() on:change=move |event| on.set(event_target_checked(&event)) />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
