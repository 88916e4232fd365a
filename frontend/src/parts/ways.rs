//! What still lets a user launch something again, with links to where it can be closed.

use deskwarden_types::{Permission, api::WayOpen};
use leptos::prelude::*;

use crate::{api::use_api, strings};

/// Where the name of the provision stands in the words.
const PROVISION: char = '\u{1}';
/// Where that of the group stands.
const GROUP: char = '\u{2}';

/// The most resources that are named.
const MOST: usize = 8;

/// Ways as a list, and the resources that are not suspended; `aside`: links open beside the page. Whoever may not open the pages gets the words alone.
pub fn ways<'a>(ways: impl IntoIterator<Item = &'a WayOpen>, resources: &[&str], aside: bool) -> AnyView {
    let links = untrack(|| use_api().may(Permission::Administer));
    let link = move |to: &'static str, words: String| match links {
        true => view! { <a href=to target=aside.then_some("_blank")>{words}</a> }.into_any(),
        false => words.into_any(),
    };
    let way = |way: &WayOpen| {
        let words = strings::way_open(way, &PROVISION.to_string(), &GROUP.to_string());
        let piece = |piece: &str| match piece.chars().last().filter(|last| matches!(*last, PROVISION | GROUP)) {
            None => piece.to_owned().into_any(),
            Some(place) => {
                let before = piece.trim_end_matches(place).to_owned();
                let name = match place {
                    PROVISION => link("/settings/provisions", way.provision.name.clone()),
                    _ => link("/people/groups", way.through.clone()),
                };
                view! { {before} {name} }.into_any()
            }
        };
        let pieces = words.split_inclusive([PROVISION, GROUP]).map(piece).collect_view();
        view! { <li>{pieces}</li> }
    };
    let resource = |name: &&str| view! { <li>{link("/settings/resources", strings::not_suspended(*name))}</li> };
    let more = resources.len().saturating_sub(MOST);
    view! {
        <ul class="ways">
            {ways.into_iter().map(way).collect_view()}
            {resources.iter().take(MOST).map(resource).collect_view()}
            {(more > 0).then(|| view! { <li>{strings::and_more(more)}</li> })}
        </ul>
    }
    .into_any()
}
