//! Light, dark, high contrast, or as the system has it.

use leptos::prelude::*;

use crate::browser;

const KEY: &str = "deskwarden.theme";

/// What the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast, on light or dark as the system has it.
    Contrast,
}

impl Theme {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Contrast];

    fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::Contrast => Some("contrast"),
        }
    }

    /// What was chosen earlier in this browser.
    pub fn kept() -> Self {
        let word = browser::remembered(KEY);
        Self::ALL.into_iter().find(|t| t.word() == word.as_deref()).unwrap_or(Self::System)
    }

    /// Shows it and keeps it. `assets/first.js` does the same before the first paint.
    pub fn choose(self) {
        browser::remember(KEY, self.word());
        if let Some(root) = document().document_element() {
            // Both can only fail for names that are no names.
            let _ = match self.word() {
                Some(word) => root.set_attribute("data-theme", word),
                None => root.remove_attribute("data-theme"),
            };
        }
    }
}
