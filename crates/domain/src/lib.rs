//! The rule book: statuses, verbs, timing, clean-up, permissions, words on screen.
//!
//! Pure: no I/O and no clock (`now` is a parameter), so that server, agent and console decide alike.
//! Numbers in brackets, such as (003), name the seed that a rule comes from.

mod access;
mod actions;
pub mod cleanup;
pub mod command;
mod explain;
mod facts;
pub mod kinds;
pub mod labels;
pub mod launch;
pub mod list;
pub mod permission;
mod resource;
pub mod retention;
pub mod rfb;
mod seats;
pub mod sentence;
mod server_version;
pub mod settings;
pub mod status;
pub mod timing;

pub use access::{browser_terminal, terminal_access};
pub use actions::{MAX_HOLD_MINUTES, actions, is_no_op, plan_outcome, strength, takes_hold, why_not};
pub use cleanup::{CleanUp, clean_up, listed_until};
pub use command::{
    can_follow, end_by_server, end_reason, ended_how, is_open, over_status, reopens, status_after, stays_shown,
    went_wrong,
};
pub use explain::{Refused, explain, explanation};
pub use facts::Facts;
pub use kinds::{KindRules, Need, StatusRule, rules};
pub use launch::{LaunchRefusal, ProvisionFacts, decide_launch, offline_until};
pub use permission::{is_ending, permissions_of, role_has, role_may, scope_allows};
pub use resource::{check_resource, most_sessions};
pub use retention::{Past, check_history_days, kept_since, kept_until};
pub use seats::seat_count;
pub use server_version::{ServerAnswer, server_obeys};
pub use settings::{BadSetting, HISTORY_DAYS, check_settings, default_settings, networks};
pub use status::shown_status;
pub use timing::{
    CLOSING_SECONDS, DEADLINE_MARGIN_SECONDS, DELIVERY_SECONDS, GRACE_SECONDS, MESSAGE_SECONDS, START_SECONDS, Timing,
    command_deadline, effective_by, is_connected, lease_seconds, lost_at, stale_at, trust, warning_seconds,
};
