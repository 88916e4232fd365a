//! What an endpoint is.

use serde::{Serialize, de::DeserializeOwned};

use crate::Permission;

/// The HTTP method of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

/// What an answer's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// One JSON document.
    Json,
    /// No body.
    Nothing,
    /// Server-sent events whose `data` is the answer's type.
    Events,
    /// JSON Lines: one document of the answer's type a line, until either side closes.
    Lines,
    /// A file to keep, in a format that the request chose.
    File,
}

/// One operation of an API, as a type.
pub trait Endpoint: Copy + 'static {
    /// The operation's id, unique in the API.
    const ID: &'static str;
    /// Its method.
    const METHOD: Method;
    /// Its path with `{name}` for each field of [`Self::Path`].
    const PATH: &'static str;
    /// The group it is shown under.
    const TAG: &'static str;
    /// One line.
    const SUMMARY: &'static str;
    /// The rest, in Markdown.
    const DESCRIPTION: &'static str;
    /// What the caller must be allowed to do.
    const PERMISSION: Permission;
    /// The status of a successful answer.
    const STATUS: u16;
    /// What the answer's body is.
    const CONTENT: Content;
    /// For how many seconds a client waits for a whole answer.
    const SECONDS: u32 = 30;
    /// The parameters in the path.
    type Path: PathArgs;
    /// The query string.
    type Query: Args;
    /// The request's body.
    type Body: Wire;
    /// The answer's body, or of a stream one item.
    type Answer: Wire;
}

/// Parameters of a path.
pub trait PathArgs: Args {
    /// Each name with its value, to fill the template.
    fn pairs(&self) -> Vec<(&'static str, String)>;
}

/// Parameters; described when the API description is made.
#[cfg(feature = "openapi")]
pub trait Args: Serialize + DeserializeOwned + utoipa::IntoParams + 'static {}
#[cfg(feature = "openapi")]
impl<T: Serialize + DeserializeOwned + utoipa::IntoParams + 'static> Args for T {}
/// Parameters.
#[cfg(not(feature = "openapi"))]
pub trait Args: Serialize + DeserializeOwned + 'static {}
#[cfg(not(feature = "openapi"))]
impl<T: Serialize + DeserializeOwned + 'static> Args for T {}

/// A body; described when the API description is made.
#[cfg(feature = "openapi")]
pub trait Wire: Serialize + DeserializeOwned + utoipa::ToSchema + 'static {}
#[cfg(feature = "openapi")]
impl<T: Serialize + DeserializeOwned + utoipa::ToSchema + 'static> Wire for T {}
/// A body.
#[cfg(not(feature = "openapi"))]
pub trait Wire: Serialize + DeserializeOwned + 'static {}
#[cfg(not(feature = "openapi"))]
impl<T: Serialize + DeserializeOwned + 'static> Wire for T {}

/// No parameters in the path or the query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
pub struct NoArgs {}

impl PathArgs for NoArgs {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// No body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoBody {}

/// Defines the parameters of a path that has one `{id}`.
macro_rules! id_path {
    ($($name:ident($id:ident) $what:literal;)+) => {$(
        #[doc = concat!("The path of ", $what, ".")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Path))]
        pub struct $name {
            #[doc = concat!("The id of ", $what, ".")]
            pub id: crate::$id,
        }

        impl PathArgs for $name {
            fn pairs(&self) -> Vec<(&'static str, String)> {
                vec![("id", self.id.to_string())]
            }
        }
    )+};
}

id_path! {
    SessionPath(SessionId) "a session";
    CommandPath(CommandId) "a command";
    PlanPath(PlanId) "a plan";
    BulkActionPath(BulkActionId) "a bulk action";
    HostPath(HostId) "a host";
    TokenPath(TokenId) "an API token";
    ViewPath(ViewId) "a saved view";
    ExportPath(ExportId) "an export";
    UserPath(UserId) "a user";
    GroupPath(GroupId) "a group";
    ResourcePath(ResourceId) "an app or desktop";
    EnvironmentPath(EnvironmentId) "an environment";
    DeliveryMethodPath(DeliveryMethodId) "a delivery method";
    ProvisionPath(ProvisionId) "a provision";
    ConsentPath(ConsentId) "a consent";
    StreamPath(StreamId) "a stream";
}

/// The path of a user in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Path))]
pub struct GroupMemberPath {
    /// The id of the group.
    pub id: crate::GroupId,
    /// The id of the user.
    pub user_id: crate::UserId,
}

impl PathArgs for GroupMemberPath {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![("id", self.id.to_string()), ("user_id", self.user_id.to_string())]
    }
}

/// The path of what a ticket opens.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Path))]
pub struct TicketPath {
    /// The ticket.
    pub ticket: String,
}

impl PathArgs for TicketPath {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![("ticket", self.ticket.clone())]
    }
}
