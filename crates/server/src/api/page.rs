//! Pages of plain lists: those that go one way, by a key that the cursor holds.

use deskwarden_types::api::{Page, PageQuery, Total};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    http::{ApiError, page_limit},
    state::State,
};

/// Where a page begins, and how many rows came before it.
#[derive(Serialize, serde::Deserialize)]
struct Place<K> {
    after: K,
    seen: i64,
}

/// What is asked for.
pub struct Asked<K> {
    /// The list's name, which its cursors carry.
    list: &'static str,
    /// The last row before this page.
    pub after: Option<K>,
    seen: i64,
    limit: u32,
}

impl<K: Serialize + DeserializeOwned> Asked<K> {
    /// Reads the parameters of a plain list.
    pub fn read(state: &State, list: &'static str, query: &PageQuery) -> Result<Self, ApiError> {
        let limit = page_limit(query.limit)?;
        let place: Option<Place<K>> = query.cursor.as_deref().map(|text| state.cursors.read(list, text)).transpose()?;
        let (after, seen) = place.map_or((None, 0), |place| (Some(place.after), place.seen));
        Ok(Self { list, after, seen, limit })
    }

    /// How many rows to ask the store for: one more than are shown, to know whether there are more.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Makes the page. `count`: how many there are, where that is known.
    pub fn page<T>(
        &self,
        state: &State,
        mut items: Vec<T>,
        key: impl FnOnce(&T) -> K,
        count: Option<i64>,
        revision: i64,
    ) -> Result<Page<T>, ApiError> {
        let has_more = items.len() > self.limit as usize;
        items.truncate(self.limit as usize);
        let seen = self.seen + i64::try_from(items.len()).unwrap_or(i64::MAX);
        let next = match items.last().filter(|_| has_more) {
            Some(last) => Some(state.cursors.write(self.list, &Place { after: key(last), seen })?),
            None => None,
        };
        let total = match count {
            Some(count) => Total { count, exact: true },
            // At least the next one more.
            None => Total { count: seen + i64::from(has_more), exact: !has_more },
        };
        Ok(Page { items, next, prev: None, total, revision })
    }
}
