//! Sessions: the list, how many there are, one of them, and a verb on it.

use std::mem;

use actix_web::web;
use deskwarden_domain::list::{Selection, Sort};
use deskwarden_store::{
    Scope, actions, launches,
    sessions::{self, Asked, Cursor},
};
use deskwarden_types::{
    Counting, Endpoint, ErrorCode, NoArgs, NoBody,
    api::{ActOnSession, Command, CountSessions, EndHold, ListSessions, SessionList, SessionQuery, ShowSession, Total},
};

use super::bulk_actions::idempotency_key;
use crate::{
    http::{ApiError, Ask, Call, Reply, Tag, page_limit},
    state::State,
};

/// The name that the list's cursors carry.
pub(super) const LIST: &str = "sessions";
/// Bytes of a row's text, mostly less.
const ROW: usize = 1_536;

fn sort(text: Option<&str>) -> Result<Sort, ApiError> {
    let wrong = |error: deskwarden_domain::list::BadSort| {
        ApiError::new(ErrorCode::InvalidQuery, format!("Wrong order: {error}.")).with_field("sort")
    };
    text.map_or_else(|| Ok(Sort::default()), |text| text.parse().map_err(wrong))
}

/// Lists sessions. Members see their own.
///
/// The rows and their number are read at once, on two connections. A number that takes too long, or that no connection
/// can be had for, is left out, unless it was asked for to the last one.
pub async fn list(ask: Ask<ListSessions>, state: web::Data<State>) -> Result<Reply<ListSessions>, ApiError> {
    let wanted = ask.understood(&state, Wanted::read(&state, &ask.query)).await?;
    let counting = ask.query.total.unwrap_or(Counting::Capped);
    let counted = wanted.selection.clone();
    let rows = ask.look(&state, move |scope, user| {
        let Asked { selection, sort, cursor, limit } = wanted.asked();
        sessions::list(scope, &user.viewer(), selection, sort, cursor, limit)
    });
    let (rows, total) = tokio::join!(rows, total(&ask, &state, counted, counting));
    let page = rows?;
    let total = match total {
        Err(error) if counting == Counting::Capped && is_for_want_of_time(&error) => None,
        total => total?,
    };
    let total = total.map(|total| at_least(total, page.items.len()));
    let write = |place: Option<Cursor>| place.map(|place| state.cursors.write(LIST, &place)).transpose();
    let mut list = SessionList {
        items: page.items,
        next: write(page.next)?,
        prev: write(page.prev)?,
        total,
        refresh: page.refresh,
        revision: page.revision,
    };
    let (tag, size) = (list_tag(&mut list), (list.items.len() + 1) * ROW);
    Ok(Reply::new(list).with_tag(tag, ask.header("if-none-match")).with_size(size))
}

/// What a list is asked for.
pub(super) struct Wanted {
    selection: Selection,
    sort: Sort,
    cursor: Option<Cursor>,
    limit: u32,
}

impl Wanted {
    pub(super) fn read(state: &State, query: &SessionQuery) -> Result<Self, ApiError> {
        let selection = Selection::read(&query.selection())?;
        let (sort, limit) = (sort(query.sort.as_deref())?, page_limit(query.limit)?);
        let cursor = query.cursor.as_deref().map(|text| state.cursors.read(LIST, text)).transpose()?;
        Ok(Self { selection, sort, cursor, limit })
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { selection: &self.selection, sort: &self.sort, cursor: self.cursor.as_ref(), limit: self.limit }
    }
}

/// How many fit; what counts to the last one may take long, and stops when the caller goes away.
async fn total<E: Endpoint<Path = NoArgs, Body = NoBody>>(
    ask: &Ask<E>,
    state: &State,
    selection: Selection,
    counting: Counting,
) -> Result<Option<Total>, ApiError> {
    match counting {
        Counting::None => Ok(None),
        Counting::Capped => {
            ask.look(state, move |scope, user| sessions::count(scope, &user.viewer(), &selection, counting)).await
        }
        Counting::Exact => {
            let user = ask.caller(state).await?;
            let (tenant, viewer) = (user.tenant, user.viewer());
            let count = move |scope: &mut Scope<'_>| sessions::count(scope, &viewer, &selection, counting);
            Ok(state.store.read_long(tenant, ask.now, count).await?)
        }
    }
}

fn is_for_want_of_time(error: &ApiError) -> bool {
    matches!(error.code, ErrorCode::Busy | ErrorCode::QueryTooSlow)
}

/// What is on the page is there, however little of the rest there was time to count.
fn at_least(total: Total, shown: usize) -> Total {
    if total.exact {
        return total;
    }
    Total { count: total.count.max(i64::try_from(shown).unwrap_or(i64::MAX)), ..total }
}

/// The tag of a list without what the clock alone moves: how long sessions have lasted, and of the cursors the moment to
/// which they belong. That there are cursors counts; where they lead follows from the rows. Whoever has the same list
/// from before goes on from there with the cursors of then: those take lengths of time as they were when his rows were
/// read, so that none is left out or comes twice. The revision is that of all sessions: what has changed elsewhere is no
/// other list, and whoever follows from the revision of then is told more, not less. It counts beside a number that is not
/// exact: how far the time sufficed to count says nothing, but only while the revision is the same are there still at least
/// so many.
fn list_tag(list: &mut SessionList) -> Tag {
    let durations: Vec<i64> = list.items.iter_mut().map(|row| mem::take(&mut row.duration_seconds)).collect();
    let (next, prev) = (list.next.as_mut().map(mem::take), list.prev.as_mut().map(mem::take));
    let guess = list.total.as_mut().filter(|total| !total.exact).map(|total| mem::take(&mut total.count));
    let revision = list.revision;
    if guess.is_none() {
        list.revision = 0;
    }
    let tag = Tag::of(&*list);
    list.revision = revision;
    if let (Some(total), Some(count)) = (list.total.as_mut(), guess) {
        total.count = count;
    }
    (list.next, list.prev) = (next, prev);
    list.items.iter_mut().zip(durations).for_each(|(row, duration)| row.duration_seconds = duration);
    tag
}

/// Counts sessions. The answer stops when the caller goes away.
pub async fn count(ask: Ask<CountSessions>, state: web::Data<State>) -> Result<Reply<CountSessions>, ApiError> {
    let counting = ask.query.total.unwrap_or(Counting::Capped);
    let read = Selection::read(&ask.query.selection()).map_err(ApiError::from).and_then(|selection| match counting {
        Counting::None => {
            let detail = "Ask for capped or exact; leave the question away to count nothing.";
            Err(ApiError::new(ErrorCode::InvalidQuery, detail).with_field("total"))
        }
        _ => Ok(selection),
    });
    let selection = ask.understood(&state, read).await?;
    let total = total(&ask, &state, selection, counting).await?;
    total.map(Reply::new).ok_or_else(|| ApiError::internal("nothing was counted"))
}

/// Shows a session.
pub async fn show(call: Call<ShowSession>, state: web::Data<State>) -> Result<Reply<ShowSession>, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    let read = move |scope: &mut Scope<'_>| sessions::show(scope, &viewer, id);
    let detail = state.store.read(call.tenant()?, call.now, read).await?;
    let mut unmoved = detail.clone();
    unmoved.session.duration_seconds = 0;
    unmoved.actions.iter_mut().for_each(|action| action.effective_by = None);
    Ok(Reply::new(detail).with_tag(Tag::of(&unmoved), call.header("if-none-match")))
}

/// Uses a verb on a session; with the same key only once.
pub async fn act(call: Call<ActOnSession>, state: web::Data<State>) -> Result<Command, ApiError> {
    let (actor, viewer, tenant) = (call.actor()?, call.user()?.viewer(), call.tenant()?);
    let (key, id, asked) = (idempotency_key(&call)?, call.path.id, call.body);
    let act = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        actions::act(scope, &actor, &viewer, id, &asked, key.as_deref())
    };
    Ok(state.store.write(tenant, call.now, act).await?)
}

/// Ends the hold on what a session launched.
pub async fn end_hold(call: Call<EndHold>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, viewer, tenant, id) = (call.actor()?, call.user()?.viewer(), call.tenant()?, call.path.id);
    let end = move |scope: &mut deskwarden_store::WriteScope<'_>| launches::end_hold(scope, &actor, &viewer, id);
    state.store.write(tenant, call.now, end).await?;
    Ok(NoBody {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_knows_whether_a_page_follows_but_not_since_when() {
        let tag = |next: Option<&str>, prev: Option<&str>| {
            let (next, prev) = (next.map(str::to_owned), prev.map(str::to_owned));
            let refresh = deskwarden_types::api::RefreshState::default();
            let mut list = SessionList { items: Vec::new(), next, prev, total: None, refresh, revision: 1 };
            let tag = format!("{:?}", list_tag(&mut list));
            (tag, list.next, list.prev)
        };
        let (first, next, prev) = tag(Some("a"), None);
        assert_eq!((next.as_deref(), prev), (Some("a"), None));
        assert_eq!(tag(Some("b"), None).0, first);
        for (next, prev) in [(None, None), (None, Some("a")), (Some("a"), Some("a"))] {
            assert_ne!(tag(next, prev).0, first);
        }
    }

    #[test]
    fn a_tag_does_not_know_how_far_the_time_sufficed_to_count() {
        let tag = |count, exact| {
            let (refresh, total) = (deskwarden_types::api::RefreshState::default(), Some(Total { count, exact }));
            let mut list = SessionList { items: Vec::new(), next: None, prev: None, total, refresh, revision: 1 };
            let tag = format!("{:?}", list_tag(&mut list));
            assert_eq!(list.total, total);
            tag
        };
        assert_eq!(tag(8_970, false), tag(6_223, false));
        assert_ne!(tag(8_970, true), tag(6_223, true));
        assert_ne!(tag(8_970, true), tag(8_970, false));
    }

    #[test]
    fn a_total_is_never_less_than_what_is_shown() {
        for (count, exact, shown, told) in
            [(0, false, 50, 50), (640, false, 50, 640), (0, true, 0, 0), (7, true, 50, 7)]
        {
            assert_eq!(at_least(Total { count, exact }, shown), Total { count: told, exact });
        }
    }
}
