//! Short references to things, as they stand inside other answers.

use crate::{DeliveryMethodId, DeviceId, EnvironmentId, HostId, ProvisionId, ResourceId, UserId};

/// A user, as other answers name one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserRef {
    /// The user's id.
    pub id: UserId,
    /// The name of the account.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Unique in the installation.
    pub email: String,
    /// Shown only when the tenant's setting `show_ad_username` is on (000).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ad_username: Option<String>,
}

macro_rules! named {
    ($($(#[$meta:meta])* $name:ident($id:ident);)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name {
            /// Its id.
            pub id: $id,
            /// Its name.
            pub name: String,
        }
    )+};
}

named! {
    /// An app or desktop.
    ResourceRef(ResourceId);
    /// Who may launch a resource.
    ProvisionRef(ProvisionId);
    /// How a resource reaches the user.
    DeliveryMethodRef(DeliveryMethodId);
    /// Where a session runs.
    EnvironmentRef(EnvironmentId);
    /// What the user sits at.
    DeviceRef(DeviceId);
    /// The machine an agent runs on.
    HostRef(HostId);
}
