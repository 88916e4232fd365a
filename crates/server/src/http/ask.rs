//! A request whose caller is looked up together with what he asks for.

use actix_web::{HttpRequest, web};
use deskwarden_store::{Scope, StoreError};
use deskwarden_types::{Endpoint, NoArgs, NoBody, Timestamp};

use super::{
    ApiError,
    body::{parse_body, parse_query, read_body},
};
use crate::{
    auth::{Shown, UserCaller},
    openapi::Api,
    state::State,
};

/// A question to one endpoint of `E`, typed, by somebody who has yet to be looked up: on the connection that answers him.
pub struct Ask<E: Endpoint> {
    /// The query.
    pub query: E::Query,
    /// When the request came.
    pub now: Timestamp,
    shown: Shown,
    request: HttpRequest,
}

impl<E: Endpoint<Path = NoArgs, Body = NoBody>> Ask<E> {
    /// Who may not ask learns nothing of what is wrong with his question.
    pub(super) async fn read(state: &State, request: HttpRequest, mut payload: web::Payload) -> Result<Self, ApiError> {
        let now = state.clock.now();
        let shown = Shown::read(state, &request, E::PERMISSION, E::METHOD, now)?;
        let query = async {
            let query = parse_query::<E::Query>(request.query_string())?;
            let bytes = read_body(&request, &mut payload).await?;
            if !bytes.is_empty() {
                parse_body::<NoBody>(Api::of(E::PATH), &request, &bytes)?;
            }
            Ok(query)
        };
        let query = told(state, shown, query.await).await?;
        Ok(Self { query, now, shown, request })
    }

    /// What came of reading the question. What is wrong with it is told to whoever may ask.
    pub async fn understood<T>(&self, state: &State, read: Result<T, ApiError>) -> Result<T, ApiError> {
        told(state, self.shown, read).await
    }

    /// Looks the caller up alone.
    pub async fn caller(&self, state: &State) -> Result<UserCaller, ApiError> {
        self.shown.caller(state).await
    }

    /// Looks the caller up, and for him.
    pub async fn look<T: Send + 'static>(
        &self,
        state: &State,
        work: impl FnOnce(&mut Scope<'_>, &UserCaller) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.shown.look(state, work).await
    }

    /// A header's text, unless it is no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }
}

async fn told<T>(state: &State, shown: Shown, read: Result<T, ApiError>) -> Result<T, ApiError> {
    if read.is_err() {
        shown.caller(state).await?;
    }
    read
}
