//! Small graphs, each with one arrow that must be refused.

use super::*;

/// A graph from `(crate, kind of dependency, crate)`; every crate that begins with `deskwarden` is ours.
fn graph(arrows: &[(&str, Option<&str>, &str)]) -> Metadata {
    let names: BTreeSet<&str> = arrows.iter().flat_map(|(from, _, to)| [*from, *to]).collect();
    let of = |name: &str| -> Vec<(Option<String>, String)> {
        let from_here = arrows.iter().filter(|(from, _, _)| *from == name);
        from_here.map(|(_, kind, to)| (kind.map(str::to_owned), (*to).to_owned())).collect()
    };
    let package = |name: &&str| Package {
        id: (*name).to_owned(),
        name: (*name).to_owned(),
        dependencies: of(name).into_iter().map(|(kind, name)| Dependency { name, kind }).collect(),
    };
    let node = |name: &&str| Node {
        id: (*name).to_owned(),
        deps: of(name).into_iter().map(|(kind, pkg)| NodeDependency { pkg, dep_kinds: vec![Kind { kind }] }).collect(),
    };
    Metadata {
        packages: names.iter().map(package).collect(),
        workspace_members: names.iter().filter(|n| n.starts_with("deskwarden")).map(|n| (*n).to_owned()).collect(),
        resolve: Resolve { nodes: names.iter().map(node).collect() },
    }
}

#[test]
fn an_upward_arrow_is_refused() {
    let found = forbidden_arrows(&graph(&[("deskwarden-console", None, "deskwarden-store")]));
    assert_eq!(found, ["deskwarden-console must not depend on deskwarden-store"]);
}

#[test]
fn a_build_dependency_counts_and_a_dev_dependency_does_not() {
    let build = graph(&[("deskwarden-domain", Some("build"), "deskwarden-server")]);
    assert_eq!(forbidden_arrows(&build).len(), 1);
    let dev = graph(&[("deskwarden-domain", Some("dev"), "deskwarden-server")]);
    assert!(forbidden_arrows(&dev).is_empty());
}

#[test]
fn the_drawn_arrows_and_the_tests_are_free() {
    let graph = graph(&[
        ("deskwarden-server", None, "deskwarden-store"),
        ("deskwarden-tests", None, "deskwarden-server"),
        ("deskwarden-types", None, "serde"),
    ]);
    assert!(forbidden_arrows(&graph).is_empty());
}

#[test]
fn a_crate_without_a_place_is_refused() {
    let found = forbidden_arrows(&graph(&[("deskwarden-extra", None, "deskwarden-types")]));
    assert_eq!(found.len(), 1);
}

#[test]
fn an_impure_crate_is_found_at_any_depth() {
    let found = impurities(&graph(&[("deskwarden-types", None, "helper"), ("helper", None, "tokio")]));
    assert_eq!(found, ["deskwarden-types must not reach tokio"]);
    let dev = graph(&[("deskwarden-types", Some("dev"), "helper"), ("helper", None, "tokio")]);
    assert!(impurities(&dev).is_empty());
}
