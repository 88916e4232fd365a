//! How the server is run: the options of `deskwarden serve`, each also an environment variable.

use std::{net::SocketAddr, path::PathBuf};

use actix_web::http::Uri;
use deskwarden_store::Durability;
use ipnet::IpNet;

/// The options of `deskwarden serve`.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeOptions {
    /// The address to listen on; with port 0 a free one is chosen and printed
    #[arg(long, env = "DESKWARDEN_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// The database
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// PEM file with the certificate chain; with --tls-key turns TLS on
    #[arg(long, env = "DESKWARDEN_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the certificate's key
    #[arg(long, env = "DESKWARDEN_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Allow plain HTTP on any address: passwords and tokens can be read on the way
    #[arg(long, env = "DESKWARDEN_INSECURE")]
    pub insecure: bool,
    /// Do not serve the console
    #[arg(long, env = "DESKWARDEN_NO_CONSOLE")]
    pub no_console: bool,
    /// Serve the console from this folder instead of from the program itself
    #[arg(long, env = "DESKWARDEN_CONSOLE_DIR", value_name = "DIR", conflicts_with = "no_console")]
    pub console_dir: Option<PathBuf>,
    /// A reverse proxy in front of this server that does TLS (network in CIDR notation; may be given several times)
    #[arg(long = "trusted-proxy", env = "DESKWARDEN_TRUSTED_PROXY", value_delimiter = ',', value_name = "CIDR")]
    pub trusted_proxies: Vec<IpNet>,
    /// A page from elsewhere that may use the API, by its origin: scheme, host and port (may be given several times)
    #[arg(long = "allow-origin", env = "DESKWARDEN_ALLOW_ORIGIN", value_delimiter = ',', value_name = "ORIGIN",
          value_parser = parse_origin)]
    pub allow_origins: Vec<String>,
    /// The address by which people reach this server, for links
    #[arg(long, env = "DESKWARDEN_PUBLIC_URL", value_name = "URL", value_parser = parse_origin)]
    pub public_url: Option<String>,
    /// The address by which agents reach this very server, where several work on one database: screens come to the server
    /// that has the browser
    #[arg(long, env = "DESKWARDEN_ADVERTISE_URL", value_name = "URL", value_parser = parse_origin)]
    pub advertise_url: Option<String>,
    /// The account name of the first owner, when the server makes the first tenant
    #[arg(long, env = "DESKWARDEN_SET_UP_USERNAME", value_name = "NAME", default_value = "owner")]
    pub set_up_username: deskwarden_types::Username,
}

/// Where the database and the server's other files are.
#[derive(Debug, Clone, clap::Args)]
pub struct DatabaseOptions {
    /// sqlite:PATH or postgres://USER@HOST/NAME; unless told, deskwarden.db in the data directory
    #[arg(long, env = "DESKWARDEN_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The directory for the server's files
    #[arg(long, env = "DESKWARDEN_DATA_DIR", value_name = "DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// Connections that read the database (on PostgreSQL as many again that write); unless told, 8 on PostgreSQL, and on
    /// SQLite, where they work in this process, two more than it has processors
    #[arg(long, env = "DESKWARDEN_CONNECTIONS", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=100))]
    pub connections: Option<u32>,
    /// What an acknowledged change survives: a power cut (full), or a crash of the server only (normal)
    #[arg(long, env = "DESKWARDEN_DURABILITY", value_name = "LEVEL", default_value = "full")]
    pub durability: DurabilityOption,
}

/// What an acknowledged change survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DurabilityOption {
    /// A power cut.
    Full,
    /// A crash of the server.
    Normal,
}

impl From<DurabilityOption> for Durability {
    fn from(option: DurabilityOption) -> Self {
        match option {
            DurabilityOption::Full => Self::Full,
            DurabilityOption::Normal => Self::Normal,
        }
    }
}

impl ServeOptions {
    /// Whether browsers reach the server over TLS: its own, or that of a named proxy.
    pub fn is_secure(&self) -> bool {
        self.tls_cert.is_some() || !self.trusted_proxies.is_empty()
    }

    /// Whether what is asked for keeps passwords and tokens private.
    pub fn check(&self) -> Result<(), String> {
        if self.is_secure() || self.insecure || self.listen.ip().is_loopback() {
            return Ok(());
        }
        Err(format!(
            "plain HTTP on {} would show passwords and tokens to the network: give --tls-cert and --tls-key, or name \
             the proxy that does TLS with --trusted-proxy, or say --insecure",
            self.listen
        ))
    }
}

/// `scheme://host[:port]`, as browsers write it.
fn parse_origin(text: &str) -> Result<String, String> {
    let wrong = || "this must be like https://console.example.org, without a path".to_owned();
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(wrong)?;
    let authority = uri.authority().ok_or_else(wrong)?;
    let has_more = !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@');
    if has_more { Err(wrong()) } else { Ok(format!("{scheme}://{}", authority.as_str().to_ascii_lowercase())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: ServeOptions,
    }

    fn options(arguments: &[&str]) -> ServeOptions {
        Line::parse_from([&["deskwarden"], arguments].concat()).options
    }

    #[test]
    fn plain_http_stays_private() {
        assert!(options(&[]).check().is_ok());
        assert!(options(&["--listen", "[::1]:0"]).check().is_ok());
        assert!(options(&["--listen", "0.0.0.0:80"]).check().is_err());
        assert!(options(&["--listen", "0.0.0.0:80", "--insecure"]).check().is_ok());
        let proxied = options(&["--listen", "0.0.0.0:80", "--trusted-proxy", "10.0.0.0/8"]);
        assert!(proxied.check().is_ok() && proxied.is_secure());
        assert!(Line::try_parse_from(["deskwarden", "--tls-cert", "a.pem"]).is_err());
    }

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        assert_eq!(parse_origin("https://Console.Example.org/"), Ok("https://console.example.org".to_owned()));
        assert_eq!(parse_origin("http://localhost:3000"), Ok("http://localhost:3000".to_owned()));
        for bad in ["", "*", "null", "console.example.org", "ftp://a.b", "https://a.b/c", "https://u@a.b"] {
            assert!(parse_origin(bad).is_err(), "{bad}");
        }
    }
}
