//! Desktops in tabs: opened, watched with consent, ended; with real agents, X servers and browsers.

mod ends;
mod https;
mod room;
mod seats;
mod using;
mod watching;

use room::Room;
