//! The descriptions of both APIs: complete, and true of what the server answers.
#![expect(
    clippy::disallowed_types,
    reason = "a description is read here as any program would that has no types of ours"
)]

use std::collections::BTreeMap;

use deskwarden_tests::{TestApp, on_both};
use deskwarden_types::{ErrorCode, Verb};
use serde::Deserialize;
use serde_json::Value;

/// One operation, as described.
#[derive(Debug)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// With `{id}`.
    pub path: String,
    /// Whether no token is needed.
    pub is_public: bool,
    details: Details,
}

#[derive(Debug, Deserialize)]
struct Document {
    openapi: String,
    paths: BTreeMap<String, BTreeMap<String, Details>>,
    components: Components,
}

#[derive(Debug, Deserialize)]
struct Components {
    schemas: BTreeMap<String, Schema>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    operation_id: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<String>,
    security: Option<Vec<Value>>,
    #[serde(default)]
    parameters: Vec<Parameter>,
    request_body: Option<Response>,
    responses: BTreeMap<String, Response>,
}

#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
    #[serde(default)]
    description: String,
}

#[derive(Debug, Deserialize)]
struct Response {
    #[serde(default)]
    content: BTreeMap<String, Media>,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
struct Media {
    schema: Option<Schema>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Schema {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    description: Option<String>,
    properties: BTreeMap<String, Schema>,
    required: Vec<String>,
    items: Option<Box<Schema>>,
    one_of: Vec<Schema>,
    any_of: Vec<Schema>,
    all_of: Vec<Schema>,
    #[serde(rename = "enum")]
    words: Vec<Value>,
    #[serde(rename = "const")]
    word: Option<Value>,
    #[serde(rename = "type")]
    types: Types,
    additional_properties: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Types {
    #[default]
    Any,
    One(String),
    Several(Vec<String>),
}

impl Types {
    fn allow(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => one == name,
            Self::Several(several) => several.iter().any(|one| one == name),
        }
    }
}

async fn document(app: &TestApp, path: &str) -> Document {
    let answer = app.raw().get(path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{path}");
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{path}: {error}"))
}

async fn both(app: &TestApp) -> [Document; 2] {
    [document(app, "/api/v1/openapi.json").await, document(app, "/agent/v1/openapi.json").await]
}

/// Every operation of both APIs.
pub async fn operations(app: &TestApp) -> Vec<Operation> {
    let mut all = Vec::new();
    for document in both(app).await {
        for (path, methods) in document.paths {
            for (method, details) in methods {
                all.push(Operation {
                    id: details.operation_id.clone(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    is_public: details.security.as_ref().is_none_or(|security| {
                        security.is_empty()
                            || security.iter().any(|one| one.as_object().is_some_and(|one| one.is_empty()))
                    }),
                    details,
                });
            }
        }
    }
    assert!(all.len() > 30, "a description that describes next to nothing: {}", all.len());
    all
}

impl Document {
    fn resolve<'a>(&'a self, mut schema: &'a Schema) -> &'a Schema {
        while let Some(reference) = &schema.reference {
            let name = reference.strip_prefix("#/components/schemas/").unwrap();
            schema = self.components.schemas.get(name).unwrap_or_else(|| panic!("{reference} is not there"));
        }
        schema
    }

    /// What of a value the schema does not describe; nothing when it fits.
    fn misfit(&self, schema: &Schema, value: &Value, place: &str) -> Option<String> {
        let schema = self.resolve(schema);
        let choices = schema.one_of.iter().chain(&schema.any_of).collect::<Vec<_>>();
        if !choices.is_empty() && !choices.iter().any(|choice| self.misfit(choice, value, place).is_none()) {
            return Some(format!("{place}: no choice fits {value}"));
        }
        if !schema.words.is_empty() && !schema.words.contains(value) {
            return Some(format!("{place}: {value} is none of {:?}", schema.words));
        }
        if schema.word.as_ref().is_some_and(|word| word != value) {
            return Some(format!("{place}: {value} is not {:?}", schema.word));
        }
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        if !schema.types.allow(kind) {
            return Some(format!("{place}: {kind} is not {:?}", schema.types));
        }
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .find_map(|(n, item)| self.misfit(schema.items.as_deref()?, item, &format!("{place}[{n}]"))),
            Value::Object(fields) => {
                let missing = self.required(schema).into_iter().find(|name| !fields.contains_key(name));
                if let Some(name) = missing {
                    return Some(format!("{place}.{name} is required and not there"));
                }
                if !choices.is_empty() {
                    return None;
                }
                fields.iter().find_map(|(name, value)| {
                    let place = format!("{place}.{name}");
                    match self.property(schema, name) {
                        Some(property) => self.misfit(property, value, &place),
                        None => Some(format!("{place} is not described")),
                    }
                })
            }
            _ => None,
        }
    }

    /// Names of objects in a schema, however deep, that allow members which are not described.
    fn open(&self, schema: &Schema, place: &str, found: &mut Vec<String>) {
        let schema = self.resolve(schema);
        if schema.types.allow("object")
            && !matches!(schema.types, Types::Any)
            && schema.additional_properties != Some(Value::Bool(false))
        {
            found.push(place.to_owned());
        }
        for part in schema.one_of.iter().chain(&schema.any_of).chain(&schema.all_of).chain(schema.items.as_deref()) {
            self.open(part, place, found);
        }
        for (name, property) in &schema.properties {
            self.open(property, &format!("{place}.{name}"), found);
        }
    }

    fn required(&self, schema: &Schema) -> Vec<String> {
        let schema = self.resolve(schema);
        schema.required.iter().cloned().chain(schema.all_of.iter().flat_map(|part| self.required(part))).collect()
    }

    fn property<'a>(&'a self, schema: &'a Schema, name: &str) -> Option<&'a Schema> {
        let schema = self.resolve(schema);
        schema.properties.get(name).or_else(|| schema.all_of.iter().find_map(|part| self.property(part, name)))
    }

    fn answer(&self, path: &str, method: &str, status: &str) -> &Schema {
        let response =
            self.paths.get(path).and_then(|methods| methods.get(method)).and_then(|d| d.responses.get(status));
        let media = response.and_then(|response| response.content.values().next());
        media.and_then(|media| media.schema.as_ref()).unwrap_or_else(|| panic!("{method} {path} {status}"))
    }
}

on_both! {
    async fn every_operation_is_described(app: TestApp) {
        for document in both(&app).await {
            assert!(document.openapi.starts_with("3.1"), "{}", document.openapi);
            for (name, schema) in &document.components.schemas {
                for (field, property) in &schema.properties {
                    let described = property.description.is_some()
                        || property.reference.is_some()
                        || property.one_of.iter().any(|one| one.description.is_some() || one.reference.is_some())
                        || property.word.is_some()
                        || !property.words.is_empty();
                    assert!(described, "{name}.{field} has no description");
                }
            }
        }
        for operation in operations(&app).await {
            let (id, details) = (&operation.id, &operation.details);
            assert!(!details.summary.is_empty() && !details.description.is_empty(), "{id} has no words");
            assert_eq!(details.tags.len(), 1, "{id}");
            assert!(details.security.is_some(), "{id} does not say who may call");
            assert!(details.responses.keys().any(|status| status.starts_with('2') || status == "101"), "{id}");
            assert!(details.responses.keys().any(|status| status.starts_with('4') || status.starts_with('5') || status == "default"), "{id}");
            for parameter in &details.parameters {
                assert!(!parameter.description.is_empty(), "{id} {}", parameter.name);
            }
            assert_eq!(operation.path.matches('{').count(), details.parameters.iter().filter(|p| operation.path.contains(&format!("{{{}}}", p.name))).count(), "{id}");
        }
    }

    async fn what_the_server_answers_is_described(app: TestApp) {
        let (member, owner, agent) = (app.member().await, app.owner().await, app.agent("h1").await);
        agent.hello().await;
        let session = agent.run(&member.username, "xterm").await;
        owner.act(session, Verb::Evict).await.unwrap();
        let over = agent.run(&member.username, "xclock").await;
        agent.seen(over, &[deskwarden_types::Status::Removed]).await;
        super::tokens::make(&owner, &[deskwarden_types::Scope::Read]).await;
        let [people, _] = both(&app).await;
        let bearer = format!("Bearer {}", owner.token().unwrap());
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        for (path, real) in [
            ("/api/v1/sessions", "/api/v1/sessions".to_owned()),
            ("/api/v1/sessions/{id}", format!("/api/v1/sessions/{session}")),
            ("/api/v1/sessions/{id}", format!("/api/v1/sessions/{over}")),
            ("/api/v1/sessions/{id}/events", format!("/api/v1/sessions/{session}/events")),
            ("/api/v1/hosts", "/api/v1/hosts".to_owned()),
            ("/api/v1/users", "/api/v1/users".to_owned()),
            ("/api/v1/tokens", "/api/v1/tokens".to_owned()),
            ("/api/v1/audit", "/api/v1/audit".to_owned()),
            ("/api/v1/audit/verification", "/api/v1/audit/verification".to_owned()),
            ("/api/v1/settings", "/api/v1/settings".to_owned()),
            ("/api/v1/me", "/api/v1/me".to_owned()),
        ] {
            let answer = app.raw().send("GET", &real, &headers, "").await;
            let described = &people.paths[path]["get"];
            let tagged = !answer.header("etag").is_empty();
            assert_eq!(tagged, described.responses["200"].headers.contains_key("ETag"), "{path}: ETag");
            assert_eq!(tagged, described.responses.contains_key("304"), "{path}: 304");
            assert_eq!(tagged, described.parameters.iter().any(|one| one.name == "If-None-Match"), "{path}: If-None-Match");
            let value: Value = serde_json::from_slice(&answer.body).unwrap();
            let misfit = people.misfit(people.answer(path, "get", "200"), &value, path);
            assert_eq!(misfit, None, "{}", answer.text());
        }
        let body = format!(r#"{{"verb":"evict","ids":["{session}","{over}","99999"]}}"#);
        let answer = app.raw().send("POST", "/api/v1/plans", &headers, body).await;
        let value: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(people.misfit(people.answer("/api/v1/plans", "post", "201"), &value, "plan"), None);
        let problem = app.raw().get("/api/v1/me").await;
        assert_eq!(problem.code(), ErrorCode::NotSignedIn);
        let value: Value = serde_json::from_slice(&problem.body).unwrap();
        assert_eq!(people.misfit(&people.components.schemas["Problem"], &value, "problem"), None);
    }

    async fn no_body_has_members_that_nobody_knows(app: TestApp) {
        let token = app.owner().await.token().unwrap();
        let [people, _] = both(&app).await;
        let mut bodies = 0;
        for (path, methods) in &people.paths {
            for (method, details) in methods.iter().filter(|(method, _)| *method != "get") {
                let id = &details.operation_id;
                if let Some(body) = &details.request_body {
                    let schema = body.content["application/json"].schema.as_ref().unwrap();
                    let mut open = Vec::new();
                    people.open(schema, id, &mut open);
                    assert!(open.is_empty(), "{open:?} take members that are not described");
                    bodies += 1;
                }
                let mut real = path.clone();
                while let (Some(start), Some(end)) = (real.find('{'), real.find('}')) {
                    real.replace_range(start..=end, "1");
                }
                let bearer = format!("Bearer {token}");
                let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
                let method = method.to_uppercase();
                let problem = app.raw().send(&method, &real, &headers, r#"{"colour":"red"}"#).await.problem();
                assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidBody, Some("colour")), "{id}: {problem:?}");
                assert!(problem.detail.contains("there are: "), "{id}: {problem:?}");
                let problem = app.raw().send(&method, &real, &headers, "[]").await.problem();
                assert_eq!(problem.code, ErrorCode::InvalidBody, "{id}: a list is no object");
            }
        }
        assert!(bodies > 15, "{bodies} bodies");
    }

    async fn what_is_waited_for_or_over_is_described(app: TestApp) {
        let [people, _] = both(&app).await;
        for (path, method, status) in [
            ("/api/v1/refreshes", "post", "429"),
            ("/api/v1/plans/{id}", "get", "410"),
            ("/api/v1/exports/{id}/file/{ticket}", "get", "410"),
            ("/api/v1/sessions", "get", "422"),
        ] {
            assert!(people.paths[path][method].responses.contains_key(status), "{method} {path} {status}");
        }
        for (path, methods) in &people.paths {
            for (method, details) in methods {
                for (status, answer) in details.responses.iter().filter(|(status, _)| ["429", "503"].contains(&status.as_str())) {
                    assert!(answer.headers.contains_key("Retry-After"), "{method} {path} {status}");
                }
            }
        }
    }

    async fn what_a_body_names_and_is_not_there_is_described(app: TestApp) {
        let token = app.owner().await.token().unwrap();
        let [people, _] = both(&app).await;
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
        for (path, body) in [
            ("/api/v1/bulk-actions", r#"{"plan_id":"9999","reason":"for a test"}"#),
            ("/api/v1/launches", r#"{"resource_id":"9999"}"#),
            ("/api/v1/me/viewer-passwords", r#"{"resource_id":"9999"}"#),
            ("/api/v1/plans", r#"{"verb":"evict","matching":{"q":"app:nothing"}}"#),
            ("/api/v1/environments", r#"{"name":"pool","hosts":["9999"]}"#),
        ] {
            let status = app.raw().send("POST", path, &headers, body).await.problem().status;
            assert!((400..500).contains(&status), "{path}: {status}");
            assert!(people.paths[path]["post"].responses.contains_key(&status.to_string()), "{path}: {status}");
        }
    }

    async fn a_field_that_is_not_described_would_be_found(app: TestApp) {
        let [people, _] = both(&app).await;
        let schema = &people.components.schemas["ActionState"];
        let fits = |text: &str| people.misfit(schema, &serde_json::from_str(text).unwrap(), "x");
        assert_eq!(fits(r#"{"verb":"evict"}"#), None);
        for odd in [r#"{"verb":"evict","colour":"red"}"#, r#"{}"#, r#"{"verb":"explode"}"#, r#"{"verb":5}"#, "[]"] {
            assert!(fits(odd).is_some(), "{odd}");
        }
    }
}
