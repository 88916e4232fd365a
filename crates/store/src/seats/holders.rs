//! Who has a seat, and people's devices.

use deskwarden_types::{
    DeviceId, SessionId, Timestamp, UserId,
    api::{DeviceRef, DeviceSession, SeatHolder},
};
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Integer, Nullable, SmallInt, Text},
};

use super::count::TAKES_A_SEAT;
use crate::{Result, Scope, StoreError, consents::user_refs, names::word};

#[derive(diesel::QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) user_id: i64,
    #[diesel(sql_type = SmallInt)]
    terminal: i16,
    #[diesel(sql_type = BigInt)]
    started_at: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    device_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    device: Option<String>,
    #[diesel(sql_type = Text)]
    resource: String,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    idle: Option<i32>,
}

impl Row {
    fn device(&mut self) -> Option<DeviceRef> {
        let (id, name) = self.device_id.zip(self.device.take())?;
        Some(DeviceRef { id: DeviceId(id), name })
    }

    /// As a device of a person's.
    pub(super) fn device_session(mut self) -> Result<DeviceSession> {
        Ok(DeviceSession {
            session_id: SessionId(self.id),
            device: self.device(),
            terminal: word(self.terminal)?,
            connected_to: self.resource,
            ip: self.ip,
            since: Timestamp::from_millis(self.started_at),
        })
    }
}

/// Sessions `s` that meet a condition, with what is shown of them.
pub(super) fn rows(scope: &mut Scope<'_>, condition: &str, order: &str, limit: usize) -> Result<Vec<Row>> {
    // no tenant: joined by the ids of a session that is the tenant's.
    let sql = format!(
        "SELECT s.id, s.user_id, s.terminal, s.started_at, s.device_id, d.name AS device, r.name AS resource, \
         a.text AS ip, b.idle_seconds AS idle FROM sessions s JOIN resources r ON r.id = s.resource_id \
         LEFT JOIN devices d ON d.id = s.device_id LEFT JOIN addresses a ON a.id = s.address_id \
         LEFT JOIN session_beats b ON b.session_id = s.id \
         WHERE s.tenant_id = {} AND {condition} ORDER BY {order} LIMIT {limit}",
        scope.tenant.0
    );
    Ok(diesel::sql_query(sql).load(scope.conn)?)
}

/// Who has a seat, the longest idle first.
pub(super) fn holders(scope: &mut Scope<'_>, of: Option<UserId>, limit: usize) -> Result<Vec<SeatHolder>> {
    let mut condition = TAKES_A_SEAT.to_owned();
    if let Some(user) = of {
        condition.push_str(&format!(" AND s.user_id = {}", user.0));
    }
    let rows = rows(scope, &condition, "COALESCE(b.idle_seconds, 0) DESC, s.id", limit)?;
    let people = user_refs(scope, rows.iter().map(|row| row.user_id))?;
    rows.into_iter()
        .map(|mut row| {
            let user = people.get(&row.user_id).cloned();
            Ok(SeatHolder {
                session_id: SessionId(row.id),
                user: user.ok_or_else(|| StoreError::Corrupt(format!("user {} of a seat", row.user_id)))?,
                device: row.device(),
                terminal: word(row.terminal)?,
                ip: row.ip,
                since: Timestamp::from_millis(row.started_at),
                idle_seconds: row.idle.and_then(|idle| u32::try_from(idle).ok()),
            })
        })
        .collect()
}
