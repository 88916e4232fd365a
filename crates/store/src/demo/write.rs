//! Things and rows as SQL.

use deskwarden_domain::list::fold;
use deskwarden_types::{CommandState, TenantId};
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_types::BigInt};

use super::{
    World,
    institution::METHODS,
    life::{Line, Order},
    names::GROUPS,
    rows::Row,
    sql::{Dialect, Insert},
};
use crate::{Conn, Result, WriteScope};

/// An insert grows no longer than this, in bytes.
const LONGEST: usize = 400_000;

/// The first id of each kind of thing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    users: i64,
    groups: i64,
    environments: i64,
    hosts: i64,
    devices: i64,
    addresses: i64,
    resources: i64,
    methods: i64,
    provisions: i64,
    pub(super) sessions: i64,
    commands: i64,
}

#[derive(diesel::QueryableByName)]
struct First {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Sets so many ids of a table aside, so that nobody else is given one of them; gives the first.
// no tenant: ids belong to the installation.
fn reserve(conn: &mut Conn, table: &str, count: usize) -> Result<i64> {
    let text = match Dialect::of(conn) {
        Dialect::Sqlite => {
            conn.batch_execute(&format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', 0 \
                 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{table}'); \
                 UPDATE sqlite_sequence SET seq = seq + {count} WHERE name = '{table}'"
            ))?;
            format!("SELECT seq - {count} + 1 AS id FROM sqlite_sequence WHERE name = '{table}'")
        }
        Dialect::Postgres => {
            conn.batch_execute(&format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))?;
            let sequence = format!("pg_get_serial_sequence('{table}', 'id')");
            format!("SELECT setval({sequence}, nextval({sequence}) + {count}) - {count} AS id")
        }
    };
    Ok(diesel::sql_query(text).get_result::<First>(conn)?.id)
}

impl Ids {
    /// Sets ids aside for all of it.
    pub(super) fn reserve(conn: &mut Conn, world: &World, sessions: u64) -> Result<Self> {
        let sessions = usize::try_from(sessions).unwrap_or(usize::MAX);
        Ok(Self {
            users: reserve(conn, "users", world.users.len())?,
            groups: reserve(conn, "groups", GROUPS.len())?,
            environments: reserve(conn, "environments", world.environments.len())?,
            hosts: reserve(conn, "hosts", world.hosts.len())?,
            devices: reserve(conn, "devices", world.devices.len())?,
            addresses: reserve(conn, "addresses", world.addresses.len())?,
            resources: reserve(conn, "resources", world.apps.len())?,
            methods: reserve(conn, "delivery_methods", METHODS.len())?,
            provisions: reserve(conn, "provisions", world.provisions.len())?,
            sessions: reserve(conn, "sessions", sessions)?,
            // At most one a session.
            commands: reserve(conn, "commands", sessions)?,
        })
    }
}

fn place(first: i64, place: usize) -> i64 {
    first + place as i64
}

/// Inserts a list, in statements that are not too long.
fn all<T>(conn: &mut Conn, into: &str, things: &[T], mut row: impl FnMut(&mut Insert, usize, &T)) -> Result<()> {
    let dialect = Dialect::of(conn);
    let mut insert = Insert::new(dialect, into);
    for (n, thing) in things.iter().enumerate() {
        row(insert.row(), n, thing);
        insert.end();
        if insert.len() > LONGEST {
            insert.run(conn)?;
            insert = Insert::new(dialect, into);
        }
    }
    insert.run(conn)
}

/// Writes the institution.
pub(super) fn world(scope: &mut WriteScope<'_>, world: &World, ids: &Ids, since: i64) -> Result<()> {
    let tenant = scope.tenant.0;
    let conn = &mut *scope.conn;
    let into = "users (tenant_id, id, username, display_name, email, ad_username, role, created_at, username_folded, \
                display_name_folded, email_folded, ad_username_folded)";
    all(conn, into, &world.users, |row, n, user| {
        row.number(tenant).number(place(ids.users, n)).text(&user.username).text(&user.display_name);
        row.text(&user.email).text(&user.ad_username).number(user.role.code()).number(since);
        row.folded(&user.username).folded(&user.display_name).folded(&user.email).folded(&user.ad_username);
    })?;
    all(conn, "groups (tenant_id, id, name, name_folded)", GROUPS, |row, n, name| {
        row.number(tenant).number(place(ids.groups, n)).text(name).folded(name);
    })?;
    all(conn, "group_members (tenant_id, group_id, user_id)", &world.users, |row, n, user| {
        row.number(tenant).number(place(ids.groups, user.group)).number(place(ids.users, n));
    })?;
    all(conn, "environments (tenant_id, id, name, name_folded)", &world.environments, |row, n, name| {
        row.number(tenant).number(place(ids.environments, n)).text(name).folded(name);
    })?;
    all(conn, "hosts (tenant_id, id, name, name_folded, created_at)", &world.hosts, |row, n, name| {
        row.number(tenant).number(place(ids.hosts, n)).text(name).folded(name).number(since);
    })?;
    all(conn, "devices (tenant_id, id, name, name_folded, terminal)", &world.devices, |row, n, (name, terminal)| {
        row.number(tenant).number(place(ids.devices, n)).text(name).folded(name).number(terminal.code());
    })?;
    all(conn, "addresses (tenant_id, id, address, text)", &world.addresses, |row, n, ip| {
        row.number(tenant).number(place(ids.addresses, n)).address(*ip).text(&ip.to_string());
    })?;
    all(conn, "resources (tenant_id, id, name, name_folded, kind, program, version)", &world.apps, |row, n, app| {
        row.number(tenant).number(place(ids.resources, n)).text(&app.name).folded(&app.name).number(app.kind.code());
        row.optional_text(app.program.as_deref()).optional_text(app.version.as_deref());
    })?;
    let into = "delivery_methods (tenant_id, id, name, name_folded, kind, licence_kind, offline_days)";
    all(conn, into, METHODS, |row, n, method| {
        row.number(tenant)
            .number(place(ids.methods, n))
            .text(method.name)
            .folded(method.name)
            .number(method.kind.code());
        row.number(method.licence.code()).number(method.offline_days);
    })?;
    provisions(conn, tenant, world, ids)
}

fn provisions(conn: &mut Conn, tenant: i64, world: &World, ids: &Ids) -> Result<()> {
    let into = "provisions (tenant_id, id, name, name_folded, resource_id, any_program, delivery_method_id, everyone)";
    all(conn, into, &world.provisions, |row, n, provision| {
        row.number(tenant).number(place(ids.provisions, n)).text(&provision.name).folded(&provision.name);
        row.number(ids.resources + i64::from(provision.app)).flag(false);
        row.number(ids.methods + i64::from(provision.method)).flag(provision.groups.is_empty());
    })?;
    let pairs: Vec<(usize, usize)> =
        world.provisions.iter().enumerate().flat_map(|(n, p)| p.groups.iter().map(move |group| (n, *group))).collect();
    all(conn, "provision_groups (tenant_id, provision_id, group_id)", &pairs, |row, _, (provision, group)| {
        row.number(tenant).number(place(ids.provisions, *provision)).number(place(ids.groups, *group));
    })
}

/// Sessions with all that belongs to them, as SQL.
pub(super) struct Batch {
    sessions: Insert,
    extras: Insert,
    beats: Insert,
    events: Insert,
    commands: Insert,
}

impl Batch {
    pub(super) fn new(dialect: Dialect) -> Self {
        let insert = |into| Insert::new(dialect, into);
        Self {
            sessions: insert(
                "sessions (tenant_id, id, kind, status, observed_status, phase, user_id, resource_id, provision_id, \
                 delivery_method_id, environment_id, device_id, host_id, address_id, terminal, access, source, connected, \
                 stale, started_at, ended_at, last_activity_at, valid_until, offline_until, listed_until, end_reason, \
                 ended_how, revision)",
            ),
            extras: insert(
                "session_extras (tenant_id, session_id, version, server_product, server_version, version_folded, \
                 server_folded)",
            ),
            beats: insert("session_beats (tenant_id, session_id, seen_at)"),
            events: insert(
                "session_events (tenant_id, session_id, kind, observed_at, recorded_at, from_status, to_status, \
                 command_id, end_reason, actor_id, detail)",
            ),
            commands: insert(
                "commands (tenant_id, id, session_id, verb, state, requested_by, reason, first_warning_seconds, \
                 second_warning_seconds, created_at, effective_by, deadline, delivered_at, acknowledged_at, warned_at, \
                 closes_at, finished_at, outcome)",
            ),
        }
    }

    pub(super) fn add(&mut self, tenant: TenantId, ids: &Ids, row: &Row, timelines: bool) {
        let (tenant, number) = (tenant.0, row.number as i64);
        let (id, command) = (ids.sessions + number, ids.commands + number);
        self.session(tenant, id, ids, row);
        self.beats.row().number(tenant).number(id).number(row.ended_at).end();
        if row.version.is_some() || row.server.is_some() {
            self.extras.row().number(tenant).number(id).optional_text(row.version.as_deref());
            let (product, version) = row.server.unzip();
            self.extras.optional_text(product).optional_text(version);
            let server = row.server.map(|(product, version)| fold(&format!("{product} {version}")));
            self.extras.optional_text(row.version.as_deref().map(fold).as_deref()).optional_text(server.as_deref());
            self.extras.end();
        }
        if !timelines {
            return;
        }
        for line in &row.lines {
            self.line(tenant, id, command, ids, line);
        }
        if let Some(order) = &row.order {
            self.order(tenant, id, command, ids, order);
        }
    }

    fn session(&mut self, tenant: i64, id: i64, ids: &Ids, row: &Row) {
        let at = |first: i64, place: u32| first + i64::from(place);
        let out = self.sessions.row();
        out.number(tenant).number(id).number(row.kind.code()).number(row.status.code());
        out.number(row.status.code()).number(row.phase.code());
        out.number(at(ids.users, row.user)).number(at(ids.resources, row.app));
        out.number(at(ids.provisions, row.provision)).number(at(ids.methods, row.method));
        out.optional(row.environment.map(|place| at(ids.environments, place)));
        out.number(at(ids.devices, row.device)).number(at(ids.hosts, row.host));
        out.number(at(ids.addresses, row.address)).number(row.terminal.code()).number(row.access.code());
        out.number(row.source.code()).flag(false).flag(false);
        out.number(row.started_at).number(row.ended_at).optional(row.last_activity_at).optional(row.valid_until);
        out.optional(row.offline_until).number(row.listed_until).number(row.end_reason.code());
        out.number(row.ended_how.code()).number(0).end();
    }

    fn line(&mut self, tenant: i64, id: i64, command: i64, ids: &Ids, line: &Line) {
        let out = self.events.row();
        out.number(tenant).number(id).number(line.kind.code()).number(line.at).number(line.recorded_at);
        out.optional(line.statuses.map(|(from, _)| from.code())).optional(line.statuses.map(|(_, to)| to.code()));
        out.optional(line.of_command.then_some(command)).optional(line.end_reason.map(|reason| reason.code()));
        out.optional(line.actor.map(|user| ids.users + i64::from(user))).optional_text(line.detail).end();
    }

    fn order(&mut self, tenant: i64, id: i64, command: i64, ids: &Ids, order: &Order) {
        let deadline =
            deskwarden_domain::command_deadline(deskwarden_types::Timestamp::from_millis(order.effective_by));
        let out = self.commands.row();
        out.number(tenant).number(command).number(id).number(order.verb.code()).number(CommandState::Done.code());
        out.number(ids.users + i64::from(order.by)).text(order.reason);
        out.number(order.warnings.0).number(order.warnings.1).number(order.created_at).number(order.effective_by);
        out.number(deadline.millis()).optional(order.delivered_at).optional(order.acknowledged_at);
        out.optional(order.warned_at).optional(order.closes_at).number(order.finished_at);
        out.number(order.outcome.code()).end();
    }

    /// Writes all of it, in the order in which rows refer to each other.
    pub(super) fn run(&self, conn: &mut Conn) -> Result<()> {
        for insert in [&self.sessions, &self.extras, &self.beats, &self.commands, &self.events] {
            insert.run(conn)?;
        }
        Ok(())
    }
}
