//! Plain lists: a table that is gone through page by page.

use deskwarden_client::ClientError;
use deskwarden_types::{
    Endpoint, NoArgs, NoBody,
    api::{Page, PageQuery},
};
use futures_util::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};

use super::{Failed, Pager, SkeletonRows, explain, table};
use crate::api::Api;

/// The most rows that one answer holds.
const MOST: u32 = 1_000;

/// A list as far as it is here.
pub struct Paged<T: Send + Sync + 'static> {
    page: RwSignal<Option<Page<T>>>,
    failure: RwSignal<Option<String>>,
    place: RwSignal<(Option<String>, i64)>,
    /// Asks for the page once more.
    pub load: Callback<()>,
}

impl<T: Send + Sync + 'static> Copy for Paged<T> {}
impl<T: Send + Sync + 'static> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}

/// The answer to the question for a page.
type Answer<T> = LocalBoxFuture<'static, Result<Page<T>, ClientError>>;

impl<T: Clone + PartialEq + Send + Sync + 'static> Paged<T> {
    /// The list of this endpoint.
    pub fn of<E>(api: Api) -> Self
    where
        E: Endpoint<Path = NoArgs, Query = PageQuery, Body = NoBody, Answer = Page<T>>,
    {
        Self::new(move |query| Box::pin(api.call::<E>(NoArgs {}, query, NoBody {})))
    }

    /// The list that `ask` asks for.
    pub fn new(ask: impl Fn(PageQuery) -> Answer<T> + Send + Sync + 'static) -> Self {
        let page = RwSignal::new(None::<Page<T>>);
        let failure = RwSignal::new(None::<String>);
        let place = RwSignal::new((None::<String>, 1_i64));
        let load = Callback::new(move |()| {
            let asked = place.get_untracked();
            let answer = ask(PageQuery { cursor: asked.0.clone(), ..Default::default() });
            spawn_local(async move {
                let answer = answer.await;
                if place.try_get_untracked() != Some(asked) {
                    return;
                }
                match answer {
                    Ok(list) => {
                        failure.set(None);
                        if page.with_untracked(|old| old.as_ref() != Some(&list)) {
                            page.set(Some(list));
                        }
                    }
                    Err(error) => failure.set(Some(explain(&error))),
                }
            });
        });
        Effect::new(move |_| {
            place.track();
            load.run(());
        });
        Self { page, failure, place, load }
    }

    /// What is on the page.
    pub fn items(self) -> Vec<T> {
        self.page.with(|page| page.as_ref().map(|page| page.items.clone()).unwrap_or_default())
    }

    fn is_empty(self) -> bool {
        self.page.with(|page| page.as_ref().is_some_and(|page| page.items.is_empty()))
    }
}

/// The table of a list, with what stands there when it is empty. A row may have rows of its own below it.
pub fn listing<T: Clone + PartialEq + Send + Sync + 'static>(
    list: Paged<T>,
    heads: &[&'static str],
    row: impl Fn(T) -> AnyView + Send + Sync + 'static,
    empty: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let columns = heads.len();
    let page = list.page;
    let rows = move || list.items().into_iter().map(&row).collect::<Vec<_>>();
    let bones = move || page.with(Option::is_none).then(|| view! { <SkeletonRows columns=columns rows=4 /> });
    view! {
        {move || list.failure.get().map(|text| view! { <Failed text=text on_retry=move || list.load.run(()) /> })}
        <div class="table-box">
            {table(heads, view! { {bones} {rows} }.into_any())}
            {move || list.is_empty().then(&empty)}
        </div>
        <div class="list-foot">
            <Pager
                first=Signal::derive(move || list.place.with(|p| p.1))
                shown=Signal::derive(move || page.with(|p| p.as_ref().map_or(0, |p| p.items.len())))
                total=Signal::derive(move || page.with(|p| p.as_ref().map(|p| p.total)))
                prev=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.prev.clone())))
                next=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.next.clone())))
                on_go=move |(cursor, first): (String, i64)| list.place.set((Some(cursor), first))
            />
        </div>
    }
    .into_any()
}

/// Everything that a list has, to choose from.
pub async fn all<E, T>(api: Api) -> Result<Vec<T>, ClientError>
where
    E: Endpoint<Path = NoArgs, Query = PageQuery, Body = NoBody, Answer = Page<T>>,
{
    let (mut items, mut cursor) = (Vec::new(), None);
    loop {
        let query = PageQuery { limit: Some(MOST), cursor: cursor.take() };
        let page = api.call::<E>(NoArgs {}, query, NoBody {}).await?;
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(items);
        }
    }
}
