//! Why something cannot be opened, in sentences.

use deskwarden_types::DeliveryKind;

/// No machine is there for it.
pub const NO_MACHINE: &str = "No machine that could run this is connected.";

/// Why something of this kind is never launched from a browser.
pub fn not_from_a_browser(kind: DeliveryKind) -> Option<&'static str> {
    match kind {
        DeliveryKind::ManagedApp => Some("It runs on your own device: launch it there."),
        DeliveryKind::RemoteAccess => Some("Connect to it with a native viewer: make a password for it."),
        DeliveryKind::AppStream | DeliveryKind::CloudDelivery | DeliveryKind::CloudDesktop => None,
    }
}
