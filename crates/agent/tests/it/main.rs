//! The agent as a process, with real programs, real cgroups and a real X display, against a small server that keeps
//! to the agents' protocol. Needs root, cgroup v2, Xvfb, TigerVNC, openbox, zenity, xdotool and wmctrl; without one of them it fails.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod apps;
#[cfg(test)]
mod dialogs;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod evict;
#[cfg(test)]
mod expire;
#[cfg(test)]
mod host;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod screen;
#[cfg(test)]
mod screens;
#[cfg(test)]
mod seat;
#[cfg(test)]
mod sequence;
#[cfg(test)]
mod server;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod viewer;
#[cfg(test)]
mod watching;
#[cfg(test)]
mod watching_rules;
