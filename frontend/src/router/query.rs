//! The parameters of an address.

use web_sys::UrlSearchParams;

/// The parameters, each looked up when it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// From what stands behind the path, with its `?`.
    pub fn of(search: String) -> Self {
        Self(search)
    }

    /// The value of this name, decoded; the first, if there are several.
    pub fn get(&self, name: &str) -> Option<String> {
        UrlSearchParams::new_with_str(&self.0).ok()?.get(name)
    }
}
