//! From an endpoint's type to its entry in the description.

use std::collections::BTreeSet;

use deskwarden_domain::scope_allows;
use deskwarden_types::{
    BulkResults, Content, Counting, Endpoint, ListState, Method, NoBody, Permission, Problem, Scope,
    api::{ActivePerson, ApiToken, AuditEntry, Event, Host, ListedBulkAction, Session, User},
};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        Components, ContentBuilder, Header, HeaderBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi,
        OpenApiBuilder, Paths, Ref, RefOr, Required, Response, ResponseBuilder, Schema, Type,
        path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::AdditionalProperties,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

pub use super::text::Api;
use super::{polish::polish, text::TAGS};

/// The name of the one way to sign in to an API.
const SCHEME: &str = "bearer";

/// The statuses of errors, each with what it means. Every operation that can answer with one says so.
const ERRORS: &[(u16, &str)] = &[
    (400, "The request cannot be read: see `code`, `field` and `detail`."),
    (401, "No token, or one that is not good any more."),
    (403, "The role, the token's scope or the rules do not allow it."),
    (404, "There is no such thing in the tenant."),
    (409, "The thing does not allow this now."),
    (410, "The one-time code, link or ticket, or the plan, is not good any more."),
    (413, "The body has more than 1 MiB."),
    (422, "A value cannot be taken: see `code`, `field` and `detail`."),
    (426, "The agent's protocol version is not supported."),
    (429, "Too many tries, or too much of one person at once: wait for `Retry-After` seconds."),
    (500, "A fault of ours; the log has it under the request's id."),
    (503, "Too busy, or the database cannot be reached. Nothing was changed."),
    (507, "The disk under the database is full. Nothing was changed."),
];

const IDEMPOTENCY_KEY: &str =
    "1 to 200 visible ASCII characters or spaces, new for each thing to be done; good for 24 hours.";

/// Headers that an operation reads: its id, the header, what it is for.
const HEADERS: &[(&str, &str, &str)] = &[
    ("StartBulkAction", "Idempotency-Key", IDEMPOTENCY_KEY),
    ("ActOnSession", "Idempotency-Key", IDEMPOTENCY_KEY),
    ("FollowSessions", "Last-Event-ID", "The id of the last event seen, or a page's revision: goes on from there."),
];

/// Further statuses of success: the operation's id, the status, what it means.
const ALSO: &[(&str, u16, &str)] = &[("StartBulkAction", 202, "It is worked off from now on: ask for its progress.")];

/// Operations without an id in their path whose body names what may not be there.
const NAMES_IN_BODY: &[&str] = &["StartBulkAction", "StartLaunch", "MakeViewerPassword"];

/// Operations whose answer has an `ETag`.
const TAGGED: &[&str] = &["ListSessions", "ListTable", "ShowSession", "ShowConsent"];

/// The description of one API on its way.
pub struct Description {
    api: Api,
    paths: Paths,
    components: Components,
    tags: Vec<&'static str>,
    /// The schemas of bodies that people send, and all that they are made of.
    asked: BTreeSet<String>,
}

impl Description {
    /// Of this API, with nothing in it.
    pub fn new(api: Api) -> Self {
        let mut description =
            Self { api, paths: Paths::new(), components: Components::new(), tags: Vec::new(), asked: BTreeSet::new() };
        description.schema::<Problem>();
        let format = match api {
            Api::People => "An API token `dw_…`, or the access token of a sign-in.",
            Api::Agents => "The agent's key `dwa_…`.",
        };
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(format)).build();
        description.components.add_security_scheme(SCHEME, SecurityScheme::Http(scheme));
        description
    }

    /// Adds an endpoint, if it belongs to this API.
    pub fn add<E: Endpoint>(&mut self) {
        if Api::of(E::PATH) != self.api {
            return;
        }
        let mut operation = OperationBuilder::new()
            .operation_id(Some(E::ID))
            .tag(E::TAG)
            .summary(Some(E::SUMMARY.trim()))
            .description(Some(paragraphs::<E>()))
            .securities(Some(match E::PERMISSION {
                // Said, not left out: nobody has to sign in for this.
                Permission::Public => vec![SecurityRequirement::default()],
                _ => vec![SecurityRequirement::new(SCHEME, [E::PERMISSION.as_str()])],
            }));
        let path = <E::Path as IntoParams>::into_params(|| Some(ParameterIn::Path));
        let query = <E::Query as IntoParams>::into_params(|| Some(ParameterIn::Query));
        let is_list = !path.is_empty() || !query.is_empty();
        for mut parameter in path.into_iter().chain(query) {
            parameter.description.get_or_insert_with(|| "Its id.".to_owned());
            operation = operation.parameter(parameter);
        }
        for (_, name, what) in HEADERS.iter().filter(|(id, _, _)| *id == E::ID) {
            operation = operation.parameter(header(name, what));
        }
        let is_tagged = TAGGED.contains(&E::ID);
        if is_tagged {
            operation = operation.parameter(header("If-None-Match", "The `ETag` of an answer that the caller has."));
        }
        let has_body = std::any::TypeId::of::<E::Body>() != std::any::TypeId::of::<NoBody>();
        if has_body {
            let content = ContentBuilder::new().schema(Some(self.schema::<E::Body>())).build();
            self.asked.extend(names_of::<E::Body>());
            let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
            operation = operation.request_body(Some(body.description(Some("What is asked for.")).build()));
        }
        let mut success = self.success::<E>();
        if is_tagged {
            let unchanged = "Nothing has changed since the answer with the `ETag` in `If-None-Match`. No body.";
            let unchanged = ResponseBuilder::new().description(unchanged).header("ETag", etag()).build();
            success.headers.insert("ETag".to_owned(), RefOr::T(etag()));
            operation = operation.response("304", unchanged);
        }
        operation = operation.response(E::STATUS.to_string(), success);
        for (_, status, what) in ALSO.iter().filter(|(id, _, _)| *id == E::ID) {
            let mut response = self.success::<E>();
            response.description = (*what).to_owned();
            operation = operation.response(status.to_string(), response);
        }
        for (status, what) in ERRORS.iter().filter(|(status, _)| can_answer::<E>(*status, has_body, is_list)) {
            operation = operation.response(status.to_string(), problem(*status, what));
        }
        self.paths.add_path_operation(E::PATH, vec![http_method(E::METHOD)], operation.build());
        if !self.tags.contains(&E::TAG) {
            self.tags.push(E::TAG);
        }
    }

    fn success<E: Endpoint>(&mut self) -> Response {
        let (kind, what) = match E::CONTENT {
            Content::Nothing => {
                let what = if E::STATUS == 101 { "Becomes a WebSocket." } else { "Done." };
                return ResponseBuilder::new().description(what).build();
            }
            Content::Json => ("application/json", "The answer."),
            Content::Events => ("text/event-stream", "Events, each with one such document as its `data`."),
            Content::Lines => ("application/jsonl", "One such document a line."),
            Content::File => {
                let file = ObjectBuilder::new().schema_type(Type::String).build();
                let content = ContentBuilder::new().schema(Some(file)).build();
                return ResponseBuilder::new()
                    .description("The file.")
                    .content("application/octet-stream", content)
                    .build();
            }
        };
        let content = ContentBuilder::new().schema(Some(self.schema::<E::Answer>())).build();
        ResponseBuilder::new().description(what).content(kind, content).build()
    }

    /// Puts a type and all that it is made of into the components; gives the reference to it.
    fn schema<T: ToSchema + PartialSchema + 'static>(&mut self) -> RefOr<Schema> {
        let name = schema_name::<T>();
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        parts.push((name.clone(), T::schema()));
        self.components.schemas.extend(parts);
        RefOr::Ref(Ref::from_schema_name(name))
    }

    /// Types that only a generic type or a parameter names, where derived code does not find them.
    fn rows(&mut self) {
        self.schema::<Session>();
        self.schema::<Event>();
        self.schema::<Host>();
        self.schema::<User>();
        self.schema::<ApiToken>();
        self.schema::<AuditEntry>();
        self.schema::<ActivePerson>();
        self.schema::<ListedBulkAction>();
        self.schema::<ListState>();
        self.schema::<Counting>();
        self.schema::<BulkResults>();
    }

    /// The finished description.
    pub fn finish(mut self) -> OpenApi {
        if self.api == Api::People {
            self.rows();
        }
        self.components.schemas.values_mut().for_each(polish);
        if self.api == Api::People {
            // Agents may be newer than the server: theirs stay open.
            let asked = self.components.schemas.iter_mut().filter(|(name, _)| self.asked.contains(*name));
            asked.for_each(|(_, schema)| close(schema));
        }
        let licence = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
        let info = InfoBuilder::new()
            .title(self.api.title())
            .version("1")
            .description(Some(self.api.introduction()))
            .license(Some(licence));
        let tags = TAGS.iter().filter(|(name, _)| self.tags.contains(name));
        let tags = tags.map(|(name, what)| TagBuilder::new().name(*name).description(Some(*what)).build());
        OpenApiBuilder::new()
            .info(info.build())
            .paths(self.paths)
            .components(Some(self.components))
            .tags(Some(tags))
            .build()
    }
}

/// The endpoint's own words, then what the caller must be allowed to do.
fn paragraphs<E: Endpoint>() -> String {
    let permission = E::PERMISSION;
    let own: Vec<&str> = E::DESCRIPTION.lines().map(str::trim).collect();
    let own = own.join("\n");
    let needs = match permission {
        Permission::Public => "Nobody has to sign in for this.".to_owned(),
        Permission::Own => "Every signed-in user may; members see and change only what is theirs.".to_owned(),
        Permission::Agent => "For enrolled agents.".to_owned(),
        _ => format!("Needs the permission `{permission}`."),
    };
    let scope = |scope: &&Scope| scope_allows(&[**scope], permission, E::METHOD != Method::Get);
    let scope = match Scope::ALL.iter().find(scope).filter(|_| permission != Permission::Public) {
        Some(scope) => format!(" An API token needs the scope `{scope}`."),
        None => String::new(),
    };
    format!("{}\n\n{needs}{scope}", own.trim())
}

fn can_answer<E: Endpoint>(status: u16, has_body: bool, has_parameters: bool) -> bool {
    let is_health = E::TAG == "Health";
    let is_public = matches!(E::PERMISSION, Permission::Public);
    let writes = !matches!(E::METHOD, Method::Get);
    match status {
        400 => true,
        401 => !is_public || E::TAG == "Signing in",
        403 => !is_health,
        404 => has_parameters && E::PATH.contains('{') || NAMES_IN_BODY.contains(&E::ID),
        409 | 507 => writes || E::STATUS == 101,
        410 if ["FollowStream", "FetchExport", "ShowPlan"].contains(&E::ID) => true,
        422 if ["ListSessions", "ListTable"].contains(&E::ID) => true,
        410 => writes && ["/set-up", "/enrol", "/bulk-actions", "/plans"].iter().any(|part| E::PATH.contains(part)),
        413 | 422 => has_body,
        426 => E::PATH == "/agent/v1/hello" || E::PATH == "/agent/v1/enrol",
        429 => E::PATH.ends_with("/sign-in") || ["StartRefresh", "StartExport", "FollowSessions"].contains(&E::ID),
        500 => true,
        503 => !is_health || E::PATH == "/ready",
        _ => false,
    }
}

fn header(name: &str, what: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(what))
        .schema(Some(String::schema()))
        .build()
}

fn etag() -> Header {
    let what = "Stands for what is in the answer; send it as `If-None-Match`.";
    HeaderBuilder::new().schema(Some(String::schema())).description(Some(what)).build()
}

/// Says that a schema's members are all that there are.
fn close(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema
        && !object.properties.is_empty()
    {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

/// The names of a type's schema and of all that it is made of.
fn names_of<T: ToSchema + 'static>() -> Vec<String> {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    parts.into_iter().map(|(name, _)| name).chain([schema_name::<T>()]).collect()
}

fn problem(status: u16, what: &str) -> Response {
    let reference = RefOr::Ref::<Schema>(Ref::from_schema_name(schema_name::<Problem>()));
    let content = ContentBuilder::new().schema(Some(reference)).build();
    let response = ResponseBuilder::new().description(what).content("application/problem+json", content);
    match status {
        429 | 503 => {
            let what = "So many seconds to wait, where that is known.";
            let seconds = HeaderBuilder::new().schema(Some(u32::schema())).description(Some(what)).build();
            response.header("Retry-After", seconds).build()
        }
        _ => response.build(),
    }
}

/// `Session`; of a generic type `PageOfSession`.
fn schema_name<T: 'static>() -> String {
    let parts = std::any::type_name::<T>().split(['<', '>', ',']).filter(|part| !part.trim().is_empty());
    let names: Vec<&str> = parts.map(|part| part.rsplit("::").next().unwrap_or(part).trim()).collect();
    names.join("Of")
}

fn http_method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::Get,
        Method::Post => HttpMethod::Post,
        Method::Put => HttpMethod::Put,
        Method::Delete => HttpMethod::Delete,
    }
}
