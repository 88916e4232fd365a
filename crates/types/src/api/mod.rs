//! The API for people and scripts, `/api/v1`, one file per resource.

mod audit;
mod auth;
mod bulk;
mod command;
mod event;
mod health;
mod host;
mod live;
mod page;
mod plan;
mod refs;
mod session;
mod settings;
mod token;
mod user;

pub use audit::*;
pub use auth::*;
pub use bulk::*;
pub use command::*;
pub use event::*;
pub use health::*;
pub use host::*;
pub use live::*;
pub use page::*;
pub use plan::*;
pub use refs::*;
pub use session::*;
pub use settings::*;
pub use token::*;
pub use user::*;
