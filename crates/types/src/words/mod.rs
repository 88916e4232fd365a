//! The words of the rule book, as they stand on the wire.

mod end;
mod kind;
mod list;
mod people;
mod place;
mod progress;
mod status;
mod stream;
mod verb;

pub use end::*;
pub use kind::*;
pub use list::*;
pub use people::*;
pub use place::*;
pub use progress::*;
pub use status::*;
pub use stream::*;
pub use verb::*;
