//! Screens, each in a tab of its own: one's own to use, and somebody's to look on.

mod control;
mod frame;
mod rfb;
mod toolbar;
mod watch;

pub use control::ScreenPage;
pub use watch::WatchPage;
