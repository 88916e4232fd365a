//! Plans: what a verb would do.

use actix_web::web;
use deskwarden_domain::list::Selection;
use deskwarden_store::plans;
use deskwarden_types::{
    ErrorCode,
    api::{MakePlan, NewPlan, Plan, ShowPlan},
};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Makes a plan and keeps it. It is worked out beside the writers, and only kept among them.
pub async fn make(call: Call<MakePlan>, state: web::Data<State>) -> Result<Plan, ApiError> {
    let (viewer, tenant, now) = (call.user()?.viewer(), call.tenant()?, call.now);
    let NewPlan { verb, ids, matching } = call.body;
    let matching = match (ids.is_empty(), matching) {
        (false, Some(_)) => {
            let detail = "Name sessions by ids or by matching, not both.";
            return Err(ApiError::new(ErrorCode::InvalidField, detail).with_field("matching"));
        }
        (_, matching) => matching.as_ref().map(Selection::read).transpose()?,
    };
    let draft = move |scope: &mut deskwarden_store::Scope<'_>| match &matching {
        Some(matching) => plans::draft_matching(scope, &viewer, verb, matching),
        None => plans::draft(scope, &viewer, verb, &ids),
    };
    let draft = state.store.read(tenant, now, draft).await?;
    let keep = move |scope: &mut deskwarden_store::WriteScope<'_>| plans::keep(scope, &viewer, &draft);
    Ok(state.store.write(tenant, now, keep).await?)
}

/// Shows a plan of the caller's, as it was made.
pub async fn show(call: Call<ShowPlan>, state: web::Data<State>) -> Result<Plan, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    Ok(state.store.read(call.tenant()?, call.now, move |scope| plans::find(scope, &viewer, id)).await?)
}
