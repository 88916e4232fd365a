//! The columns of each page, in the words of its seed.

use deskwarden_types::{DeliveryKind, ListPage, ListState, SessionField};

use super::{DEFINITIONS, definition};

/// A column of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The field.
    pub field: SessionField,
    /// Its header on this page.
    pub label: &'static str,
    /// What it means, as the seed describes it.
    pub tip: &'static str,
    /// Whether the page shows it before anybody arranges it.
    pub shown: bool,
}

/// The page of a kind.
pub const fn page_of(kind: Option<DeliveryKind>) -> ListPage {
    match kind {
        None => ListPage::All,
        Some(DeliveryKind::AppStream) => ListPage::AppStream,
        Some(DeliveryKind::CloudDelivery) => ListPage::CloudDelivery,
        Some(DeliveryKind::CloudDesktop) => ListPage::CloudDesktop,
        Some(DeliveryKind::ManagedApp) => ListPage::ManagedApp,
        Some(DeliveryKind::RemoteAccess) => ListPage::RemoteAccess,
    }
}

/// The kind of a page; none for the page of all.
pub const fn kind_of(page: ListPage) -> Option<DeliveryKind> {
    match page {
        ListPage::All => None,
        ListPage::AppStream => Some(DeliveryKind::AppStream),
        ListPage::CloudDelivery => Some(DeliveryKind::CloudDelivery),
        ListPage::CloudDesktop => Some(DeliveryKind::CloudDesktop),
        ListPage::ManagedApp => Some(DeliveryKind::ManagedApp),
        ListPage::RemoteAccess => Some(DeliveryKind::RemoteAccess),
    }
}

/// A column with the page's own words; an empty text takes the definition's.
type Words = (SessionField, &'static str, &'static str);

use SessionField as F;

const ALL: &[Words] = &[
    (F::Id, "", ""),
    (F::Kind, "", ""),
    (F::User, "", ""),
    (F::App, "", ""),
    (F::Status, "", ""),
    (F::Connected, "", ""),
    (F::StartedAt, "", ""),
    (F::Duration, "", ""),
    (F::Ip, "", ""),
    (F::Terminal, "", ""),
    (F::Access, "", ""),
];

const APP_STREAM: &[Words] = &[
    (F::Id, "", "A unique system-generated number to identify the session"),
    (F::Email, "", ""),
    (F::Ip, "", ""),
    (F::App, "App name", ""),
    (F::StartedAt, "", "The date and time when the session was initiated"),
    (F::Duration, "", ""),
    (F::Status, "", ""),
];
const APP_STREAM_HIDDEN: &[Words] = &[
    (F::Name, "", ""),
    (F::AdUsername, "", ""),
    (F::Environment, "", ""),
    (F::Terminal, "", ""),
    (F::Access, "", ""),
    (F::EndReason, "", ""),
];

const CLOUD_DELIVERY: &[Words] = &[
    (F::Environment, "", "The Cloud Delivery environment used to launch the session from"),
    (F::Status, "", "The status of the session: Pending, Active, Expired or Error"),
    (F::Username, "", "The username of the user who launched the session"),
    (F::Connected, "", "If this session is currently open in a browser tab"),
    (F::StartedAt, "Start date", ""),
    (F::StartedAgo, "", ""),
    (F::ValidUntil, "", ""),
];
const CLOUD_DELIVERY_HIDDEN: &[Words] = &[
    (F::Id, "", "Id of the session (useful for support if there is a problem)"),
    (F::EnvironmentId, "", ""),
    (F::UserId, "", ""),
];

const DESKTOP_CURRENT: &[Words] = &[
    (F::User, "", "Which user is using the cloud desktop"),
    (F::App, "Desktop", "Which cloud desktop is in use"),
    (F::Terminal, "", ""),
    (F::StartedAt, "Login time", "When the user logged in"),
    (F::Duration, "", ""),
    (F::Ip, "Client IP", "The address of the client"),
    (F::Access, "Access method", "Whether it's accessed via internal network or public network"),
    (F::Status, "", ""),
];
const DESKTOP_CURRENT_HIDDEN: &[Words] = &[(F::Id, "", ""), (F::Device, "", ""), (F::Idle, "", "")];

const DESKTOP_HISTORICAL: &[Words] = &[
    (F::User, "", "Which user was using the cloud desktop"),
    (F::App, "Desktop", "Which cloud desktop was in use"),
    (F::Terminal, "", ""),
    (F::StartedAt, "Login time", "When the user logged in"),
    (F::EndedAt, "Logout time", "When the session was destroyed"),
    (F::Duration, "Online duration", "The user's actual time online, in minutes"),
    (F::Ip, "Client IP", "The address of the client"),
    (F::Access, "Access method", "Whether it was accessed via internal network or public network"),
    (F::EndedHow, "Session status", ""),
    (F::EndReason, "Reason", ""),
];

const MANAGED_APP: &[Words] = &[
    (F::App, "App name", ""),
    (F::Username, "", ""),
    (F::Provision, "", ""),
    (F::Status, "", ""),
    (F::Device, "", ""),
    (F::StartedAt, "Launched", "When the user launched it"),
    (F::LastActivityAt, "", ""),
    (F::Licence, "", ""),
];
const MANAGED_APP_HIDDEN: &[Words] =
    &[(F::Id, "", ""), (F::DeliveryMethod, "", ""), (F::Version, "", ""), (F::OfflineUntil, "", "")];

const REMOTE_ACCESS: &[Words] = &[
    (F::User, "", "Who is connected"),
    (F::Device, "", "The device that the user connects from"),
    (F::App, "Connected to", "The computer that the user is connected to"),
    (F::StartedAt, "Started", "When the session started"),
    (F::Duration, "Active for", "How long the session has been active for"),
    (F::Server, "", ""),
];
const REMOTE_ACCESS_HIDDEN: &[Words] = &[(F::Id, "", ""), (F::Seat, "", ""), (F::Idle, "", ""), (F::Version, "", "")];

/// The columns of a page: those shown, from left to right, then the hidden ones that its seed names, then the rest.
/// `ad_username`: the tenant's setting that shows AD usernames at all (000).
pub fn columns(page: ListPage, state: ListState, ad_username: bool) -> Vec<Column> {
    let (shown, hidden): (&[Words], &[Words]) = match (page, state) {
        (ListPage::All, _) => (ALL, &[]),
        (ListPage::AppStream, _) => (APP_STREAM, APP_STREAM_HIDDEN),
        (ListPage::CloudDelivery, _) => (CLOUD_DELIVERY, CLOUD_DELIVERY_HIDDEN),
        (ListPage::CloudDesktop, ListState::Historical) => (DESKTOP_HISTORICAL, &[(F::Id, "", "")]),
        (ListPage::CloudDesktop, _) => (DESKTOP_CURRENT, DESKTOP_CURRENT_HIDDEN),
        (ListPage::ManagedApp, _) => (MANAGED_APP, MANAGED_APP_HIDDEN),
        (ListPage::RemoteAccess, _) => (REMOTE_ACCESS, REMOTE_ACCESS_HIDDEN),
    };
    let make = |(field, label, tip): &Words, shown| {
        let definition = definition(*field);
        let or = |own: &'static str, general| if own.is_empty() { general } else { own };
        Column { field: *field, label: or(label, definition.label), tip: or(tip, definition.tip), shown }
    };
    let mut all: Vec<Column> = shown.iter().map(|words| make(words, true)).collect();
    all.extend(hidden.iter().map(|words| make(words, false)));
    for definition in DEFINITIONS.iter().filter(|definition| definition.column) {
        if !all.iter().any(|column| column.field == definition.field) {
            all.push(make(&(definition.field, "", ""), false));
        }
    }
    all.retain(|column| ad_username || column.field != F::AdUsername);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_offers_every_column_once() {
        let columns_in_all = DEFINITIONS.iter().filter(|definition| definition.column).count();
        for page in ListPage::ALL {
            for state in ListState::ALL {
                let columns = columns(*page, *state, true);
                assert_eq!(columns.len(), columns_in_all, "{page} {state}");
                let mut fields: Vec<_> = columns.iter().map(|column| column.field).collect();
                fields.sort();
                fields.dedup();
                assert_eq!(fields.len(), columns_in_all, "{page} {state}");
                assert!(columns.iter().all(|column| !column.label.is_empty() && !column.tip.is_empty()));
            }
            assert_eq!(page_of(kind_of(*page)), *page);
        }
        assert!(columns(ListPage::AppStream, ListState::All, false).iter().all(|c| c.field != F::AdUsername));
    }

    #[test]
    fn pages_show_what_their_seeds_show() {
        let shown = |page, state| -> Vec<&str> {
            columns(page, state, false).iter().filter(|column| column.shown).map(|column| column.label).collect()
        };
        // (000)
        assert_eq!(
            shown(ListPage::AppStream, ListState::All),
            ["Session ID", "Email", "IP address", "App name", "Start time", "Duration", "Status"]
        );
        // (001)
        assert_eq!(
            shown(ListPage::CloudDelivery, ListState::Current),
            ["Environment", "Status", "Username", "Connected", "Start date", "Started ago", "Valid until"]
        );
        // (002)
        assert_eq!(
            shown(ListPage::CloudDesktop, ListState::Current),
            ["User", "Desktop", "Terminal", "Login time", "Duration", "Client IP", "Access method", "Status"]
        );
        // (003)
        assert_eq!(
            shown(ListPage::ManagedApp, ListState::Current),
            ["App name", "Username", "Provision", "Status", "Device", "Launched", "Last activity", "Licence"]
        );
        // (004)
        assert_eq!(
            shown(ListPage::RemoteAccess, ListState::Current),
            ["User", "Device", "Connected to", "Started", "Active for", "Server"]
        );
    }
}
