//! An installation that speaks TLS: from the set-up link to a desktop in a tab.

use std::panic::{AssertUnwindSafe, resume_unwind};

use deskwarden_tests::{
    Agent, Browser, Certificate, Database, PASSWORD, Server, ServerOptions, TestDatabase, eventually,
};
use futures_util::FutureExt;

use super::room::{EXPECTED, PATIENCE, new_tab, sees_screen};

#[test]
fn a_desktop_comes_over_tls_all_the_way() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let (certificate, database) = (Certificate::default(), TestDatabase::new(Database::Sqlite));
        let files = [certificate.chain(), certificate.key()].map(|file| file.display().to_string());
        let [chain, key] = files;
        let arguments = vec!["--tls-cert".to_owned(), chain, "--tls-key".to_owned(), key];
        let options = ServerOptions { database_url: database.url().to_owned(), arguments };
        let (server, browser) = tokio::join!(Server::start(options), Browser::start());
        assert!(server.url().starts_with("https://"));
        for command in [&["demo", "samples"][..], &["agent", "code"]] {
            let output = server.command_line(command, "");
            assert!(output.status.success(), "{command:?}: {output:?}");
        }
        let code = server.command_line(&["agent", "code"], "");
        let agent = Agent::start_trusting(&server.url(), String::from_utf8(code.stdout).unwrap().trim(), &certificate);

        let story = AssertUnwindSafe(story(&server, &agent, &browser)).catch_unwind().await;
        if let Err(panic) = story {
            println!("--- the page ---\n{}\n{}", browser.text().await, browser.complaints().await.join("\n"));
            println!("--- the server's log ---\n{}\n--- the agent's ---\n{}", server.log(), agent.log());
            resume_unwind(panic);
        }
        browser.complains_only_of(&EXPECTED).await;
        browser.close().await;
    });
}

async fn story(server: &Server, agent: &Agent, browser: &Browser) {
    let log = server.log();
    let link = log.split_whitespace().find(|word| word.contains("/set-up#")).unwrap();
    assert!(link.starts_with(&server.url()), "{link}");
    browser.open(link).await;
    browser.sees("For the account").await;
    browser.fill("Email", "ada@example.org").await;
    browser.fill("Name", "Ada Lovelace").await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Set password and sign in").await;
    browser.sees("No sessions yet").await;
    // The cookie that is sent over TLS only is taken, and brings a new token.
    browser.open(&format!("{}/my", server.url())).await;
    browser.sees_in("[data-resource]", &["Open"]).await;
    eventually("the agent's host", PATIENCE, async || agent.log().contains("connected").then_some(())).await;
    let tab = new_tab(browser, async || browser.click_in("[data-resource]", "Open").await).await;
    browser.driver().switch_to_window(tab).await.unwrap();
    sees_screen(browser).await;
    browser.picture("118-https").await;
}
