//! Whether times are in the tenant's zone or in the browser's.

use crate::browser;

const KEY: &str = "deskwarden.zone";

/// Whose zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The tenant's: the same for everybody who talks about a session.
    Tenant,
    /// The browser's.
    Browser,
}

impl Zone {
    /// Both, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::Tenant, Self::Browser];

    fn word(self) -> Option<&'static str> {
        match self {
            Self::Tenant => None,
            Self::Browser => Some("browser"),
        }
    }

    /// What was chosen earlier in this browser.
    pub fn kept() -> Self {
        if browser::remembered(KEY).as_deref() == Self::Browser.word() { Self::Browser } else { Self::Tenant }
    }

    /// Keeps it and shows the page with it. All that matters is in the address, so the page is loaded anew.
    pub fn choose(self) {
        browser::remember(KEY, self.word());
        browser::load_again();
    }
}
