//! The examples in `docs/SCRIPTS.md`, run as they stand there.

use std::process::Output;

use deskwarden_tests::{Process, TestApp, on_both, required};
use deskwarden_types::Scope;

const PAGE: &str = include_str!("../../../../docs/SCRIPTS.md");

/// How the page says that scripts begin.
const STRICT: [&str; 2] = ["-euo", "pipefail"];

/// Sessions that there are.
const MANY: i64 = 1_200;

/// The blocks of shell, in their order, each with its heading.
fn blocks() -> Vec<(String, String)> {
    let (mut found, mut heading, mut block) = (Vec::new(), String::new(), None::<String>);
    for line in PAGE.lines() {
        match (&mut block, line) {
            (None, "```sh") => block = Some(String::new()),
            (Some(_), "```") => found.extend(block.take().map(|text| (heading.clone(), text))),
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, line) => {
                if let Some(text) = line.strip_prefix("## ") {
                    heading = text.to_owned();
                }
            }
        }
    }
    found
}

/// Runs a block by itself, in this folder.
fn shell(folder: &std::path::Path, server: &str, token: &str, options: &[&str], block: &str) -> Output {
    let mut command = Process::guarded(required("bash", "apt install bash"), "KILL");
    command.args(options).args(["-c", block]).current_dir(folder);
    command.env("SERVER", server).env("TOKEN", token);
    command.env("AUTH", format!("Authorization: Bearer {token}")).env("JSON", "Content-Type: application/json");
    command.output().expect("a shell")
}

on_both! {
    async fn the_examples_of_the_page_work(app: TestApp) {
        required("curl", "apt install curl");
        required("jq", "apt install jq");
        let (support, agent) = (app.support().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        // More than one page of the walk, and more than one answer of a bulk action.
        super::bulk_long::copies(&app, MANY).await;
        let (token, _) = super::tokens::make(&support, &[Scope::Read, Scope::Act]).await;
        let blocks = blocks();
        assert!(blocks.len() >= 10, "a page with next to no example");
        assert!(PAGE.contains(&format!("set {}", STRICT.join(" "))), "the page says how a script begins");
        let folder = tempfile::tempdir().unwrap();
        for (heading, block) in blocks {
            let (path, server, token, text) = (folder.path().to_owned(), app.server.url(), token.clone(), block.clone());
            let done = tokio::task::spawn_blocking(move || shell(&path, &server, &token, &STRICT, &text)).await.unwrap();
            let (out, errors) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
            assert!(done.status.success(), "{heading}: {block}\n--- printed\n{out}\n--- errors\n{errors}");
            let printed = |text: &str| assert!(out.contains(text), "{heading}: no {text} in {out}");
            match () {
                () if block.contains("head -n 3") => ["Session ID", "xterm"].into_iter().for_each(printed),
                () if block.contains("@tsv") => printed("xterm\trunning"),
                () if block.contains("wc -l") => printed(&MANY.to_string()),
                () if block.contains("follow()") => printed("open at "),
                () if block.contains("group_by") => [format!("of {MANY}"), format!("accepted: {MANY}")].iter().for_each(|text| printed(text)),
                () => {}
            }
        }
    }

    async fn the_examples_of_verbs_end_with_a_word_where_there_is_no_session(app: TestApp) {
        let (token, _) = super::tokens::make(&app.support().await, &[Scope::Read, Scope::Act]).await;
        let mut told = 0;
        for (_, block) in blocks().into_iter().filter(|(heading, _)| heading == "Verbs") {
            let word = match () {
                () if block.contains("/actions\"") => "No session of yours is running.",
                () if block.contains("/plans\"") => "No plan: No session matches",
                () => continue,
            };
            // As the page says, and as somebody pastes it.
            for options in [&STRICT[..], &[]] {
                let folder = tempfile::tempdir().unwrap();
                let (path, server, token, text) = (folder.path().to_owned(), app.server.url(), token.clone(), block.clone());
                let done = tokio::task::spawn_blocking(move || shell(&path, &server, &token, options, &text)).await.unwrap();
                let errors = String::from_utf8_lossy(&done.stderr);
                assert!(!done.status.success() && errors.contains(word), "{block}\n{errors}");
                assert_eq!(String::from_utf8_lossy(&done.stdout), "", "{block}");
            }
            told += 1;
        }
        assert_eq!(told, 2);
    }
}
