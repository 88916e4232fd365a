//! The second of two layers of errors.
//!
//! Below (`domain`, `store`) errors know nothing of HTTP and say what is the case. Here each becomes an
//! [`ApiError`]: a stable code, a sentence for the caller, and a cause for the log alone.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use deskwarden_domain::list::FilterError;
use deskwarden_types::{ErrorCode, Problem, SessionId, WhyNot};

use super::request_id;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What a handler answers when it can't do what was asked.
#[derive(Debug)]
pub struct ApiError {
    /// The stable code; decides the status.
    pub code: ErrorCode,
    /// What happened here and what to do next, for the caller.
    pub detail: String,
    /// The field that was refused.
    pub field: Option<String>,
    /// With `invalid_filter`: where in the filter, and what could stand there.
    filter: Option<Box<FilterError>>,
    /// The session that it is about.
    pub session_id: Option<SessionId>,
    /// With `verb_not_allowed`: why.
    pub why_not: Option<WhyNot>,
    /// Seconds to wait, sent as `Retry-After`.
    pub retry_after: Option<u32>,
    /// The methods that the address does take, sent as `Allow`.
    allow: Option<Box<str>>,
    /// For the log; never sent.
    cause: Option<Cause>,
}

impl ApiError {
    /// An error of this code.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            code,
            detail,
            field: None,
            filter: None,
            session_id: None,
            why_not: None,
            retry_after: None,
            allow: None,
            cause: None,
        }
    }

    /// A fault of ours. The caller learns the request id, the log the cause.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        let detail = "The log of the server has the cause under this request's id.";
        Self::new(ErrorCode::Internal, detail).with_cause(cause)
    }

    /// There is no such thing in the caller's tenant.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what} here, or you may not see it."))
    }

    /// The role or the token does not allow it.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, detail)
    }

    /// The path is right, the method is not.
    pub fn method_not_allowed(allow: String) -> Self {
        let error = Self::new(ErrorCode::MethodNotAllowed, format!("This address takes {allow}."));
        Self { allow: Some(allow.into()), ..error }
    }

    /// Names the field that was refused.
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says when to come back, in seconds.
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
        self
    }

    /// Keeps the cause for the log.
    pub fn with_cause(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The answer to this request. Writes the cause to the log.
    pub fn into_response(self, request: &HttpRequest) -> HttpResponse {
        self.log();
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(methods) = self.allow {
            response.insert_header((header::ALLOW, methods.as_ref()));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let mut problem = Problem::new(self.code, self.detail, request_id(request));
        problem.field = self.field;
        if let Some(filter) = self.filter {
            problem.position = u32::try_from(filter.position).ok();
            problem.expected = filter.expected;
        }
        problem.session_id = self.session_id;
        problem.why_not = self.why_not;
        match serde_json::to_vec(&problem) {
            Ok(body) => response.body(body),
            Err(_) => response.finish(),
        }
    }

    fn log(&self) {
        let code = self.code.as_str();
        let cause = self.cause.as_deref().map(chain);
        // No machine is no fault of the server's.
        let is_fault = self.code.status() >= 500 && self.code != ErrorCode::NoHost;
        match (is_fault, cause) {
            (true, Some(cause)) => tracing::error!(code, cause, "failed"),
            (true, None) => tracing::error!(code, "failed"),
            (false, Some(cause)) => tracing::info!(code, cause, "refused"),
            (false, None) => tracing::debug!(code, "refused"),
        }
    }
}

impl From<FilterError> for ApiError {
    fn from(error: FilterError) -> Self {
        let api = Self::new(ErrorCode::InvalidFilter, error.message.to_string()).with_field(error.parameter);
        Self { filter: Some(Box::new(error)), ..api }
    }
}

/// An error with all that it came from, on one line.
fn chain(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
