//! The hosts' keys.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use deskwarden_types::{
    Name,
    agent::{Enrol, EnrolAgent},
};

use super::Options;
use crate::{
    enrol::{check_server, client},
    files,
    state::Identity,
};

/// Longer than any list of codes.
const LONGEST: u64 = 1024 * 1024;

/// One fleet a directory; the lock ends with the process, however it ends.
pub(super) fn lock(directory: &Path) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(directory.join("lock"))?;
    file.try_lock().map_err(|_| {
        io::Error::other(format!("another fleet runs with the state directory {}", directory.display()))
    })?;
    Ok(file)
}

/// Where host `n` keeps what it knows.
pub(super) fn directory(fleet: &Path, n: usize) -> PathBuf {
    fleet.join(format!("{:03}", n + 1))
}

/// Every host's identity; hosts that have none are enrolled, each with a code of its own.
pub(super) async fn identities(fleet: &Path, options: &Options) -> io::Result<Vec<Identity>> {
    let mut known = Vec::new();
    let mut missing = Vec::new();
    for n in 0..options.hosts as usize {
        let directory = directory(fleet, n);
        files::directory(&directory, 0o700)?;
        let identity: Option<Identity> = files::read_json(&directory.join("agent.json"))?;
        match identity {
            Some(identity) => known.push((n, identity)),
            None => missing.push(n),
        }
    }
    if !missing.is_empty() {
        let codes = read_codes(options, missing.len())?;
        for (n, code) in missing.into_iter().zip(codes) {
            known.push((n, enrol(&directory(fleet, n), n, code, options).await?));
        }
    }
    known.sort_by_key(|(n, _)| *n);
    Ok(known.into_iter().map(|(_, identity)| identity).collect())
}

fn read_codes(options: &Options, needed: usize) -> io::Result<Vec<String>> {
    let how = format!(
        "{needed} hosts are not enrolled: give --server, and --codes with what `deskwarden agent code --count {needed}` prints"
    );
    let (Some(_), Some(path)) = (&options.server, &options.codes) else { return Err(io::Error::other(how)) };
    let mut text = String::new();
    if path.as_os_str() == "-" {
        io::stdin().take(LONGEST).read_to_string(&mut text)?;
    } else {
        File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    }
    let codes: Vec<String> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    // A code that was read and not used is still good: nothing is enrolled by half.
    if codes.len() < needed { Err(io::Error::other(format!("{how}; {} came", codes.len()))) } else { Ok(codes) }
}

async fn enrol(directory: &Path, n: usize, code: String, options: &Options) -> io::Result<Identity> {
    let server = options.server.as_deref().unwrap_or_default();
    check_server(server, options.insecure_http).map_err(io::Error::other)?;
    let root_certificate = options.ca_certificate.as_ref().map(std::fs::read_to_string).transpose()?;
    let host_name: Name = format!("lab-pc-{:03}", n + 1).parse().map_err(io::Error::other)?;
    let client = client(server, root_certificate.as_deref());
    let request =
        Enrol { code, host_name: host_name.clone(), version: env!("CARGO_PKG_VERSION").to_owned(), simulated: true };
    let enrolled = client.send::<EnrolAgent>(request).await.map_err(io::Error::other)?;
    let identity = Identity {
        server: client.base_url().to_owned(),
        key: enrolled.key,
        agent_id: enrolled.agent_id,
        host_id: enrolled.host_id,
        host_name: host_name.into(),
        tenant: enrolled.tenant,
        root_certificate,
    };
    files::replace_json(&directory.join("agent.json"), &identity)?;
    Ok(identity)
}
