//! Seats: how many connections may be open at a time, who has them, and the gate that asks for one (004).

mod connection;
mod count;
mod holders;
mod logins;
mod password;
mod people;
mod vnc_auth;

pub use connection::{Answer, connect};
pub(crate) use count::{TAKES_A_SEAT, held_by};
pub use count::{change, count, mine, of_account, show};
pub use logins::tell;
pub use password::{PASSWORD_SECONDS, make as make_password, purge};
pub use people::{active, count_active};
