//! Holds the workspace against the arrows that `docs/` and the design draw.
//!
//! Cargo itself only refuses cycles; that the console can't reach the database, or that the rules know
//! no web server, is ours to check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::files;

/// Which of our crates each of them may name. A crate that is missing here fails the check.
const ARROWS: &[(&str, &[&str])] = &[
    ("deskwarden-types", &[]),
    ("deskwarden-domain", &["deskwarden-types"]),
    ("deskwarden-store", &["deskwarden-types", "deskwarden-domain"]),
    ("deskwarden-server", &["deskwarden-types", "deskwarden-domain", "deskwarden-store"]),
    ("deskwarden-client", &["deskwarden-types"]),
    ("deskwarden-console", &["deskwarden-types", "deskwarden-domain", "deskwarden-client"]),
    ("deskwarden-agent", &["deskwarden-types", "deskwarden-domain", "deskwarden-client"]),
    ("xtask", &[]),
];

/// The package that drives the whole from outside; it may reach anything.
const FREE: &str = "deskwarden-tests";

/// What must stay out of the crates that build for wasm, however far down.
const PURE: &[&str] = &["deskwarden-types", "deskwarden-domain"];
const IMPURE: &[&str] = &["actix-web", "diesel", "tokio"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<NodeDependency>,
}

#[derive(Deserialize)]
struct NodeDependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// Asks cargo for the graph and fails on a forbidden arrow.
pub fn run(root: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1"])
        .current_dir(root)
        .output()
        .context("running cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
    let mut violations = forbidden_arrows(&metadata);
    violations.extend(impurities(&metadata));
    let members = metadata.workspace_members.len();
    files::verdict("check-layers", members, "crates", &violations)
}

fn forbidden_arrows(metadata: &Metadata) -> Vec<String> {
    let members = || metadata.packages.iter().filter(|p| metadata.workspace_members.contains(&p.id));
    let ours: BTreeSet<&str> = members().map(|p| p.name.as_str()).collect();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut violations = Vec::new();
    for package in members().filter(|p| p.name != FREE) {
        let Some(allowed) = arrows.get(package.name.as_str()) else {
            violations.push(format!("{} has no place in the layers of check_layers.rs", package.name));
            continue;
        };
        // Tests may look upwards; what ships may not.
        for dependency in package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev")) {
            let name = dependency.name.as_str();
            if ours.contains(name) && !allowed.contains(&name) {
                violations.push(format!("{} must not depend on {name}", package.name));
            }
        }
    }
    violations
}

fn impurities(metadata: &Metadata) -> Vec<String> {
    let names: BTreeMap<&str, &str> = metadata.packages.iter().map(|p| (p.id.as_str(), p.name.as_str())).collect();
    let nodes: BTreeMap<&str, &Node> = metadata.resolve.nodes.iter().map(|n| (n.id.as_str(), n)).collect();
    let mut violations = Vec::new();
    for package in metadata.packages.iter().filter(|p| PURE.contains(&p.name.as_str())) {
        let mut seen = BTreeSet::new();
        let mut open = vec![package.id.as_str()];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let name = names.get(id).copied().unwrap_or_default();
            if IMPURE.contains(&name) {
                violations.push(format!("{} must not reach {name}", package.name));
            }
            let deps = nodes.get(id).into_iter().flat_map(|node| &node.deps);
            open.extend(deps.filter(|d| d.dep_kinds.iter().any(|k| k.kind.is_none())).map(|d| d.pkg.as_str()));
        }
    }
    violations
}

#[cfg(test)]
#[path = "check_layers_tests.rs"]
mod tests;
