//! Making and checking the chain.

use deskwarden_types::{TenantId, Timestamp, api::AuditCheck};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use sha2::{Digest, Sha256};

use crate::{
    AuditDraft, Conn, Result, Scope, StoreError,
    head::Head,
    schema::{audit_entries, audit_privates, tenant_heads},
    sets::{Cells, insert, reserve},
};

/// Hashes fields so that no two lists of fields look alike: each with its length in front.
struct Fields(Sha256);

impl Fields {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    fn text(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.bytes(b"1").bytes(text.as_bytes()),
            None => self.bytes(b"0"),
        }
    }

    fn number(self, number: Option<i64>) -> Self {
        match number {
            Some(number) => self.bytes(b"1").bytes(&number.to_be_bytes()),
            None => self.bytes(b"0"),
        }
    }

    fn done(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

fn private_hash(salt: &[u8], actor: Option<&str>, object: Option<&str>, reason: Option<&str>) -> Vec<u8> {
    Fields::new().bytes(salt).text(actor).text(object).text(reason).done()
}

/// What the chain holds of an entry.
#[derive(diesel::Queryable)]
struct Link {
    id: i64,
    seq: i64,
    at: i64,
    actor_kind: i16,
    actor_id: Option<i64>,
    action: i16,
    session_id: Option<i64>,
    private_hash: Vec<u8>,
    hash: Vec<u8>,
}

impl Link {
    fn hash_after(&self, tenant: TenantId, before: &[u8]) -> Vec<u8> {
        Fields::new()
            .bytes(before)
            .number(Some(tenant.0))
            .number(Some(self.seq))
            .number(Some(self.at))
            .number(Some(self.actor_kind.into()))
            .number(self.actor_id)
            .number(Some(self.action.into()))
            .number(self.session_id)
            .bytes(&self.private_hash)
            .done()
    }
}

/// Adds entries at the end of the chain, in their order; the head's row must be locked.
pub(crate) fn append(
    conn: &mut Conn,
    tenant: TenantId,
    now: Timestamp,
    head: &mut Head,
    drafts: &[AuditDraft],
) -> Result<()> {
    let no_random = |error| StoreError::Unavailable(format!("no random bytes: {error}"));
    let mut salts = vec![[0u8; 16]; drafts.len()];
    getrandom::fill(salts.as_flattened_mut()).map_err(no_random)?;
    let ids = reserve(conn, "audit_entries", drafts.len())?;
    let mut links = Vec::with_capacity(drafts.len());
    for ((draft, salt), id) in drafts.iter().zip(&salts).zip(&ids) {
        let mut link = Link {
            id: *id,
            seq: head.audit_seq + 1,
            at: now.millis(),
            actor_kind: draft.actor.kind.code(),
            actor_id: draft.actor.user.map(|user| user.0),
            action: draft.action.code(),
            session_id: draft.session.map(|session| session.0),
            private_hash: private_hash(salt, Some(&draft.actor.name), draft.object.as_deref(), draft.reason.as_deref()),
            hash: Vec::new(),
        };
        link.hash = link.hash_after(tenant, &head.audit_hash);
        head.audit_seq = link.seq;
        head.audit_hash.clone_from(&link.hash);
        links.push(link);
    }
    let numbers = |of: fn(&Link) -> Option<i64>| Cells::Numbers(links.iter().map(of).collect());
    let columns = vec![
        ("id", Cells::numbers(ids.iter().copied())),
        ("tenant_id", Cells::Number(Some(tenant.0))),
        ("seq", numbers(|link| Some(link.seq))),
        ("at", numbers(|link| Some(link.at))),
        ("actor_kind", numbers(|link| Some(link.actor_kind.into()))),
        ("actor_id", numbers(|link| link.actor_id)),
        ("action", numbers(|link| Some(link.action.into()))),
        ("session_id", numbers(|link| link.session_id)),
        ("private_hash", Cells::Bytes(links.iter().map(|link| link.private_hash.clone()).collect())),
        ("hash", Cells::Bytes(links.iter().map(|link| link.hash.clone()).collect())),
    ];
    insert(conn, "audit_entries", links.len(), columns, "")?;
    let texts = |of: fn(&AuditDraft) -> Option<&str>| {
        Cells::Texts(drafts.iter().map(|draft| of(draft).map(str::to_owned)).collect())
    };
    let columns = vec![
        ("audit_id", Cells::numbers(ids)),
        ("tenant_id", Cells::Number(Some(tenant.0))),
        ("salt", Cells::Bytes(salts.iter().map(|salt| salt.to_vec()).collect())),
        ("actor", texts(|draft| Some(&draft.actor.name))),
        ("object", texts(|draft| draft.object.as_deref())),
        ("reason", texts(|draft| draft.reason.as_deref())),
    ];
    insert(conn, "audit_privates", drafts.len(), columns, "")
}

/// Entries read at once.
const CHUNK: i64 = 1000;

/// Reads the whole chain: every hash follows from the one before, no number is missing, the last
/// one is the head's, and what is kept beside the chain has the hash that the chain holds.
pub fn verify(scope: &mut Scope<'_>) -> Result<AuditCheck> {
    let tenant = scope.tenant;
    let (mut before, mut entries) = (Vec::new(), 0i64);
    loop {
        let links: Vec<Link> = audit_entries::table
            .filter(audit_entries::tenant_id.eq(tenant.0))
            .filter(audit_entries::seq.gt(entries))
            .order(audit_entries::seq)
            .limit(CHUNK)
            .select((
                audit_entries::id,
                audit_entries::seq,
                audit_entries::at,
                audit_entries::actor_kind,
                audit_entries::actor_id,
                audit_entries::action,
                audit_entries::session_id,
                audit_entries::private_hash,
                audit_entries::hash,
            ))
            .load(scope.conn)?;
        if links.is_empty() {
            break;
        }
        for link in links {
            let whole = link.seq == entries + 1
                && link.hash_after(tenant, &before) == link.hash
                && private_matches(scope.conn, tenant, &link)?;
            if !whole {
                return Ok(AuditCheck { whole: false, entries, broken_at: Some(entries + 1) });
            }
            entries = link.seq;
            before = link.hash;
        }
    }
    let (seq, hash): (i64, Vec<u8>) = tenant_heads::table
        .filter(tenant_heads::tenant_id.eq(tenant.0))
        .select((tenant_heads::audit_seq, tenant_heads::audit_hash))
        .first(scope.conn)?;
    // Entries cut off at the end leave a chain that is whole, but not this one's.
    let whole = seq == entries && hash == before;
    Ok(AuditCheck { whole, entries, broken_at: if whole { None } else { Some(entries + 1) } })
}

fn private_matches(conn: &mut Conn, tenant: TenantId, link: &Link) -> Result<bool> {
    type Private = (Vec<u8>, Option<String>, Option<String>, Option<String>);
    let private: Option<Private> = audit_privates::table
        .filter(audit_privates::audit_id.eq(link.id))
        .filter(audit_privates::tenant_id.eq(tenant.0))
        .select((audit_privates::salt, audit_privates::actor, audit_privates::object, audit_privates::reason))
        .first(conn)
        .optional()?;
    // Erased: the chain alone has to hold.
    Ok(private.is_none_or(|(salt, actor, object, reason)| {
        private_hash(&salt, actor.as_deref(), object.as_deref(), reason.as_deref()) == link.private_hash
    }))
}
