//! Forgetting what has been over for long.

use deskwarden_types::Timestamp;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Conn, Result,
    schema::{enrolment_codes, refresh_tokens, set_up_links, sign_ins},
};

/// What is over stays for so long, so that its use is told from what never was.
const KEPT_SECONDS: i64 = 7 * 86_400;

/// Forgets refresh tokens, sign-ins, links and codes whose time is over for a week; gives how many.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    let before = now.plus_seconds(-KEPT_SECONDS).millis();
    // no tenant: time is over for all of them alike.
    let mut gone = diesel::delete(refresh_tokens::table.filter(refresh_tokens::expires_at.lt(before))).execute(conn)?;
    // no tenant: the same.
    let used = refresh_tokens::table.select(refresh_tokens::sign_in_id);
    // no tenant: the same.
    gone += diesel::delete(sign_ins::table.filter(sign_ins::expires_at.lt(before)).filter(sign_ins::id.ne_all(used)))
        .execute(conn)?;
    // no tenant: the same.
    gone += diesel::delete(set_up_links::table.filter(set_up_links::expires_at.lt(before))).execute(conn)?;
    // no tenant: the same.
    gone += diesel::delete(enrolment_codes::table.filter(enrolment_codes::expires_at.lt(before))).execute(conn)?;
    Ok(gone)
}
