//! What every institution has alike: its delivery methods and its staff.

use deskwarden_types::{DeliveryKind, LicenceKind, Role};

/// A way by which resources reach their users.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// The kind of session it makes.
    pub kind: DeliveryKind,
    /// Whether a managed app may run without contact.
    pub licence: LicenceKind,
    /// Days without contact under a fixed licence.
    pub offline_days: i64,
}

const fn method(name: &'static str, kind: DeliveryKind, licence: LicenceKind, offline_days: i64) -> Method {
    Method { name, kind, licence, offline_days }
}

/// The first of a kind is for everyone, the second for some groups.
pub(super) const METHODS: &[Method] = &[
    method("Streaming", DeliveryKind::AppStream, LicenceKind::Floating, 0),
    method("Streaming with GPU", DeliveryKind::AppStream, LicenceKind::Floating, 0),
    method("Browser delivery", DeliveryKind::CloudDelivery, LicenceKind::Floating, 0),
    method("Browser delivery, reserved", DeliveryKind::CloudDelivery, LicenceKind::Floating, 0),
    method("Desktop pool", DeliveryKind::CloudDesktop, LicenceKind::Floating, 0),
    method("Desktop with GPU", DeliveryKind::CloudDesktop, LicenceKind::Floating, 0),
    method("Player, floating licence", DeliveryKind::ManagedApp, LicenceKind::Floating, 0),
    method("Player, 7 days offline", DeliveryKind::ManagedApp, LicenceKind::Fixed, 7),
    method("Remote access", DeliveryKind::RemoteAccess, LicenceKind::Floating, 0),
    method("Remote access for staff", DeliveryKind::RemoteAccess, LicenceKind::Floating, 0),
];

/// How many of the first users have which role; the others are members.
const STAFF: &[(Role, usize)] = &[(Role::Admin, 3), (Role::Manager, 5), (Role::Support, 6), (Role::Auditor, 2)];

/// The role of a user.
pub(super) fn role(user: usize) -> Role {
    let mut first = 0;
    for (role, count) in STAFF {
        first += count;
        if user < first {
            return *role;
        }
    }
    Role::Member
}

/// The first users may end sessions of others: so many.
pub(super) const MAY_END: usize = 8;
