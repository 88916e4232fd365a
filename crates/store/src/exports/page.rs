//! One page of chosen columns, in any order: a list's rows as an export's cells.

use deskwarden_domain::list::{Dictionary, Stored, definition};
use deskwarden_types::SessionField;

use super::{
    fields::{Plan, Source},
    names::WriteText,
    raw::Texts,
    scan::Rows,
    sheet::{EMPTY, Sheet},
};
use crate::{
    Result, Scope, StoreError,
    sessions::{
        Asked, Cursor, Dialect, Placed, Viewer, from_ids,
        names::{Called, Name, Pointers, called, place},
        placed,
    },
};

/// A page's cells, with cursors that the server signs.
pub struct CellPage {
    /// The rows, in the order asked for.
    pub sheet: Sheet,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// Where the page before ends.
    pub prev: Option<Cursor>,
    /// The tenant's revision, read before the rows.
    pub revision: i64,
}

/// Reads a page of these columns; `write` writes a text as a cell. Refused as a list is, and where a column is hidden.
pub fn page(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    asked: Asked<'_>,
    fields: &[SessionField],
    write: WriteText,
) -> Result<CellPage> {
    let Placed { ground, ids, next, prev } = placed(scope, viewer, asked)?;
    if !ground.rules.show_ad_username && fields.contains(&SessionField::AdUsername) {
        let detail = "AD usernames are not shown here; an admin can change that in the settings.";
        return Err(StoreError::bad_parameter("columns", detail));
    }
    let plan = Plan::new(fields);
    let mut rows = Rows::new(&plan);
    if !ids.is_empty() {
        let mut statement = from_ids(Dialect::of(scope.conn), &plan.select(), &ids);
        statement.push(&plan.joins()).push(" WHERE s.tenant_id = ").number(scope.tenant.0);
        rows.raw.make_room(ids.len());
        rows.count = rows.raw.read(scope.conn, statement)?;
        rows.raw.put_in_order(&ids);
    }
    let names = called(scope, ground.names_revision, pointers(&plan, &rows).into_iter())?;
    let sheet = Sheet::named(plan, rows, names, write, &ground.rules.timing, scope.now)?;
    Ok(CellPage { sheet, next, prev, revision: ground.revision })
}

/// What the rows point to, as far as their columns name it.
fn pointers(plan: &Plan, rows: &Rows) -> Vec<Pointers> {
    let mut pointers = vec![Pointers::default(); rows.count];
    for source in &plan.columns {
        let Source::Name { field, id } = *source else { continue };
        let Some(place) = place_of(field) else { continue };
        for (pointers, id) in pointers.iter_mut().zip(rows.raw.column(id)) {
            if let Some(pointer) = pointers.get_mut(place).filter(|_| *id != EMPTY) {
                *pointer = Some(*id);
            }
        }
    }
    pointers
}

fn place_of(field: SessionField) -> Option<usize> {
    match definition(field).stored {
        Stored::Dictionary(dictionary, _) => place(dictionary),
        // The user, by both names.
        _ => place(Dictionary::User),
    }
}

/// A column of names, as its cells; empty where a row has no name.
pub(super) fn name_cells(field: SessionField, rows: &[Called], write: WriteText) -> Texts {
    let place = place_of(field);
    let mut texts = Texts::default();
    texts.make_room(rows.len());
    for called in rows {
        let name = place.and_then(|place| called.get(place)).and_then(Option::as_ref);
        texts.add(|cell| name.iter().for_each(|name| write_name(field, name, write, cell)));
    }
    texts
}

fn write_name(field: SessionField, name: &Name, write: WriteText, cell: &mut Vec<u8>) {
    match name {
        Name::User(user) => match field {
            SessionField::Username => write(&user.username, cell),
            SessionField::Name => write(&user.display_name, cell),
            SessionField::Email => write(&user.email, cell),
            SessionField::AdUsername => user.ad_username.iter().for_each(|name| write(name, cell)),
            // By both names: people may share one.
            _ => write(&format!("{} ({})", user.display_name, user.username), cell),
        },
        name => write(name.text(), cell),
    }
}
