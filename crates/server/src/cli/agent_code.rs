//! `deskwarden agent code`.

use clap::Args;
use deskwarden_store::{Actor, WriteScope, identity, tenants};

use super::{Outcome, say};
use crate::{
    auth::{CODE_SECONDS, fresh_code},
    clock::{Clock, SystemClock},
    options::DatabaseOptions,
    server::open_store,
};

/// What the code is for.
#[derive(Debug, Args)]
pub struct CodeOptions {
    #[command(flatten)]
    database: DatabaseOptions,
    /// Let every user of the tenant launch any program of the host that enrols with this code
    #[arg(long)]
    this_machine: bool,
    /// How many codes, one a line; each is good for one agent
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "this_machine",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    count: u32,
}

/// Prints the codes, and nothing else.
pub async fn code(options: CodeOptions) -> Outcome {
    let store = open_store(&options.database).await?;
    let tenant = store.read_all(tenants::all).await?.first().copied();
    let tenant = tenant.ok_or("there is no tenant yet: start `deskwarden serve` once, it makes the first one")?;
    let (now, this_machine) = (SystemClock.now(), options.this_machine);
    let mut codes = Vec::new();
    for _ in 0..options.count {
        codes.push(fresh_code().map_err(|error| error.detail)?);
    }
    let hashes: Vec<_> = codes.iter().map(|code| code.hash).collect();
    let create = move |scope: &mut WriteScope<'_>| {
        let until = now.plus_seconds(CODE_SECONDS);
        hashes
            .iter()
            .try_for_each(|hash| identity::create_code(scope, &Actor::command_line(), hash, this_machine, until))
    };
    store.write(tenant, now, create).await?;
    for code in &codes {
        say(&code.text);
    }
    Ok(())
}
