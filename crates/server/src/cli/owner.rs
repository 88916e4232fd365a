//! `deskwarden owner create`.

use std::io::Read;

use clap::Args;
use deskwarden_store::{
    Actor, AuditDraft, WriteScope,
    identity::{self, NewAccount},
    tenants,
};
use deskwarden_types::{AuditAction, Password, Role, Username};

use super::{Outcome, say};
use crate::{
    api::check_email,
    auth::Passwords,
    clock::{Clock, SystemClock},
    first_start::first_tenant,
    options::DatabaseOptions,
    server::open_store,
};

/// Who the owner is.
#[derive(Debug, Args)]
pub struct CreateOptions {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The email to sign in with
    #[arg(long, value_name = "EMAIL")]
    email: String,
    /// Read the password from standard input: nothing secret stands in the list of processes
    #[arg(long, required = true)]
    password_stdin: bool,
    /// The account's name; unless told, what stands before the @
    #[arg(long, value_name = "NAME")]
    username: Option<Username>,
}

/// Makes an owner of the first tenant, which is made too where there is none.
pub async fn create(options: CreateOptions) -> Outcome {
    let email = check_email(&options.email).map_err(|error| format!("--email: {}", error.detail))?;
    let username = match options.username {
        Some(username) => username,
        None => email.split('@').next().unwrap_or_default().parse()?,
    };
    let password = read_password()?;
    let store = open_store(&options.database).await?;
    let now = SystemClock.now();
    first_tenant(&store, &username, now).await?;
    let password_hash = Passwords::new().map_err(|error| error.detail)?;
    let password_hash = password_hash.hash(password.as_str()).await.map_err(|error| error.detail)?;
    let waiting = store.read_all(identity::owner_without_password).await?;
    let tenant = match waiting {
        Some((tenant, _)) => tenant,
        None => store.read_all(tenants::all).await?.first().copied().ok_or("there is no tenant")?,
    };
    let name = username.as_str().to_owned();
    let account = NewAccount { username: name.clone(), display_name: name, email: email.clone(), role: Role::Owner };
    let write = move |scope: &mut WriteScope<'_>| {
        let actor = Actor::command_line();
        // The first owner was made when the tenant was, and has neither email nor password.
        let owner = match waiting {
            Some((_, owner)) => identity::user(scope, owner)?,
            None => identity::create_user(scope, &actor, &account)?,
        };
        identity::set_password(scope, owner.id, &password_hash, &account.email, &owner.display_name)?;
        let object = Some(owner.username.clone());
        scope.audit(AuditDraft { actor, action: AuditAction::PasswordSet, session: None, object, reason: None });
        Ok(owner.username)
    };
    let username = store.write(tenant, now, write).await?;
    say(&format!("{username} is an owner and signs in as {email}."));
    Ok(())
}

/// The first line of standard input.
fn read_password() -> Result<Password, Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    Ok(line.parse::<Password>().map_err(|error| format!("standard input: {error}"))?)
}
