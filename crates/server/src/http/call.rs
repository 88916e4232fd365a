//! A request to one endpoint, checked and typed.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};
use deskwarden_store::{Actor, agents::AgentIdentity};
use deskwarden_types::{Endpoint, ErrorCode, TenantId, Timestamp};

use super::{ApiError, called_host, client_address};
use crate::{
    auth::{Caller, UserCaller, authenticate},
    http::body::{is_nothing, parse_body, parse_path, parse_query, read_body},
    openapi::Api,
    state::State,
};

/// What a handler of `E` is given: the caller was checked against `E::PERMISSION`, everything is typed.
pub struct Call<E: Endpoint> {
    /// The parameters in the path.
    pub path: E::Path,
    /// The query.
    pub query: E::Query,
    /// The body.
    pub body: E::Body,
    /// Who calls.
    pub caller: Caller,
    /// Where from.
    pub client: Option<IpAddr>,
    /// When the request came.
    pub now: Timestamp,
    request: HttpRequest,
}

impl<E: Endpoint> Call<E> {
    /// The same for a request that becomes something else: its body is left alone.
    pub(super) async fn read_head(state: &State, request: HttpRequest) -> Result<Self, ApiError> {
        let now = state.clock.now();
        let client = client_address(&request, &state.options.trusted_proxies);
        let caller = authenticate(state, &request, E::PERMISSION, E::METHOD, now).await?;
        let path = parse_path::<E::Path>(&request)?;
        let query = parse_query::<E::Query>(request.query_string())?;
        let body = serde_json::from_str("{}").map_err(ApiError::internal)?;
        Ok(Self { path, query, body, caller, client, now, request })
    }

    /// Checks the caller first: who may not call learns nothing of what is wrong with the rest.
    pub(super) async fn read(state: &State, request: HttpRequest, mut payload: web::Payload) -> Result<Self, ApiError> {
        let now = state.clock.now();
        let client = client_address(&request, &state.options.trusted_proxies);
        let caller = authenticate(state, &request, E::PERMISSION, E::METHOD, now).await?;
        let path = parse_path::<E::Path>(&request)?;
        let query = parse_query::<E::Query>(request.query_string())?;
        let bytes = read_body(&request, &mut payload).await?;
        let body = match is_nothing::<E::Body>() && bytes.is_empty() {
            true => serde_json::from_str("{}").map_err(ApiError::internal)?,
            false => parse_body::<E::Body>(Api::of(E::PATH), &request, &bytes)?,
        };
        Ok(Self { path, query, body, caller, client, now, request })
    }

    /// The caller's tenant. Public endpoints have none.
    pub fn tenant(&self) -> Result<TenantId, ApiError> {
        self.caller.tenant().ok_or_else(|| ApiError::internal("a public endpoint asked for the caller's tenant"))
    }

    /// The caller, who is a user.
    pub fn user(&self) -> Result<&UserCaller, ApiError> {
        match &self.caller {
            Caller::User(user) => Ok(user),
            Caller::Anonymous | Caller::Agent(_) => Err(ApiError::internal("the caller is no user")),
        }
    }

    /// The caller, who is an agent.
    pub fn agent(&self) -> Result<&AgentIdentity, ApiError> {
        match &self.caller {
            Caller::Agent(agent) => Ok(agent),
            Caller::Anonymous | Caller::User(_) => Err(ApiError::internal("the caller is no agent")),
        }
    }

    /// The caller, as the audit log and timelines name it.
    pub fn actor(&self) -> Result<Actor, ApiError> {
        match &self.caller {
            Caller::User(user) => Ok(user.actor()),
            Caller::Agent(agent) => Ok(Actor::agent(&agent.host_name)),
            Caller::Anonymous => Err(ApiError::internal("a public endpoint asked for the caller's name")),
        }
    }

    /// A header without which the request would mean something else: what is no text, or there twice, is refused.
    pub fn exact_header(&self, name: &'static str) -> Result<Option<&str>, ApiError> {
        let refused = |detail: &str| ApiError::new(ErrorCode::InvalidField, detail).with_field(name);
        let mut values = self.request.headers().get_all(name);
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(refused(&format!("{name} is there more than once.")));
        }
        let text = value.to_str();
        text.map(Some).map_err(|_| refused(&format!("{name} may have visible ASCII characters and spaces only.")))
    }

    /// A header's text, unless it is no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.request.cookie(name).map(|cookie| cookie.value().to_owned())
    }

    /// The scheme, host and port by which the caller called this server.
    pub fn own_address(&self, state: &State) -> String {
        match &state.options.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => {
                let scheme = if state.options.is_secure() { "https" } else { "http" };
                let host = called_host(&self.request, &state.options.trusted_proxies);
                format!("{scheme}://{}", host.unwrap_or_else(|| "localhost".to_owned()))
            }
        }
    }
}
