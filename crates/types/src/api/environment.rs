//! Environments and delivery methods: where sessions run, and how they reach the user.

use super::{Page, PageQuery};
use crate::{
    DeliveryKind, DeliveryMethodId, DeliveryMethodPath, EnvironmentId, EnvironmentPath, HostId, LicenceKind, Name,
    NoArgs, NoBody,
};

/// The pool or place a session runs in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// What it is.
    pub environment: NewEnvironment,
}

/// What an environment is to be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewEnvironment {
    /// Its name, unique in the tenant; case does not count.
    pub name: Name,
    /// Its machines, at most 1,000, each in one environment at most: sessions go to the one with the fewest.
    #[serde(default)]
    pub hosts: Vec<HostId>,
}

/// How a resource reaches the user.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryMethod {
    /// Its id.
    pub id: DeliveryMethodId,
    /// What it is.
    pub method: NewDeliveryMethod,
}

/// What a delivery method is to be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewDeliveryMethod {
    /// Its name, unique in the tenant; case does not count.
    pub name: Name,
    /// The kind of sessions that it makes; stays as it was made.
    pub kind: DeliveryKind,
    /// Whether a managed app needs contact to run (003).
    pub licence: LicenceKind,
    /// With a fixed licence: for how many days a managed app runs without contact, 1 to 365 (003).
    #[serde(default)]
    pub offline_days: u32,
}

endpoint! {
    /// List environments
    ///
    /// By name.
    ListEnvironments: Get "/api/v1/environments" in "Resources" for Administer
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<Environment>;

    /// Make an environment
    ///
    /// With its machines.
    CreateEnvironment: Post "/api/v1/environments" in "Resources" for Administer
        (path NoArgs, query NoArgs, body NewEnvironment) -> 201 Json Environment;

    /// Change an environment
    ///
    /// All of it. Sessions that run stay where they are.
    ChangeEnvironment: Put "/api/v1/environments/{id}" in "Resources" for Administer
        (path EnvironmentPath, query NoArgs, body NewEnvironment) -> 200 Json Environment;

    /// Remove an environment
    ///
    /// Refused with `in_use` while a provision or a session, past ones too, names it.
    RemoveEnvironment: Delete "/api/v1/environments/{id}" in "Resources" for Administer
        (path EnvironmentPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;

    /// List delivery methods
    ///
    /// By name.
    ListDeliveryMethods: Get "/api/v1/delivery-methods" in "Resources" for Administer
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<DeliveryMethod>;

    /// Make a delivery method
    ///
    /// For provisions of resources of its kind.
    CreateDeliveryMethod: Post "/api/v1/delivery-methods" in "Resources" for Administer
        (path NoArgs, query NoArgs, body NewDeliveryMethod) -> 201 Json DeliveryMethod;

    /// Change a delivery method
    ///
    /// All of it but its kind.
    ChangeDeliveryMethod: Put "/api/v1/delivery-methods/{id}" in "Resources" for Administer
        (path DeliveryMethodPath, query NoArgs, body NewDeliveryMethod) -> 200 Json DeliveryMethod;

    /// Remove a delivery method
    ///
    /// Refused with `in_use` while a provision or a session, past ones too, names it.
    RemoveDeliveryMethod: Delete "/api/v1/delivery-methods/{id}" in "Resources" for Administer
        (path DeliveryMethodPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;
}
