//! What an app or desktop may be.

use deskwarden_types::{DeliveryKind, api::NewResource};

use crate::settings::{BadSetting, within};

/// Sessions of one resource that a user may have at a time.
const MOST_SESSIONS: u32 = 1_000;
/// A year.
const MOST_HOURS: u32 = 8_760;

/// Checks an app or desktop; the first that cannot be taken is told.
pub fn check_resource(resource: &NewResource) -> Result<(), BadSetting> {
    if resource.kind == DeliveryKind::ManagedApp && resource.program.is_none() {
        return Err(BadSetting { field: "program", message: "a managed app is a program on the device".to_owned() });
    }
    if let Some(version) = &resource.version
        && (version.is_empty() || version.chars().count() > 100 || version.chars().any(char::is_control))
    {
        let message = "1 to 100 characters, no control characters".to_owned();
        return Err(BadSetting { field: "version", message });
    }
    if let Some(most) = resource.max_sessions_per_user {
        within("max_sessions_per_user", most, 1, MOST_SESSIONS)?;
    }
    match resource.valid_hours {
        Some(_) if resource.kind != DeliveryKind::CloudDelivery => {
            let message = "only sessions of cloud delivery have an end of their own (001)".to_owned();
            Err(BadSetting { field: "valid_hours", message })
        }
        Some(hours) => within("valid_hours", hours, 1, MOST_HOURS),
        None => Ok(()),
    }
}

/// How many sessions of a resource a user may have at a time; none for as many as wanted. Desktops and streamed apps are
/// reconnected to, so it is one unless told; managed apps always run beside each other.
pub fn most_sessions(kind: DeliveryKind, told: Option<u32>) -> Option<u32> {
    match kind {
        DeliveryKind::ManagedApp | DeliveryKind::RemoteAccess => told,
        DeliveryKind::AppStream | DeliveryKind::CloudDelivery | DeliveryKind::CloudDesktop => Some(told.unwrap_or(1)),
    }
}
