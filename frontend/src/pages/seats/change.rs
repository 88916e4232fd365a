//! Changing the number of seats, with a reason.

use deskwarden_types::{NoArgs, Reason, api::*};
use leptos::prelude::*;

use crate::{
    api::use_api,
    format,
    notices::use_notices,
    parts::{ButtonKind, Dialog, DialogForm, Field, Form, whole},
    strings,
};

/// A form for it.
#[component]
pub fn ChangeSeatsDialog(
    /// As it is.
    of: SeatCount,
    /// Called when it was changed.
    #[prop(into)]
    on_done: Callback<()>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let form = Form::new(&["capacity", "reason"]);
    let capacity = RwSignal::new(of.capacity.to_string());
    let reason = RwSignal::new(String::new());
    let typed = move || -> Result<SeatCapacity, (&'static str, String)> {
        let capacity = whole("capacity", capacity)?;
        let reason = reason.get_untracked().parse::<Reason>();
        Ok(SeatCapacity { capacity, reason: reason.map_err(|_| ("reason", strings::reason_bad().to_owned()))? })
    };
    let done = move |count: SeatCount| {
        notices.success(strings::seats_changed(format::number(i64::from(count.capacity))), None, None);
        on_close.run(());
        on_done.run(());
    };
    let submit = move || form.send(typed(), |new| api.call::<ChangeSeats>(NoArgs {}, NoArgs {}, new), done);
    let error = form.error;
    view! {
        <Dialog title=strings::change_seats().to_owned() on_close=on_close>
            <DialogForm form=form verb=strings::save() kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                <p>{strings::change_seats_how()}</p>
                <Field name="capacity" label=strings::seat_capacity() value=capacity kind="number" min=0 max=1_000_000 hint=strings::seat_capacity_hint() error=error first=true />
                <Field name="reason" label=strings::reason() value=reason hint=strings::seats_reason_hint() error=error />
            </DialogForm>
        </Dialog>
    }
    .into_any()
}
