//! The list's whole state, as the page's address has it: a link shows a colleague the same list.

use std::{fmt::Write, str::FromStr};

use deskwarden_domain::list::{self, Sort, SortKey};
use deskwarden_types::{
    Counting, Density, ListPage, ListState, SessionField, SessionId, ViewId,
    api::{SessionQuery, SessionSelection, ViewColumn},
};

use super::remembered;
use crate::{
    router::{HOME, Query},
    strings::{PAGE_ROWS, labels},
};

/// The widest that a column can be made, in pixels.
pub const WIDEST: u16 = 1000;
/// The narrowest, in pixels.
pub const NARROWEST: u16 = 40;
/// What stands for no saved view in an address.
const NO_VIEW: &str = "none";
/// The most rows that a page can have.
pub const MOST_ROWS: u32 = 1000;

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The page: all kinds, or one.
    pub page: ListPage,
    /// Which sessions and in which order; `kind` and `total` are left alone here, see [`Address::request`].
    pub query: SessionQuery,
    /// The columns shown, from left to right; the page's own when empty.
    pub columns: Vec<ViewColumn>,
    /// How high rows are.
    pub density: Option<Density>,
    /// The saved view that this came from.
    pub view: Option<ViewId>,
    /// Whether the page's default view is not wanted (`view=none`): everything has an address, too.
    pub no_view: bool,
    /// The number of the first row, from 1.
    pub first: i64,
    /// The session that is open beside the list.
    pub open: Option<SessionId>,
    /// What could not be understood, as `name=value`.
    pub unknown: Vec<String>,
    /// Whether the address names nothing but the page and how it is arranged: then its default view may be taken.
    pub bare: bool,
}

impl Default for Address {
    fn default() -> Self {
        Self::of(ListPage::All)
    }
}

impl Address {
    /// The plain list of a page.
    pub fn of(page: ListPage) -> Self {
        Self {
            page,
            query: SessionQuery::default(),
            columns: Vec::new(),
            density: None,
            view: None,
            no_view: false,
            first: 1,
            open: None,
            unknown: Vec::new(),
            bare: true,
        }
    }

    /// Reads the path and its parameters. Columns and density that it does not name are those that this browser
    /// remembers for the page.
    pub fn read(path: &str, params: &Query) -> Self {
        let (page, open) = place(path);
        let mut read = Reader { params, unknown: Vec::new(), found: false };
        let kind = read.word("kind");
        let page = if page == ListPage::All { list::page_of(kind) } else { page };
        let mut address = Self { open: open.and_then(|id| id.parse().ok()), ..Self::of(page) };
        address.query = SessionQuery {
            state: read.word("state"),
            q: read.text("q"),
            kind: None,
            status: read.word("status"),
            host: read.word("host"),
            contains: read.text("contains"),
            field: read.word("field"),
            from: read.text("from"),
            to: read.text("to"),
            sort: read.word::<Sort>("sort").map(|sort| sort.to_string()),
            limit: read.word::<Rows>("rows").map(|rows| rows.0),
            cursor: read.text("cursor"),
            total: None,
        };
        address.no_view = read.text("view").is_some_and(|view| view == NO_VIEW);
        address.view = if address.no_view { None } else { read.word("view") };
        let first = read.word("first").filter(|first| *first > 0 && address.query.cursor.is_some());
        address.first = first.unwrap_or(1);
        address.bare = !read.found;
        address.density = read.word("density");
        if let Some(cols) = read.text("cols") {
            address.columns = columns(&cols);
            if address.columns.len() < cols.split(',').count() {
                read.unknown.push(format!("cols={}", cols.chars().take(40).collect::<String>()));
            }
        }
        address.unknown = read.unknown;
        let (columns, density) = remembered::arrangement(address.page, address.query.state);
        if address.columns.is_empty() {
            address.columns = columns;
        }
        address.density = address.density.or(density);
        address
    }

    /// The address as a link: path and parameters.
    pub fn link(&self) -> String {
        let mut link = HOME.to_owned();
        if self.page != ListPage::All {
            link.push('/');
            link.push_str(self.page.as_str());
        }
        if let Some(id) = self.open {
            link.push('/');
            link.push_str(&id.to_string());
        }
        let mut mark = '?';
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                link.push(mark);
                mark = '&';
                link.push_str(name);
                link.push('=');
                link.push_str(&legible(value));
            }
        };
        let q = &self.query;
        put("state", q.state.map(|state| state.as_str()));
        put("q", q.q.as_deref());
        put("status", q.status.map(|status| status.as_str()));
        put("host", q.host.map(|host| host.to_string()).as_deref());
        put("contains", q.contains.as_deref());
        put("field", q.field.map(|field| field.as_str()));
        put("from", q.from.as_deref());
        put("to", q.to.as_deref());
        put("sort", q.sort.as_deref());
        put("rows", q.limit.map(|rows| rows.to_string()).as_deref());
        put("cols", Some(written(&self.columns)).filter(|cols| !cols.is_empty()).as_deref());
        put("density", self.density.map(|density| density.as_str()));
        // What says anything else takes no default view anyway.
        let everything = self.no_view && *q == SessionQuery::default();
        let view = self.view.map(|view| view.to_string()).or_else(|| everything.then(|| NO_VIEW.to_owned()));
        put("view", view.as_deref());
        put("cursor", q.cursor.as_deref());
        put("first", q.cursor.as_ref().map(|_| self.first.to_string()).as_deref());
        link
    }

    /// The same with something changed; from its first page, where the change makes it another list.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut new = Self { unknown: Vec::new(), ..self.clone() };
        change(&mut new);
        if new.query.cursor == self.query.cursor && new.request() != self.request() {
            new.query.cursor = None;
            new.first = 1;
        }
        new
    }

    /// The same list in another of its tabs; columns that belong to the one stay there.
    pub fn in_state(&self, state: Option<ListState>) -> Self {
        self.with(|a| {
            a.query.state = state;
            if remembered::place(a.page, state) != remembered::place(self.page, self.query.state) {
                a.columns.clear();
            }
        })
    }

    /// What the server is asked for the rows.
    pub fn request(&self) -> SessionQuery {
        SessionQuery {
            kind: list::kind_of(self.page),
            limit: Some(self.rows()),
            total: Some(Counting::None),
            ..self.query.clone()
        }
    }

    /// Which sessions the list has, on all its pages.
    pub fn selection(&self) -> SessionSelection {
        self.request().selection()
    }

    /// How many rows a page has.
    pub fn rows(&self) -> u32 {
        self.query.limit.unwrap_or(PAGE_ROWS as u32)
    }

    /// Which of the tabs it is.
    pub fn state(&self) -> ListState {
        self.query.state.unwrap_or(ListState::All)
    }

    /// What the page calls a field.
    pub fn name_of(&self, field: SessionField) -> &'static str {
        labels::field(field, self.page, self.state())
    }

    /// The order; newest first unless told (000).
    pub fn sort(&self) -> Vec<SortKey> {
        let sort = self.query.sort.as_deref().and_then(|sort| sort.parse::<Sort>().ok()).unwrap_or_default();
        sort.keys().to_vec()
    }

    /// Whether newly made sessions belong on top of these rows.
    pub fn takes_new_on_top(&self) -> bool {
        self.query.cursor.is_none() && matches!(self.query.sort.as_deref(), None | Some("-id"))
    }

    /// Whether anything but the page narrows the list.
    pub fn is_filtered(&self) -> bool {
        self.query.selection() != SessionSelection::default()
    }

    /// The same list from its start.
    pub fn first_page(&self) -> Self {
        self.with(|a| {
            a.query.cursor = None;
            a.first = 1;
        })
    }

    /// All sessions of the page, in the same columns.
    pub fn unfiltered(&self) -> Self {
        self.with(|a| {
            a.query = SessionQuery { sort: a.query.sort.take(), limit: a.query.limit, ..SessionQuery::default() };
            a.view = None;
        })
    }
}

/// The page and the session that a path of the list names; what is no page is a session.
pub fn place(path: &str) -> (ListPage, Option<String>) {
    let rest = path.strip_prefix(HOME).unwrap_or_default().trim_matches('/');
    let (first, then) = rest.split_once('/').unwrap_or((rest, ""));
    match first.parse() {
        Ok(page) => (page, Some(then.to_owned()).filter(|id| !id.is_empty())),
        Err(_) => (ListPage::All, Some(rest.to_owned()).filter(|id| !id.is_empty())),
    }
}

/// `id,email:220`: fields from left to right, with widths where somebody chose one.
pub fn written(columns: &[ViewColumn]) -> String {
    let mut text = String::new();
    for column in columns {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(column.field.as_str());
        if let Some(width) = column.width {
            // Writing to a text does not fail.
            let _ = write!(text, ":{width}");
        }
    }
    text
}

/// Reads what [`written`] writes; what is no column, or stands there twice, is left out.
pub fn columns(text: &str) -> Vec<ViewColumn> {
    let mut columns: Vec<ViewColumn> = Vec::new();
    for part in text.split(',') {
        let (name, width) = part.split_once(':').map_or((part, None), |(name, width)| (name, width.parse().ok()));
        let Some(field) = list::field_named(name).filter(|field| list::definition(*field).column) else { continue };
        if columns.iter().all(|column| column.field != field) {
            columns.push(ViewColumn { field, width: width.map(|width: u16| width.clamp(NARROWEST, WIDEST)) });
        }
    }
    columns
}

/// Encoded for an address, with the signs that may stand there as they are, so that people can read it.
fn legible(value: &str) -> String {
    let mut text = String::from(js_sys::encode_uri_component(value));
    for (code, sign) in [("%3A", ":"), ("%2C", ","), ("%2F", "/"), ("%20", "+")] {
        if text.contains(code) {
            text = text.replace(code, sign);
        }
    }
    text
}

/// How many rows a page has: 1 to 1,000.
struct Rows(u32);

impl FromStr for Rows {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().ok().filter(|rows| (1..=MOST_ROWS).contains(rows)).map(Self).ok_or(())
    }
}

/// Takes parameters, and notes those that it does not understand.
struct Reader<'a> {
    params: &'a Query,
    unknown: Vec<String>,
    found: bool,
}

impl Reader<'_> {
    fn text(&mut self, name: &'static str) -> Option<String> {
        let text = self.params.get(name).filter(|text| !text.trim().is_empty());
        self.found |= text.is_some();
        text
    }

    fn word<T: FromStr>(&mut self, name: &'static str) -> Option<T> {
        let text = self.text(name)?;
        let word = text.parse().ok();
        if word.is_none() {
            self.unknown.push(format!("{name}={}", text.chars().take(40).collect::<String>()));
        }
        word
    }
}
