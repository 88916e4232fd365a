//! How many rows a page has.

use deskwarden_types::ErrorCode;

use super::ApiError;

/// Rows of a page, unless told.
const USUAL: u32 = 50;
/// The most rows of a page.
const MOST: u32 = 1000;

/// The number of rows asked for: 1 to 1000, 50 unless told.
pub fn page_limit(asked: Option<u32>) -> Result<u32, ApiError> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(ApiError::new(ErrorCode::InvalidQuery, "A page has 1 to 1000 rows.").with_field("limit")),
    }
}
