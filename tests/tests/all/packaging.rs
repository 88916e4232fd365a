//! `packaging/`: units that systemd takes, files of options that name each option and no other.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use deskwarden_tests::required;

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging")
}

/// What follows `marker` in a text, up to what is no part of a variable's name.
fn names(text: &str, marker: &str) -> BTreeSet<String> {
    let name =
        |rest: &str| rest.chars().take_while(|c| c.is_ascii_uppercase() || matches!(c, '_' | '0'..='9')).collect();
    text.split(marker).skip(1).map(name).collect()
}

/// The variables of a program's options, as its help names them.
fn options(program: &Path, command: &str) -> BTreeSet<String> {
    let help = Command::new(program).args([command, "--help"]).env("COLUMNS", "1000").output().unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    names(&text.split_whitespace().collect::<Vec<_>>().join(" "), "[env: ")
}

fn named(file: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(packaging().join(file)).unwrap();
    let lines = text.lines().filter(|line| line.contains('=') && line.starts_with("#D"));
    lines.map(|line| line[1..].split_once('=').unwrap().0.to_owned()).collect()
}

#[test]
fn files_of_options_name_each_option() {
    assert_eq!(named("server.env"), options(&deskwarden_tests::server_program(), "serve"));
    let mut agent = options(&deskwarden_tests::agent_program(), "run");
    // Read by the log itself.
    agent.insert("DESKWARDEN_AGENT_LOG".to_owned());
    assert_eq!(named("agent.env"), agent);
    assert!(agent.len() > 6);
}

#[test]
fn units_are_taken_by_systemd() {
    let analyze = required("systemd-analyze", "apt install systemd");
    let folder = tempfile::tempdir().unwrap();
    let (server, agent) = (deskwarden_tests::server_program(), deskwarden_tests::agent_program());
    for (unit, installed, program) in [
        ("deskwarden.service", "/usr/bin/deskwarden ", server),
        ("deskwarden-agent.service", "/usr/bin/deskwarden-agent ", agent),
    ] {
        let text = fs::read_to_string(packaging().join(unit)).unwrap();
        assert!(text.contains(installed));
        let path = folder.path().join(unit);
        fs::write(&path, text.replace(installed, &format!("{} ", program.display()))).unwrap();
        let out = Command::new(&analyze).args(["verify", "--man=no"]).arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        // What other units of this machine lack is not ours to say.
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("deskwarden")).collect();
        assert!(out.status.success() && ours.is_empty(), "{said}");
    }
}
