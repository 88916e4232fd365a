//! The console: a page of its own that talks to the server's API like any script could.

mod api;
mod app;
mod browser;
mod clock;
mod confirm;
mod feed;
mod format;
mod notices;
mod pages;
mod parts;
mod shell;
mod strings;
mod theme;
mod words;

fn main() {
    browser::show_panics();
    browser::remove_boot_screen();
    leptos::mount::mount_to_body(app::App);
}
