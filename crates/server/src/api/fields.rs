//! The fields of sessions, and values that occur.

use actix_web::web;
use deskwarden_domain::list::{DEFINITIONS, Definition, LONGEST_CONTAINS, Sorting, ValueKind, definition, sort_key};
use deskwarden_store::{Scope, sessions, tenants};
use deskwarden_types::{
    ErrorCode, SessionField,
    api::{FieldInfo, FieldList, FieldValue, FieldValues, ListFields, ListValues},
};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// The most values of one answer.
const MOST: u32 = 50;
/// Values of an answer, unless told.
const USUAL: u32 = 10;

/// Lists the fields, as the one table has them. What the tenant hides orders no list and is no column.
pub async fn list(call: Call<ListFields>, state: web::Data<State>) -> Result<FieldList, ApiError> {
    let tenant = state.store.read(call.tenant()?, call.now, tenants::brief).await?;
    let is_hidden = |field| field == SessionField::AdUsername && !tenant.show_ad_username;
    Ok(FieldList { items: DEFINITIONS.iter().map(|one| info(one, is_hidden(one.field))).collect() })
}

fn info(one: &Definition, is_hidden: bool) -> FieldInfo {
    let key = sort_key(one.field).map(|(key, _)| definition(key).sorting);
    FieldInfo {
        field: one.field,
        label: one.label.to_owned(),
        description: one.tip.to_owned(),
        values: Some(one.takes()),
        words: one.words().into_iter().map(|(word, _)| word.to_owned()).collect(),
        aliases: one.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        sortable: key.is_some() && !is_hidden,
        indexed: key == Some(Sorting::Indexed),
        column: one.column && !is_hidden,
    }
}

/// Lists values that occur. Members get their own.
pub async fn values(call: Call<ListValues>, state: web::Data<State>) -> Result<FieldValues, ApiError> {
    let refused = |field: &str, detail: String| Err(ApiError::new(ErrorCode::InvalidQuery, detail).with_field(field));
    let wrong = |field: &str, detail: &str| refused(field, detail.to_owned());
    let viewer = call.user()?.viewer();
    let limit = match call.query.limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => limit,
        _ => return wrong("limit", "Ask for 1 to 50 values."),
    };
    let (field, text) = (call.query.field, call.query.contains.clone().unwrap_or_default());
    let what = match definition(field).kind {
        ValueKind::Text | ValueKind::Address => None,
        ValueKind::Word => Some("its words are"),
        ValueKind::Id | ValueKind::Time | ValueKind::Duration | ValueKind::YesNo => Some("what it takes is"),
    };
    if let Some(what) = what {
        return refused("field", format!("{field} has no names; {what} in GET /api/v1/sessions/fields."));
    }
    if text.chars().count() > LONGEST_CONTAINS {
        return wrong("contains", "A search has at most 200 characters.");
    }
    if text.contains('\0') {
        return wrong("contains", "A search has no zero bytes.");
    }
    let read = move |scope: &mut Scope<'_>| sessions::values(scope, &viewer, field, &text, limit);
    let values = state.store.read(call.tenant()?, call.now, read).await?;
    Ok(FieldValues { items: values.into_iter().map(|value| FieldValue { value, hint: None }).collect() })
}
