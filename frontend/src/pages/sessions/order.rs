//! The order of the list in words.

use deskwarden_domain::list::{SortKey, definition};

use super::{Address, columns};
use crate::strings::{self, labels};

/// What a screen reader is told of it: `Sorted by Start time, descending.`
pub fn in_words(address: &Address) -> String {
    let offered = columns::offered(address, true);
    let name = |key: &SortKey| {
        let own = offered.iter().find(|column| column.field == key.field);
        let label = own.map_or_else(|| labels::field(definition(key.field)).0, labels::column_label);
        if key.descending { strings::sorted_down(label) } else { strings::sorted_up(label) }
    };
    strings::sorted_by(address.sort().iter().map(name).collect::<Vec<_>>().join("; "))
}
