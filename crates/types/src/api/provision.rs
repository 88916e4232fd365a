//! Provisions: who may launch what, and how it reaches them.

use super::{Page, PageQuery};
use crate::{
    DeliveryMethodId, EnvironmentId, GroupId, HostId, Name, NoArgs, NoBody, ProvisionId, ProvisionPath, ResourceId,
    UserId,
};

/// Who may launch a resource.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provision {
    /// Its id.
    pub id: ProvisionId,
    /// What it is.
    pub provision: NewProvision,
}

/// What a provision is to be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewProvision {
    /// Its name, unique in the tenant; case does not count.
    pub name: Name,
    /// The resource; every program of the host without one, for managed apps.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resource_id: Option<ResourceId>,
    /// How it reaches the user; of the resource's kind.
    pub delivery_method_id: DeliveryMethodId,
    /// Where it runs: one of the environment's machines.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment_id: Option<EnvironmentId>,
    /// Where it runs: this machine. Any machine that can, without both.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host_id: Option<HostId>,
    /// Whether everyone may.
    pub everyone: bool,
    /// Users who may, at most 1,000.
    #[serde(default)]
    pub users: Vec<UserId>,
    /// Groups whose members may, at most 1,000.
    #[serde(default)]
    pub groups: Vec<GroupId>,
}

endpoint! {
    /// List provisions
    ///
    /// By name.
    ListProvisions: Get "/api/v1/provisions" in "Resources" for Administer
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<Provision>;

    /// Make a provision
    ///
    /// Whom it names may launch at once.
    CreateProvision: Post "/api/v1/provisions" in "Resources" for Administer
        (path NoArgs, query NoArgs, body NewProvision) -> 201 Json Provision;

    /// Change a provision
    ///
    /// All of it. Sessions that run are not touched.
    ChangeProvision: Put "/api/v1/provisions/{id}" in "Resources" for Administer
        (path ProvisionPath, query NoArgs, body NewProvision) -> 200 Json Provision;

    /// Remove a provision
    ///
    /// Sessions that were launched by it keep everything but its name.
    RemoveProvision: Delete "/api/v1/provisions/{id}" in "Resources" for Administer
        (path ProvisionPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;
}
