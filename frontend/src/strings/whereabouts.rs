//! Words for the language, the theme, the zone of times and the keys.

texts! {
    language: "Language";
    browsers_language: "Browser's language";
    language_missing: "The page is in English";
    language_missing_how: "The translation could not be loaded. Load the page again to try once more.";
    theme_system: "System";
    theme_light: "Light";
    theme_dark: "Dark";
    theme_contrast: "High contrast";
    times: "Times";
    times_tenant: "Tenant's zone";
    times_browser: "Browser's zone";
    times_in(zone, offset): "Times are in {zone} ({offset} now)";
    /// Behind what a column of times means.
    in_zone(tip, zone): "{tip}. Times are in {zone}";
    keys: "Keys";
    single_keys: "Keys without Ctrl work everywhere on the page";
    keys_of_list: "In the list of sessions";
    keys_everywhere: "Everywhere";
    key_search: "Search";
    key_help: "Show the keys";
    key_escape: "Close what is open";
    key_escape_search: "In the search box: back to the filter of the list, then to none";
    key_go(page): "Go to {page}";
    key_down: "Next row";
    key_up: "Previous row";
    key_open: "Open the session";
    key_select: "Select the session";
    key_select_range: "Select up to here";
    key_confirm: "Go ahead, in a dialog";
    key_space: "Space";
    key_escape_cap: "Esc";
    key_enter: "Enter";
    key_page_down_cap: "Page Down";
    key_page_up_cap: "Page Up";
    key_home: "Home";
    key_end: "End";
    key_ctrl: "Ctrl";
    key_shift: "Shift";
    /// Between two keys that are pressed one after the other.
    then: "then";
}
