//! Who calls: passwords, access tokens, refresh cookies, API tokens, agents' keys.

mod access_token;
mod caller;
mod check;
mod cookie;
mod failed;
mod password;
mod secret;
mod shown;
mod throttle;

pub use access_token::*;
pub use caller::*;
pub use check::*;
pub use cookie::*;
pub use failed::*;
pub use password::*;
pub use secret::*;
pub use shown::*;
pub use throttle::*;
