//! What the statuses of screens are called, kind by kind.

use deskwarden_types::{DeliveryKind, EndReason, Status};

/// How a session came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// Its user closed the app, or logged out.
    Left,
    /// An admin ended it.
    Killed,
    /// An admin ended the connection, and nobody else was connected.
    Ended,
    /// An admin took the right to it away.
    Expired,
    /// Its time was over.
    TimeOver,
    /// Nobody came back to it.
    Abandoned,
    /// It fell over.
    Broken,
    /// It was gone when the agent came back.
    Lost,
    /// The host was started anew.
    HostWentDown,
    /// It never started.
    NotStarted,
}

impl How {
    /// Why, in the contract's words.
    pub(crate) fn reason(self) -> EndReason {
        match self {
            Self::Left => EndReason::Logout,
            Self::Killed => EndReason::AdminKill,
            Self::Ended => EndReason::AdminEnd,
            Self::Expired => EndReason::AdminExpire,
            Self::TimeOver => EndReason::Expired,
            Self::Abandoned => EndReason::IdleTimeout,
            Self::Broken => EndReason::ClientError,
            Self::Lost => EndReason::Lost,
            Self::HostWentDown => EndReason::HostShutdown,
            Self::NotStarted => EndReason::LaunchFailed,
        }
    }
}

/// While nobody has it open.
pub(crate) fn at_rest(kind: DeliveryKind) -> Status {
    if kind == DeliveryKind::CloudDelivery { Status::Active } else { Status::Disconnected }
}

/// While its user has it open.
pub(crate) fn in_use(kind: DeliveryKind) -> Status {
    if kind == DeliveryKind::CloudDesktop { Status::Connected } else { Status::Active }
}

/// Once it has ended.
pub(crate) fn over(kind: DeliveryKind, how: How) -> Status {
    let fault = matches!(how, How::Broken | How::Lost | How::HostWentDown | How::NotStarted);
    match kind {
        DeliveryKind::AppStream if how == How::Killed => Status::Killed,
        DeliveryKind::AppStream | DeliveryKind::CloudDelivery if fault => Status::Error,
        DeliveryKind::AppStream | DeliveryKind::RemoteAccess => Status::Ended,
        DeliveryKind::CloudDelivery => Status::Expired,
        DeliveryKind::CloudDesktop => Status::Closed,
        DeliveryKind::ManagedApp => Status::Removed,
    }
}

/// Whether nothing can follow. An error of a cloud delivery is not the end: it can still be expired (001).
pub(crate) fn is_final(kind: DeliveryKind, status: Status) -> bool {
    match status {
        Status::Ended | Status::Killed | Status::Closed | Status::Expired | Status::Removed => true,
        Status::Error => kind != DeliveryKind::CloudDelivery,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_told_in_the_words_of_the_kind() {
        use DeliveryKind::*;
        for (kind, how, status) in [
            (AppStream, How::Left, Status::Ended),
            (AppStream, How::Killed, Status::Killed),
            (AppStream, How::NotStarted, Status::Error),
            (AppStream, How::TimeOver, Status::Ended),
            (CloudDelivery, How::TimeOver, Status::Expired),
            (CloudDelivery, How::NotStarted, Status::Error),
            (CloudDesktop, How::Left, Status::Closed),
            (CloudDesktop, How::NotStarted, Status::Closed),
        ] {
            assert_eq!(over(kind, how), status, "{kind} {how:?}");
            assert_eq!(is_final(kind, status), (kind, status) != (CloudDelivery, Status::Error));
        }
    }
}
