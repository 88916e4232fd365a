//! The fields of sessions, and values that occur.

use actix_web::web;
use deskwarden_domain::list::{DEFINITIONS, Definition, LONGEST_CONTAINS, Sorting};
use deskwarden_store::{Scope, sessions};
use deskwarden_types::{
    ErrorCode,
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

/// Lists the fields, as the one table has them.
pub async fn list(_: Call<ListFields>, _: web::Data<State>) -> Result<FieldList, ApiError> {
    Ok(FieldList { items: DEFINITIONS.iter().map(info).collect() })
}

fn info(definition: &Definition) -> FieldInfo {
    FieldInfo {
        field: definition.field,
        label: definition.label.to_owned(),
        description: definition.tip.to_owned(),
        values: Some(definition.kind.in_words().to_owned()),
        words: definition.words().into_iter().map(|(word, _)| word.to_owned()).collect(),
        aliases: definition.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        sortable: definition.sorting != Sorting::No,
        indexed: definition.sorting == Sorting::Indexed,
        column: definition.column,
    }
}

/// Lists values that occur. Members get their own.
pub async fn values(call: Call<ListValues>, state: web::Data<State>) -> Result<FieldValues, ApiError> {
    let wrong = |field: &str, detail: &str| Err(ApiError::new(ErrorCode::InvalidQuery, detail).with_field(field));
    let viewer = call.user()?.viewer();
    let limit = match call.query.limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => limit,
        _ => return wrong("limit", "Ask for 1 to 50 values."),
    };
    let (field, text) = (call.query.field, call.query.contains.clone().unwrap_or_default());
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
