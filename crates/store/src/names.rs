//! Codes to words, and the small dictionaries by name.

use crate::{Result, StoreError};

/// An enumeration that the database holds as a number.
pub trait Word: Sized {
    /// The word with this number.
    fn from_code(code: i16) -> Option<Self>;
}

macro_rules! words {
    ($($name:ident),+ $(,)?) => {$(
        impl Word for deskwarden_types::$name {
            fn from_code(code: i16) -> Option<Self> { Self::from_code(code) }
        }
    )+};
}

words!(
    Access,
    ActorKind,
    AuditAction,
    BulkState,
    CommandOutcome,
    CommandState,
    ConsentState,
    DeliveryKind,
    EndReason,
    EndedHow,
    EventKind,
    ExportFormat,
    ExportState,
    LicenceKind,
    ListPage,
    Phase,
    Role,
    Source,
    Status,
    StreamReach,
    Terminal,
    Verb,
    ViewReach,
);

/// The word with this number.
pub fn word<T: Word>(code: i16) -> Result<T> {
    T::from_code(code).ok_or_else(|| StoreError::Corrupt(format!("{} {code}", std::any::type_name::<T>())))
}

/// The word with this number, where there is one.
pub fn optional_word<T: Word>(code: Option<i16>) -> Result<Option<T>> {
    code.map(word).transpose()
}
