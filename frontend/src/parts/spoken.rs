//! Text in which the server's English may stand among the page's language.

use leptos::prelude::*;

use crate::strings;

/// Shows a text; what in it is the server's English is marked as English, so that it is read aloud as such.
pub fn spoken(text: String) -> AnyView {
    if !strings::in_other_language() {
        return text.into_any();
    }
    let piece = |(english, piece): (bool, &str)| {
        let piece = piece.to_owned();
        if english { view! { <span lang="en">{piece}</span> }.into_any() } else { piece.into_any() }
    };
    strings::pieces(&text).map(piece).collect_view().into_any()
}
