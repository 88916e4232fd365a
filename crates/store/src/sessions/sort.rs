//! The orders that a list can have.

use deskwarden_types::Status;

use crate::Conn;

/// What a list is sorted by. Equal values are ordered by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sort {
    /// The key.
    pub key: SortKey,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Default for Sort {
    /// Newest first (000).
    fn default() -> Self {
        Self { key: SortKey::Id, descending: true }
    }
}

macro_rules! keys {
    ($($(#[$meta:meta])* $variant:ident $word:literal,)+) => {
        /// A sort key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum SortKey { $($(#[$meta])* $variant,)+ }

        impl SortKey {
            /// Every key.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The key's word in `sort=`.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
        }
    };
}

keys! {
    /// The session's id.
    Id "id",
    /// When it was made.
    StartedAt "started_at",
    /// The account's name.
    Username "username",
    /// The person's name.
    Name "name",
    /// The user's email.
    Email "email",
    /// The app's name.
    App "app",
    /// The status, by its word.
    Status "status",
    /// When it was over; open ones count as last.
    EndedAt "ended_at",
    /// Until when it may be used; those without an end count as last.
    ValidUntil "valid_until",
}

impl std::str::FromStr for Sort {
    type Err = ();

    /// Reads `key` or `-key`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (word, descending) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text, false),
        };
        let key = SortKey::ALL.iter().copied().find(|key| key.as_str() == word).ok_or(())?;
        Ok(Self { key, descending })
    }
}

impl SortKey {
    /// Whether the key is compared as text.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Username | Self::Name | Self::Email | Self::App)
    }

    /// The expression that is compared.
    pub(super) fn sql(self, conn: &Conn) -> String {
        match self {
            Self::Id => "s.id".to_owned(),
            Self::StartedAt => "s.started_at".to_owned(),
            Self::Username => fold(conn, "u.username"),
            Self::Name => fold(conn, "u.display_name"),
            Self::Email => fold(conn, "u.email"),
            Self::App => fold(conn, "r.name"),
            Self::Status => by_word(),
            Self::EndedAt => "COALESCE(s.ended_at, 253402300799999)".to_owned(),
            Self::ValidUntil => "COALESCE(s.valid_until, 253402300799999)".to_owned(),
        }
    }
}

/// Folds ASCII case, the same way on both databases.
pub(super) fn fold(conn: &Conn, column: &str) -> String {
    match conn {
        Conn::Sqlite(_) => format!("lower({column})"),
        Conn::Postgres(_) => format!("lower({column} COLLATE \"C\")"),
    }
}

/// Statuses by their words' order in the alphabet.
fn by_word() -> String {
    let mut words: Vec<_> = Status::ALL.to_vec();
    words.sort_by_key(|status| status.as_str());
    let cases: String =
        words.iter().enumerate().map(|(rank, status)| format!(" WHEN {} THEN {rank}", status.code())).collect();
    // The cast keeps PostgreSQL from making an INTEGER of it.
    format!("CAST(CASE s.status{cases} ELSE 99 END AS BIGINT)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_both_ways() {
        for key in SortKey::ALL.iter().copied() {
            assert_eq!(key.as_str().parse(), Ok(Sort { key, descending: false }));
            assert_eq!(format!("-{}", key.as_str()).parse(), Ok(Sort { key, descending: true }));
        }
        for bad in ["", "-", "--id", "ID", "duration", "id desc"] {
            assert_eq!(bad.parse::<Sort>(), Err(()), "{bad:?}");
        }
    }
}
