//! Sessions of all kinds with names in many scripts, empty values and addresses of both families.

use deskwarden_domain::{list::fold, rules};
use deskwarden_tests::{Database, Random, TestApp};
use deskwarden_types::{Access, DeliveryKind, EndReason, EndedHow, Phase, Source, Terminal, Timestamp, Verb};

/// Names of people, apps and things; some differ in case alone, some hold what searches could take for patterns.
pub const NAMES: &[&str] = &[
    "anna",
    "ANNA",
    "Müller",
    "MÜLLER",
    "Straße",
    "STRASSE",
    "İstanbul",
    "istanbul",
    "ﬁle",
    "Ὀδυσσεύς",
    "ОЛЬГА",
    "ольга",
    "山田太郎",
    "😀 smile",
    "100%",
    "a_b",
    "a*b?",
    "back\\slash",
    "O'Brien",
    "say \"hi\"",
    "one, two",
    "-minus",
    "none",
    "me",
    "#5",
    "tab\there",
    "x",
    "e\u{301}te",
    "éte",
    "10:30",
    "2001:db8",
    "198.51",
    "connected",
    "  spaces  ",
];

/// Addresses.
pub const ADDRESSES: &[&str] = &[
    "198.51.100.7",
    "198.51.100.70",
    "198.51.101.1",
    "10.0.0.1",
    "255.255.255.255",
    "2001:db8::1",
    "2001:db8:7::1",
    "::1",
    "fe80::7",
];

/// The first id of what is put in: those before are the tenant's own.
pub const FIRST: i64 = 10_001;
/// Sessions.
pub const SESSIONS: i64 = 300;
/// Users, resources and the like: one of each name.
const EACH: i64 = NAMES.len() as i64;

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn bytes(app: &TestApp, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match app.database.kind {
        Database::Sqlite => format!("X'{hex}'"),
        Database::Postgres => format!("'\\x{hex}'::bytea"),
    }
}

/// Puts everything in.
pub async fn fill(app: &TestApp, now: Timestamp) {
    let tenant = app.id.0;
    let mut sql =
        format!("UPDATE tenants SET time_zone = 'America/Havana', show_ad_username = TRUE WHERE id = {tenant};");
    for (place, name) in NAMES.iter().enumerate() {
        let id = FIRST + place as i64;
        let (name, folded) = (quoted(name), quoted(&fold(name)));
        let other = NAMES[(place * 7 + 3) % NAMES.len()];
        let (display, display_folded) = (quoted(other), quoted(&fold(other)));
        let email = quoted(&format!("mail{place}@example.org"));
        let ad = if place % 3 == 0 { "NULL, NULL".to_owned() } else { format!("{display}, {display_folded}") };
        sql += &format!(
            "INSERT INTO users (id, tenant_id, username, display_name, email, ad_username, ad_username_folded, username_folded, \
             display_name_folded, email_folded, role, created_at) \
             VALUES ({id}, {tenant}, {name}, {display}, {email}, {ad}, {folded}, {display_folded}, {email}, 1, 0);"
        );
        for table in ["groups", "environments", "devices", "hosts", "resources", "delivery_methods", "provisions"] {
            let more = match table {
                "devices" => (", terminal", ", 1"),
                "hosts" => (", created_at", ", 0"),
                "resources" => (", kind", ", 1"),
                "delivery_methods" => {
                    (", kind, licence_kind, offline_days", if place % 2 == 0 { ", 4, 1, 0" } else { ", 4, 2, 7" })
                }
                "provisions" => (", any_program, everyone, delivery_method_id", ", TRUE, TRUE, 10001"),
                _ => ("", ""),
            };
            sql += &format!(
                "INSERT INTO {table} (id, tenant_id, name, name_folded{}) VALUES ({id}, {tenant}, {name}, {folded}{});",
                more.0, more.1
            );
        }
    }
    for place in 0..NAMES.len() {
        let id = FIRST + place as i64;
        for group in [place % 4, place % 7 + 5] {
            if place % 5 != 0 {
                let group = FIRST + group as i64;
                sql += &format!(
                    "INSERT INTO group_members (group_id, user_id, tenant_id) VALUES ({group}, {id}, {tenant});"
                );
            }
        }
    }
    for (place, text) in ADDRESSES.iter().enumerate() {
        let octets = match text.parse().unwrap() {
            std::net::IpAddr::V4(address) => address.octets().to_vec(),
            std::net::IpAddr::V6(address) => address.octets().to_vec(),
        };
        let (id, address) = (FIRST + place as i64, bytes(app, &octets));
        sql += &format!(
            "INSERT INTO addresses (id, tenant_id, address, text) VALUES ({id}, {tenant}, {address}, '{text}');"
        );
    }
    let mut random = Random::new(2026);
    for place in 0..SESSIONS {
        sql += &session(tenant, FIRST + place, now, &mut random);
    }
    sql += &format!(
        "UPDATE tenant_heads SET revision = revision + 5, names_revision = names_revision + 1 WHERE tenant_id = {tenant};"
    );
    app.sql(sql).await;
}

fn session(tenant: i64, id: i64, now: Timestamp, random: &mut Random) -> String {
    fn one<T: Copy>(random: &mut Random, all: &[T]) -> T {
        all[random.below(all.len() as u64) as usize]
    }
    let maybe =
        |random: &mut Random, value: i64| if random.below(3) == 0 { "NULL".to_owned() } else { value.to_string() };
    let thing = |random: &mut Random| FIRST + random.below(EACH as u64) as i64;
    let kind = one(random, DeliveryKind::ALL);
    let statuses: Vec<_> = rules(kind).statuses().collect();
    let (status, observed) = (one(random, &statuses), one(random, &statuses));
    let phase = rules(kind).phase(status).unwrap();
    let hour = 3_600_000_i64;
    // Some begin a little after now: clocks differ. Some lie on the edges that filters ask for.
    let started =
        now.millis() - random.below(40 * 24 * 4) as i64 * hour / 4 + one(random, &[0, 0, 0, 1, -1, 30_000, 2 * hour]);
    let over = phase == Phase::Over;
    let length = one(random, &[0, 1, 999, 1_000, 60_000, 5_400_000, 30 * hour]);
    let ended = if over { (started + length).to_string() } else { "NULL".to_owned() };
    let listed = if over { started + length + one(random, &[0, 48 * hour]) } else { 253_402_300_799_999 };
    let later = |random: &mut Random| now.millis() + one(random, &[-48, -1, 0, 1, 48]) * hour;
    let (a, b, c, d, e, f) = (thing(random), thing(random), thing(random), thing(random), thing(random), thing(random));
    let columns = [
        thing(random).to_string(),
        thing(random).to_string(),
        maybe(random, a),
        maybe(random, b),
        maybe(random, c),
        maybe(random, d),
        maybe(random, e),
        {
            let address = FIRST + random.below(ADDRESSES.len() as u64) as i64;
            maybe(random, address)
        },
        one(random, Terminal::ALL).code().to_string(),
        one(random, Access::ALL).code().to_string(),
        one(random, Source::ALL).code().to_string(),
        ["TRUE", "FALSE"][random.below(2) as usize].to_owned(),
        started.to_string(),
        ended,
        {
            let at = later(random);
            maybe(random, at)
        },
        {
            let at = later(random);
            maybe(random, at)
        },
        {
            let at = later(random);
            maybe(random, at)
        },
        listed.to_string(),
        if over { one(random, EndReason::ALL).code().to_string() } else { "NULL".to_owned() },
        if over { one(random, EndedHow::ALL).code().to_string() } else { "NULL".to_owned() },
    ];
    let mut sql = format!(
        "INSERT INTO sessions (id, tenant_id, kind, status, observed_status, phase, stale, revision, user_id, resource_id, provision_id, \
         delivery_method_id, environment_id, device_id, host_id, address_id, terminal, access, source, connected, started_at, ended_at, \
         last_activity_at, valid_until, offline_until, listed_until, end_reason, ended_how) \
         VALUES ({id}, {tenant}, {}, {}, {}, {}, FALSE, 1, {});",
        kind.code(),
        status.code(),
        observed.code(),
        phase.code(),
        columns.join(", ")
    );
    if random.below(2) == 0 {
        let seen = now.millis() - random.below(600) as i64 * 1_000;
        sql += &format!("INSERT INTO session_beats (session_id, tenant_id, seen_at) VALUES ({id}, {tenant}, {seen});");
    }
    if random.below(2) == 0 {
        let version = ["NULL, NULL", "'7.0', '7.0'", "'7.0 BETA', '7.0 beta'"][random.below(3) as usize];
        let server = ["NULL, NULL, NULL", "'RealVNC', '7.13.0', 'realvnc 7.13.0'", "'Xrdp', NULL, 'xrdp'"]
            [random.below(3) as usize];
        sql += &format!(
            "INSERT INTO session_extras (session_id, tenant_id, version, version_folded, server_product, server_version, server_folded) \
             VALUES ({id}, {tenant}, {version}, {server});"
        );
    }
    if random.below(4) == 0 {
        let (verb, at, command) = (one(random, Verb::ALL).code(), now.millis(), f * 1_000 + id);
        sql += &format!(
            "INSERT INTO commands (id, tenant_id, session_id, verb, state, first_warning_seconds, second_warning_seconds, created_at, \
             effective_by, deadline) VALUES ({command}, {tenant}, {id}, {verb}, 1, 0, 0, {at}, {at}, {at}); \
             UPDATE sessions SET command_id = {command} WHERE id = {id};"
        );
    }
    sql
}
