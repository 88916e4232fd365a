//! `enrol`: a one-time code for a key.

use std::{io, net::IpAddr, path::PathBuf};

use deskwarden_client::{Client, Options};
use deskwarden_types::{
    Name,
    agent::{Enrol, EnrolAgent},
};

use crate::{
    files, link,
    state::{Identity, StateDir},
};

/// What enrolling needs.
pub(crate) struct Wanted {
    pub server: String,
    pub code: String,
    pub name: Option<String>,
    pub insecure_http: bool,
    pub ca_certificate: Option<PathBuf>,
}

/// Enrols, and writes down who this agent is. Says so in a sentence.
pub(crate) async fn enrol(state: &StateDir, wanted: Wanted) -> io::Result<String> {
    check_server(&wanted.server, wanted.insecure_http).map_err(io::Error::other)?;
    if let Some(old) = files::read_json::<Identity>(&state.identity())? {
        return Err(io::Error::other(format!(
            "this state directory belongs to agent {} of {}: use another, or remove it when its sessions are gone",
            old.agent_id, old.tenant
        )));
    }
    let root_certificate = wanted.ca_certificate.map(std::fs::read_to_string).transpose()?;
    let host_name: Name = wanted.name.unwrap_or_else(link::host_name).parse().map_err(io::Error::other)?;
    let client = client(&wanted.server, root_certificate.as_deref());
    let request = Enrol {
        code: wanted.code.trim().to_owned(),
        host_name: host_name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        simulated: false,
    };
    // The code is used up by the call: see first that its result can be kept.
    files::replace(&state.identity().with_extension("try"), b"{}")?;
    files::remove(&state.identity().with_extension("try"))?;
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
    files::replace_json(&state.identity(), &identity)?;
    Ok(format!("enrolled with {} as host {} ({})", identity.tenant, identity.host_name, identity.host_id))
}

/// A client for the server.
pub(crate) fn client(server: &str, root_certificate: Option<&str>) -> Client {
    Client::with(server, Options { root_certificate: root_certificate.map(|pem| pem.as_bytes().to_vec()) })
}

/// The key must not go over a network in the clear.
pub(crate) fn check_server(server: &str, insecure_http: bool) -> Result<(), String> {
    let (scheme, rest) = server.split_once("://").ok_or("the server is an address such as https://desk.example")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('@') {
        return Err("the server's address has no host, or a name in front of it".to_owned());
    }
    match scheme {
        "https" => Ok(()),
        "http" if insecure_http || is_loopback(host) => Ok(()),
        "http" => Err("plain http is for loopback only: use https, or say --insecure-http".to_owned()),
        _ => Err(format!("{scheme} is not http or https")),
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_loopback() {
        for good in ["https://desk.example", "http://127.0.0.1:8080/", "http://[::1]:80", "http://localhost"] {
            assert_eq!(check_server(good, false), Ok(()), "{good}");
        }
        let bad = [
            "http://desk.example",
            "http://127.0.0.1@desk.example",
            "http://localhost.desk.example:80",
            "http://[::2]:80",
            "ftp://localhost",
            "desk.example",
            "https://",
        ];
        for bad in bad {
            assert!(check_server(bad, false).is_err(), "{bad}");
        }
        assert_eq!(check_server("http://desk.example", true), Ok(()));
    }
}
