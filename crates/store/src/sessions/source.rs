//! Where the fields of lists are kept: domain's table of definitions, as SQL.

use deskwarden_domain::list::{Dictionary, Stored, definition};
use deskwarden_types::{DeliveryKind, SessionField, Status};

use crate::seats::TAKES_A_SEAT;

/// A small table that sessions point into.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shelf {
    /// Its name.
    pub(crate) table: &'static str,
    /// What stands for it in a statement.
    pub(crate) alias: &'static str,
    /// The session's column that points into it.
    pub(crate) key: &'static str,
    /// The index of sessions that begins with that column and ends with the id, where there is one.
    pub(super) index: Option<&'static str>,
    /// Its columns of folded text.
    pub(super) texts: &'static [&'static str],
}

const NAME: &[&str] = &["name_folded"];

/// The words of a session `s` that have no index of their own, as one number, as the index `sessions_words` has it. The
/// migrations say the same.
pub(super) const WORDS: &str = "(CAST(s.terminal AS BIGINT) + 100 * s.access + 10000 * s.source \
    + 1000000 * COALESCE(s.ended_how, 0) + 100000000 * CAST(COALESCE(s.end_reason, 0) AS BIGINT))";

/// The kind and the status of a session `s` as one number, as the index `sessions_kind_status` has it. The migrations say
/// the same.
pub(super) const KIND_STATUS: &str = "(CAST(s.kind AS BIGINT) * 100 + s.status)";

/// A kind and a status as [`KIND_STATUS`] has them.
pub(super) fn kind_status(kind: DeliveryKind, status: Status) -> i64 {
    i64::from(kind.code()) * 100 + i64::from(status.code())
}

/// A column of the session `s`, or its [`WORDS`] or [`KIND_STATUS`].
pub(super) fn of_session(column: &str) -> String {
    if column == WORDS || column == KIND_STATUS { column.to_owned() } else { format!("s.{column}") }
}

/// The table of a dictionary.
pub(crate) const fn shelf(dictionary: Dictionary) -> Shelf {
    let (table, alias, key, index, texts): (_, _, _, _, &[&str]) = match dictionary {
        Dictionary::User => (
            "users",
            "u",
            "user_id",
            Some("sessions_user"),
            &["username_folded", "display_name_folded", "email_folded", "ad_username_folded"],
        ),
        Dictionary::Resource => ("resources", "r", "resource_id", Some("sessions_resource"), NAME),
        Dictionary::Environment => ("environments", "e", "environment_id", Some("sessions_environment"), NAME),
        Dictionary::Provision => ("provisions", "p", "provision_id", Some("sessions_provision"), NAME),
        Dictionary::DeliveryMethod => {
            ("delivery_methods", "dm", "delivery_method_id", Some("sessions_delivery_method"), NAME)
        }
        Dictionary::Device => ("devices", "d", "device_id", Some("sessions_device"), NAME),
        Dictionary::Host => ("hosts", "h", "host_id", Some("sessions_host"), NAME),
        Dictionary::Address => ("addresses", "a", "address_id", Some("sessions_address"), &["text"]),
    };
    Shelf { table, alias, key, index, texts }
}

/// The folded column that stands beside a dictionary's column of text, by its place in [`Shelf::texts`].
pub(crate) fn text_place(dictionary: Dictionary, column: &str) -> Option<usize> {
    let texts = shelf(dictionary).texts;
    let fits = |text: &&str| **text == *column || text.strip_suffix("_folded") == Some(column);
    texts.iter().position(fits).or_else(|| (column == "address").then_some(0))
}

/// The dictionary and its folded column that hold a field's texts.
pub(super) fn dictionary_text(field: SessionField) -> Option<(Dictionary, usize)> {
    match definition(field).stored {
        Stored::Dictionary(dictionary, column) => Some((dictionary, text_place(dictionary, column)?)),
        _ => None,
    }
}

/// The value of a field that is a number, a time, a word or a flag, as an expression over the session `s`; a subquery
/// where it is kept elsewhere.
pub(super) fn plain(field: SessionField) -> Option<String> {
    match definition(field).stored {
        Stored::Session(column) => Some(format!("s.{column}")),
        // no tenant: by the id of a session that is the tenant's.
        Stored::Beat(column) => Some(format!("(SELECT b.{column} FROM session_beats b WHERE b.session_id = s.id)")),
        Stored::Dictionary(dictionary, column) if text_place(dictionary, column).is_none() => {
            let Shelf { table, alias, key, .. } = shelf(dictionary);
            Some(format!("(SELECT {alias}.{column} FROM {table} {alias} WHERE {alias}.id = s.{key})"))
        }
        Stored::Expression if field == SessionField::Seat => Some(TAKES_A_SEAT.to_owned()),
        Stored::Dictionary(..) | Stored::Extra(_) | Stored::Expression => None,
    }
}

/// A text that few sessions have, and many of them the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Extra {
    /// The folded column of `session_extras`.
    pub(super) column: &'static str,
    /// The index of those that have one: it begins with the tenant and this column and ends with the session's id.
    pub(super) index: &'static str,
    /// The text, as an expression over the session `s`.
    pub(super) value: &'static str,
    /// The text as it is written, as an expression over the row `x` of `session_extras`.
    pub(super) written: &'static str,
}

/// The text of a field that few sessions have.
pub(super) fn extra(field: SessionField) -> Option<Extra> {
    match field {
        // no tenant: by the id of a session that is the tenant's.
        SessionField::Version => Some(Extra {
            column: "version_folded",
            index: "session_extras_version",
            value: "(SELECT x.version_folded FROM session_extras x WHERE x.session_id = s.id)",
            written: "x.version",
        }),
        // no tenant: by the id of a session that is the tenant's.
        SessionField::Server => Some(Extra {
            column: "server_folded",
            index: "session_extras_server",
            value: "(SELECT x.server_folded FROM session_extras x WHERE x.session_id = s.id)",
            written: "x.server_product || COALESCE(' ' || x.server_version, '')",
        }),
        _ => None,
    }
}
