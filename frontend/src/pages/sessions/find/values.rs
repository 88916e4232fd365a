//! Values that occur in the tenant, for suggestions and choices.

use std::time::Duration;

use deskwarden_types::{
    NoArgs, NoBody, SessionField,
    api::{FieldValue, ListValues, ValueQuery},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{api::Api, browser};

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(120);
/// How many are shown.
pub const MOST: usize = 20;
/// The longest text to look for.
const LONGEST: usize = 200;

/// The values of a field that contain what is asked for; those of an earlier question until the answer comes.
#[derive(Clone, Copy)]
pub struct Values {
    /// The values, the likeliest first.
    pub items: RwSignal<Vec<FieldValue>>,
    /// The field they are of.
    pub field: RwSignal<Option<SessionField>>,
    /// Whether there are more than these.
    pub more: RwSignal<bool>,
    /// Whether they could not be loaded.
    pub failed: RwSignal<bool>,
    turn: StoredValue<u32>,
}

impl Values {
    /// Follows the question; without one there are none.
    pub fn follow(api: Api, asked: Memo<Option<(SessionField, String)>>) -> Self {
        let values = Self {
            items: RwSignal::default(),
            field: RwSignal::new(None),
            more: RwSignal::new(false),
            failed: RwSignal::new(false),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            let turn = values.turn.get_value() + 1;
            values.turn.set_value(turn);
            let Some((field, text)) = asked.get() else {
                return values.items.set(Vec::new());
            };
            spawn_local(async move {
                browser::sleep(REST).await;
                if values.turn.try_get_value() == Some(turn) {
                    values.load(api, turn, field, &text).await;
                }
            });
        });
        values
    }

    async fn load(self, api: Api, turn: u32, field: SessionField, text: &str) {
        let contains: String = text.trim().chars().take(LONGEST).collect();
        // One more than is shown tells that there are more.
        let limit = Some(MOST as u32 + 1);
        let query = ValueQuery { field, contains: Some(contains).filter(|text| !text.is_empty()), limit };
        let answer = api.call::<ListValues>(NoArgs {}, query, NoBody {}).await;
        // Another question may have come meanwhile.
        if self.turn.try_get_value() != Some(turn) {
            return;
        }
        self.failed.set(answer.is_err());
        self.field.set(Some(field));
        let mut items = answer.map(|found| found.items).unwrap_or_default();
        self.more.set(items.len() > MOST);
        items.truncate(MOST);
        self.items.set(items);
    }
}
