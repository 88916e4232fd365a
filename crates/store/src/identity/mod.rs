//! Who is who: users, sign-ins, tokens, one-time links, agents' keys, throttles.
//!
//! Secrets come here hashed already ([`SecretHash`]): a row never holds what somebody could sign in with.
//! Looking one up belongs to no tenant, because the secret is what tells the tenant.

mod agent_keys;
mod bootstrap;
mod change_user;
mod enrolment;
mod heads;
mod known_keys;
mod links;
mod purge;
mod refresh;
mod secrets;
mod sign_ins;
mod throttle;
mod tokens;
mod users;

use agent_keys::agent_by_key;
pub use bootstrap::first_tenant;
pub use change_user::{change_user, invite_user, user_detail};
pub use enrolment::{EnrolledAgent, NewAgent, code_tenant, create_code, enrol};
pub use heads::revision;
pub(crate) use known_keys::KnownKeys;
pub use known_keys::{forget_revoked, known_agent};
pub use links::{LinkTarget, create_link, link_target, use_link};
pub use purge::purge;
pub use refresh::{GRACE_SECONDS, Rotation, refresh_owner, revoke_by_refresh, rotate};
pub use secrets::shared_secret;
pub use sign_ins::{SignInUser, revoke_all_sign_ins, revoke_sign_in, signed_in_user, start_sign_in};
pub use throttle::{Limit, Verdict, forgive, purge_throttles, take_try};
pub use tokens::{TokenUser, count_tokens, create_token, list_tokens, revoke_token, token_used, token_user};
pub(crate) use users::names_changed;
pub use users::{
    Account, NewAccount, account_by_email, count_users, create_user, has_email, list_users, owner_without_password,
    placeholder_email, set_password, user,
};

/// SHA-256 of a secret that has enough randomness of its own. The secret itself is never stored.
pub type SecretHash = [u8; 32];

#[cfg(test)]
mod tests;
