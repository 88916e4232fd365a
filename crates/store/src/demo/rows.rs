//! The rows, in the order of their start.

use std::sync::Arc;

use deskwarden_domain::{ended_how, listed_until, offline_until, rules, terminal_access};
use deskwarden_types::{Access, DeliveryKind, EndReason, EndedHow, Phase, Source, Status, Terminal, Timestamp};

use super::{
    Plan, World,
    dice::{Dice, Table},
    ends::Ends,
    life::{Life, Line, Order},
    shape::{Curve, duration, terminals},
    stories::DELIVERY_VALID,
};

/// A session with all that belongs to it. Things are named by their place in the [`World`]; times are
/// milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 0.
    pub number: u64,
    /// Decides everything else.
    pub kind: DeliveryKind,
    /// What is shown, and what was observed: it is over.
    pub status: Status,
    /// The phase of that.
    pub phase: Phase,
    /// Who.
    pub user: u32,
    /// What.
    pub app: u32,
    /// By what right.
    pub provision: u32,
    /// How.
    pub method: u32,
    /// Where.
    pub environment: Option<u32>,
    /// On what.
    pub device: u32,
    /// On which machine.
    pub host: u32,
    /// From where.
    pub address: u32,
    /// The type of the device.
    pub terminal: Terminal,
    /// Inside or outside.
    pub access: Access,
    /// Who found it.
    pub source: Source,
    /// When it was made.
    pub started_at: i64,
    /// When it was over.
    pub ended_at: i64,
    /// When it was last used.
    pub last_activity_at: Option<i64>,
    /// Until when it might have been used.
    pub valid_until: Option<i64>,
    /// Until when it might have run without contact.
    pub offline_until: Option<i64>,
    /// Until when it stays on the current list.
    pub listed_until: i64,
    /// Why it ended.
    pub end_reason: EndReason,
    /// Whether in good order.
    pub ended_how: EndedHow,
    /// The program's version, and what serves the connection.
    pub version: Option<String>,
    /// What serves a connection, and its version.
    pub server: Option<(&'static str, &'static str)>,
    /// Its timeline.
    pub lines: Vec<Line>,
    /// What an admin did to it.
    pub order: Option<Order>,
}

/// Makes the rows, one by one.
pub struct Rows {
    plan: Plan,
    world: Arc<World>,
    curve: Curve,
    ends: Ends,
    terminals: Vec<(DeliveryKind, Table<Terminal>)>,
    dice: Dice,
    next: u64,
    bin: usize,
}

impl Rows {
    /// The rows of a plan.
    pub fn new(plan: Plan, world: Arc<World>) -> Self {
        let table = |kind: &DeliveryKind| (*kind, Table::new(terminals(*kind).iter().copied(), 256, Terminal::Browser));
        Self {
            plan,
            world,
            curve: Curve::new(plan.now),
            ends: Ends::new(),
            terminals: DeliveryKind::ALL.iter().map(table).collect(),
            dice: Dice::new(plan.seed, 2),
            next: 0,
            bin: 0,
        }
    }

    fn terminal(&mut self, kind: DeliveryKind) -> Terminal {
        let table = self.terminals.iter().find(|(known, _)| *known == kind);
        table.map_or(Terminal::Browser, |(_, table)| table.pick(&mut self.dice))
    }

    /// Why it ends and when. What would still be open now ends sooner: history holds what is over.
    fn end(&mut self, kind: DeliveryKind, start: i64) -> (EndReason, i64) {
        let left = self.plan.now.millis() - 1_000 - start;
        let mut reason = self.ends.pick(kind, &mut self.dice);
        if kind == DeliveryKind::CloudDelivery && reason == EndReason::Expired {
            if DELIVERY_VALID <= left {
                return (reason, start + DELIVERY_VALID);
            }
            reason = EndReason::Logout;
        }
        let most = if kind == DeliveryKind::CloudDelivery { left.min(DELIVERY_VALID - 1_000) } else { left };
        let mut length = duration(kind, &mut self.dice);
        if length > most {
            length = self.dice.between((most / 10).max(1), most);
        }
        (reason, start + length)
    }

    fn row(&mut self) -> Option<Row> {
        let number = self.next;
        let share = (number as f64 + self.dice.unit()) / self.plan.sessions as f64;
        let start = self.curve.start_at(share, &mut self.bin);
        let world = self.world.clone();
        let dice = &mut self.dice;
        let user = world.pick_user(dice);
        let app_place = world.pick_app(user, dice);
        let app = world.apps.get(app_place as usize)?;
        let kind = app.kind;
        let address = world.pick_address(user, dice);
        let environment = (!app.environments.is_empty()).then(|| dice.one_of(&app.environments, 0));
        let provision = world.provision_of(user, app_place);
        let (method, way) = world.method_of(provision)?;
        let host = world.pick_host(user, kind, dice);
        let (source, server) = served(kind, dice);
        let terminal = self.terminal(kind);
        let device = world.pick_device(user, terminal, &mut self.dice);
        let (reason, end) = self.end(kind, start);
        let mut life = Life::new(kind, start, end, reason, &mut self.dice);
        life.tell();
        debug_assert!(life.is_told());
        let (status, reason) = (life.status, life.reason);
        let ended = Timestamp::from_millis(end);
        Some(Row {
            number,
            kind,
            status,
            phase: rules(kind).phase(status)?,
            user,
            app: app_place,
            provision,
            method,
            environment,
            device,
            host,
            address,
            terminal,
            access: terminal_access(*world.addresses.get(address as usize)?, &[]),
            source,
            started_at: start,
            ended_at: end,
            last_activity_at: life.last_activity,
            valid_until: match kind {
                DeliveryKind::CloudDelivery => Some(start + DELIVERY_VALID),
                _ => None,
            },
            offline_until: offline_until(
                way.licence,
                u32::try_from(way.offline_days).unwrap_or(0),
                Timestamp::from_millis(start),
            )
            .map(Timestamp::millis),
            listed_until: listed_until(kind, status, ended)?.millis(),
            end_reason: reason,
            ended_how: ended_how(reason),
            version: app.version.clone(),
            server,
            lines: life.lines,
            order: life.order,
        })
    }
}

/// Who tells of a session, and what serves its connection.
fn served(kind: DeliveryKind, dice: &mut Dice) -> (Source, Option<(&'static str, &'static str)>) {
    if kind != DeliveryKind::RemoteAccess {
        return (Source::Agent, None);
    }
    let versions = [("RealVNC Server", "7.13.1"), ("RealVNC Server", "7.15.0"), ("TigerVNC", "1.15.0")];
    let source = if dice.chance(0.12) { Source::Logind } else { Source::Gate };
    (source, Some(dice.one_of(&versions, ("TigerVNC", "1.15.0"))).filter(|_| source == Source::Gate))
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.next >= self.plan.sessions {
            return None;
        }
        let row = self.row();
        self.next += 1;
        row
    }
}
