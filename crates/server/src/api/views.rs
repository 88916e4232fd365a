//! Saved views.

use actix_web::web;
use deskwarden_domain::list::{Selection, Sort, definition};
use deskwarden_store::views;
use deskwarden_types::{
    ErrorCode, NoBody,
    api::{ChangeView, CreateView, ListViews, NewView, RemoveView, View, ViewList},
};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// The widths that a column can have, in pixels.
const WIDTHS: std::ops::RangeInclusive<u16> = 40..=1000;

/// Lists the caller's views and those that others share.
pub async fn list(call: Call<ListViews>, state: web::Data<State>) -> Result<ViewList, ApiError> {
    let viewer = call.user()?.viewer();
    let items = state.store.read(call.tenant()?, call.now, move |scope| views::list(scope, &viewer)).await?;
    Ok(ViewList { items })
}

/// Saves a view.
pub async fn create(call: Call<CreateView>, state: web::Data<State>) -> Result<View, ApiError> {
    let (actor, viewer, tenant) = (call.actor()?, call.user()?.viewer(), call.tenant()?);
    let new = check(call.body)?;
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| views::create(scope, &actor, &viewer, &new);
    Ok(state.store.write(tenant, call.now, create).await?)
}

/// Changes a view.
pub async fn change(call: Call<ChangeView>, state: web::Data<State>) -> Result<View, ApiError> {
    let (actor, viewer, tenant, id) = (call.actor()?, call.user()?.viewer(), call.tenant()?, call.path.id);
    let (version, new) = (call.query.version, check(call.body)?);
    let change = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        views::change(scope, &actor, &viewer, id, &new, version.as_deref())
    };
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Removes a view.
pub async fn remove(call: Call<RemoveView>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, viewer, tenant, id) = (call.actor()?, call.user()?.viewer(), call.tenant()?, call.path.id);
    let remove = move |scope: &mut deskwarden_store::WriteScope<'_>| views::remove(scope, &actor, &viewer, id);
    state.store.write(tenant, call.now, remove).await?;
    Ok(NoBody {})
}

/// Checks what a view names; its order is kept as it is written everywhere.
fn check(mut new: NewView) -> Result<NewView, ApiError> {
    Selection::read(&new.selection)?;
    if let Some(text) = &new.sort {
        let wrong = |error: deskwarden_domain::list::BadSort| {
            ApiError::new(ErrorCode::InvalidField, format!("Wrong order: {error}.")).with_field("sort")
        };
        new.sort = Some(text.parse::<Sort>().map_err(wrong)?.to_string());
    }
    let wrong = |detail: String| Err(ApiError::new(ErrorCode::InvalidField, detail).with_field("columns"));
    for (place, column) in new.columns.iter().enumerate() {
        let field = column.field;
        if !definition(field).column {
            return wrong(format!("{field} is no column."));
        }
        if new.columns.iter().take(place).any(|before| before.field == field) {
            return wrong(format!("{field} is there twice."));
        }
        if column.width.is_some_and(|width| !WIDTHS.contains(&width)) {
            return wrong(format!("A column is {} to {} pixels wide; {field} is not.", WIDTHS.start(), WIDTHS.end()));
        }
    }
    Ok(new)
}
