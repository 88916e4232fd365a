//! One folder or file per page.

pub mod audit;
pub mod bulk;
pub mod hosts;
pub mod my;
pub mod not_found;
pub mod people;
pub mod screen;
pub mod seats;
pub mod session;
pub mod sessions;
pub mod set_up;
pub mod settings;
pub mod sign_in;
