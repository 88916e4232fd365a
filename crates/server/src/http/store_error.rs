//! Which error of the store is which answer.

use deskwarden_store::StoreError;
use deskwarden_types::ErrorCode;

use super::{ApiError, body::sentence};

/// When what is too much at once may be asked for again, in seconds.
const LATER: u64 = 10;

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => {
                let mut api = ApiError::new(refusal.code, sentence(&refusal.detail));
                api.field = refusal.field.map(str::to_owned);
                api.session_id = refusal.session_id;
                api.why_not = refusal.why_not;
                if api.code == ErrorCode::TooManyRequests { api.with_retry_after(LATER) } else { api }
            }
            StoreError::Busy => ApiError::new(ErrorCode::Busy, "Nothing was changed.").with_retry_after(1),
            StoreError::Full => ApiError::new(ErrorCode::StorageFull, "Free some space, then try again."),
            StoreError::Unavailable(_) | StoreError::Closed => {
                let detail = "Try again; the server's log says more.";
                ApiError::new(ErrorCode::StorageUnavailable, detail).with_retry_after(2).with_cause(error)
            }
            StoreError::Database(_) | StoreError::Corrupt(_) => ApiError::internal(error),
        }
    }
}
