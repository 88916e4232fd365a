//! The rules of axe-core, run inside the page. They are fetched once, at the version in `tests/npm/package-lock.json`.

use std::{fs, path::Path, process::Command, sync::OnceLock};

use serde::Deserialize;

use super::Browser;
use crate::required;

static AXE: OnceLock<String> = OnceLock::new();

/// What matters enough to fail.
const GRAVE: [&str; 2] = ["serious", "critical"];

#[derive(Deserialize)]
struct Finding {
    id: String,
    impact: Option<String>,
    help: String,
    nodes: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    html: String,
    failure_summary: Option<String>,
}

/// The engine's script; fetched the first time.
fn axe() -> &'static str {
    AXE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("npm");
        let script = folder.join("node_modules/axe-core/axe.min.js");
        if !script.is_file() {
            let mut install = Command::new(required("npm", "scripts/setup.sh test"));
            install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
            let output = install.output().expect("npm can be started");
            assert!(output.status.success(), "npm ci in tests/npm: {output:?}");
        }
        fs::read_to_string(&script).expect("axe-core's script")
    })
}

impl Browser {
    /// Fails on what keeps people from using the page that is shown: the serious and critical findings of the rules for
    /// WCAG 2.2 A and AA and of best practice.
    pub async fn assert_accessible(&self, place: &str) {
        let run = "const done = arguments[arguments.length - 1]; \
            const kinds = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']; \
            axe.run(document, { runOnly: { type: 'tag', values: kinds }, resultTypes: ['violations'] })\
            .then((found) => done(JSON.stringify(found.violations)), (error) => done(String(error)));";
        let there =
            self.driver().execute("return typeof axe === 'object'", Vec::new()).await.expect("the page answers");
        if there.as_bool() != Some(true) {
            self.driver().execute(axe(), Vec::new()).await.expect("the rules can be read");
        }
        let answer = self.driver().execute_async(run, Vec::new()).await.expect("the rules can be run");
        let answer = answer.as_str().unwrap_or_default();
        let findings: Vec<Finding> = serde_json::from_str(answer).unwrap_or_else(|_| panic!("{place}: {answer}"));
        let grave = findings.iter().filter(|f| f.impact.as_deref().is_some_and(|impact| GRAVE.contains(&impact)));
        let lines: Vec<String> = grave.map(told).collect();
        if !lines.is_empty() {
            let picture = self.picture("not-accessible").await;
            panic!("{place}; see {}:\n{}", picture.display(), lines.join("\n"));
        }
    }
}

fn told(finding: &Finding) -> String {
    let place =
        |place: &Place| format!("  {}\n    {}", place.html, place.failure_summary.as_deref().unwrap_or_default());
    let places: Vec<String> = finding.nodes.iter().take(5).map(place).collect();
    format!("{} ({} places): {}\n{}", finding.id, finding.nodes.len(), finding.help, places.join("\n"))
}
