//! The descriptions are complete, and the files are what the code says.

use std::{collections::BTreeSet, path::Path};

use deskwarden_types::Permission;
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, PathItem},
};

use super::{
    polish::{described, properties},
    *,
};
use crate::routes;

fn description(api: Api) -> OpenApi {
    let mut description = Description::new(api);
    routes::all().describe(&mut description);
    description.finish()
}

fn operations(item: &PathItem) -> impl Iterator<Item = &Operation> {
    [&item.get, &item.post, &item.put, &item.delete].into_iter().flatten()
}

fn each_operation(mut see: impl FnMut(&str, &Operation)) -> usize {
    let mut seen = 0;
    for api in Api::ALL {
        let description = description(*api);
        for (path, item) in &description.paths.paths {
            for operation in operations(item) {
                see(path, operation);
                seen += 1;
            }
        }
    }
    seen
}

#[test]
fn every_operation_says_what_it_is() {
    let mut ids = BTreeSet::new();
    let seen = each_operation(|path, operation| {
        let id = operation.operation_id.clone().unwrap_or_default();
        let says = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().len() > 3);
        assert!(says(&operation.summary), "{path} {id} has no summary");
        assert!(says(&operation.description), "{path} {id} has no description");
        let tags = operation.tags.clone().unwrap_or_default();
        assert_eq!(tags.len(), 1, "{path} {id} has one tag");
        assert!(text::TAGS.iter().any(|(name, _)| *name == tags[0]), "{path} {id}: nobody explains the tag {tags:?}");
        let statuses = &operation.responses.responses;
        for first in ["2", "4", "5"] {
            let there = |status: &String| status.starts_with(first) || (first == "2" && status == "101");
            assert!(statuses.keys().any(there), "{path} {id} has no {first}xx");
        }
        assert!(ids.insert(id.clone()), "{path}: {id} is there twice");
    });
    assert!(seen > 30, "{seen} operations");
}

#[test]
fn every_operation_says_who_may() {
    let mut public = BTreeSet::new();
    each_operation(|path, operation| {
        let id = operation.operation_id.clone().unwrap_or_default();
        let security = operation.security.as_ref().unwrap_or_else(|| panic!("{path} {id} has no security"));
        let json = serde_json::to_string(security).unwrap();
        let named = Permission::ALL.iter().find(|permission| json == format!("[{{\"bearer\":[\"{permission}\"]}}]"));
        match named {
            Some(permission) => {
                let is_agents = path.starts_with("/agent/");
                assert_eq!(*permission == Permission::Agent, is_agents, "{path} {id}");
                assert!(operation.responses.responses.contains_key("401"), "{path} {id} has no 401");
            }
            None => {
                assert_eq!(json, "[{}]", "{path} {id}: neither a permission nor for everybody");
                public.insert(id);
            }
        }
    });
    // The ticket in its address says who fetches an export or follows a stream.
    let tickets = ["FetchExport", "FollowStream"];
    let signing = ["CheckSetUpLink", "EnrolAgent", "FinishSetUp", "Refresh", "SignInNow", "SignOut"];
    let expected: BTreeSet<_> =
        ["Alive", "Ready"].into_iter().chain(tickets).chain(signing).map(str::to_owned).collect();
    assert_eq!(public, expected, "nothing else is for everybody");
}

#[test]
fn every_property_and_parameter_is_described() {
    for api in Api::ALL {
        let mut description = description(*api);
        let mut seen = 0;
        for (name, schema) in &mut description.components.as_mut().unwrap().schemas {
            assert!(described(schema), "{name} has no description");
            properties(schema, &mut |property, schema| {
                assert!(described(schema), "{name}.{property} has no description");
                seen += 1;
            });
        }
        assert!(seen > 20, "{seen} properties");
    }
    each_operation(|path, operation| {
        for parameter in operation.parameters.iter().flatten() {
            let RefOr::T(parameter) = parameter else { panic!("{path}: a parameter by reference") };
            assert!(parameter.description.is_some(), "{path}: {} has no description", parameter.name);
        }
    });
}

#[test]
fn every_filter_of_the_grammar_can_be_read() {
    let block = text::SESSIONS.split("```").nth(1).unwrap();
    let filters: Vec<&str> = block.lines().filter(|line| !line.is_empty()).collect();
    assert!(filters.len() > 10, "{filters:?}");
    for filter in filters {
        if let Err(error) = deskwarden_domain::list::Filter::parse(filter) {
            panic!("{filter}: {error:?}");
        }
    }
}

#[test]
fn every_operation_says_which_scope_it_needs() {
    let paths = description(Api::People).paths.paths;
    let all = paths.values().flat_map(|item| operations(item).map(|one| (one, item.get.as_ref() == Some(one))));
    for (operation, reads) in all {
        let says = operation.description.as_deref().unwrap_or_default();
        let told = ["read", "act"].map(|scope| says.contains(&format!("the scope `{scope}`")));
        let open = operation.security.as_ref().is_some_and(|one| serde_json::to_string(one).unwrap() == "[{}]");
        let expected = if open { [false, false] } else { [reads, !reads] };
        assert_eq!(told, expected, "{:?}", operation.operation_id);
    }
    let agents = description_json(Api::Agents).unwrap();
    assert!(!agents.contains("needs the scope"), "agents have keys, not tokens");
}

#[test]
fn every_reference_leads_somewhere() {
    for api in Api::ALL {
        let json = description_json(*api).unwrap();
        let names = description(*api).components.unwrap().schemas.into_keys().collect::<BTreeSet<_>>();
        let references: BTreeSet<String> = json
            .split("#/components/schemas/")
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| *c != '"').collect())
            .collect();
        assert_eq!(references, names, "{}: what is referred to is what is there", api.title());
    }
}

#[test]
fn the_files_are_what_the_code_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-spec");
    if let Err(error) = check_files(&folder) {
        panic!("{error}");
    }
}

#[test]
fn a_file_that_differs_is_told_with_its_line_and_the_command() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path()).unwrap();
    check_files(folder.path()).unwrap();
    let path = folder.path().join("agent/v1.json");
    let changed = std::fs::read_to_string(&path).unwrap().replacen("\"Deskwarden for agents\"", "\"Other\"", 1);
    std::fs::write(&path, changed).unwrap();
    let error = check_files(folder.path()).unwrap_err().to_string();
    assert!(error.contains("line 4") && error.contains(REWRITE), "{error}");
    std::fs::remove_file(&path).unwrap();
    assert!(check_files(folder.path()).is_err(), "a missing file differs");
}
