//! The console: a page of its own that talks to the server's API like any script could.

mod announce;
mod api;
mod app;
mod browser;
mod clock;
mod confirm;
mod feed;
mod format;
mod keys;
mod later;
mod notices;
mod pages;
mod parts;
mod router;
mod shell;
mod strings;
mod theme;
mod words;
mod zone;

fn main() {
    browser::show_panics();
    strings::load(|missing| {
        let show = move || {
            browser::remove_boot_screen();
            leptos::mount::mount_to_body(move || leptos::view! { <app::App untranslated=missing /> });
        };
        // Behind the answers that have come while the program was read (assets/first.js): what is here already is drawn
        // with the page around it.
        leptos::prelude::set_timeout(show, std::time::Duration::ZERO);
    });
}
