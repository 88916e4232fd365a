//! Kind × status × verb × role, all of it, against a table and the role table.

use std::sync::LazyLock;

use deskwarden_domain::{Facts, actions, plan_outcome, rules, why_not};
use deskwarden_types::{DeliveryKind, PlanOutcome, Role, Status, Trust, Verb, WhyNot};

use crate::{
    facts::{facts, rows},
    roles,
};

/// What a manager may do, role aside. `a/b`: a while connected (of managed apps: while the app runs), b otherwise.
/// `doubt`: allowed when the record is doubted, else `record_is_trusted`.
const TABLE: &str = "
# kind         status            view       message  disconnect evict     expire  kill    end     close_record
# 000: Kill only 'Active or Unknown'; View only 'Active'.
app_stream     pending           status     status   -          -         -       status  -       doubt
app_stream     active            ok         ok       -          -         -       ok      -       doubt
app_stream     disconnected      nobody     nobody   -          -         -       status  -       doubt
app_stream     poor_network      nobody     nobody   -          -         -       status  -       doubt
app_stream     unknown           status     status   -          -         -       ok      -       doubt
app_stream     ended             over       over     -          -         -       over    -       over
app_stream     killed            over       over     -          -         -       over    -       over
app_stream     error             over       over     -          -         -       over    -       over
# 001: Expire next to a session; 'Connected: currently open in a browser tab'.
cloud_delivery pending           status     status   -          -         ok      -       -       doubt
cloud_delivery active            ok/nobody  ok       -          -         ok      -       -       doubt
cloud_delivery error             status     status   -          -         ok      -       -       doubt
cloud_delivery expired           over       over     -          -         over    -       -       over
# 002: 'forcibly disconnect specified real-time sessions'; 'resources need to be forcefully reclaimed'.
cloud_desktop  pending           status     status   status     -         -       status  -       doubt
cloud_desktop  connected         ok         ok       ok         -         -       ok      -       doubt
cloud_desktop  disconnected      nobody     nobody   nobody     -         -       ok      -       doubt
cloud_desktop  closed            over       over     over       -         -       over    -       over
# 003: 'currently running, you can evict'; 'not currently running (added, stopped, or evicted) then you can expire'.
managed_app    launched          -          idle     -          idle      status  -       -       doubt
managed_app    added             -          idle     -          idle      ok      -       -       doubt
managed_app    running           -          ok       -          ok        running -       -       doubt
managed_app    renewal_requested -          status   -          ok/idle   status  -       -       doubt
managed_app    upgrade_requested -          status   -          ok/idle   status  -       -       doubt
managed_app    stopped           -          idle     -          idle      ok      -       -       doubt
managed_app    evicted           -          idle     -          idle      ok      -       -       doubt
managed_app    awaiting_expiry   -          idle     -          idle      status  -       -       doubt
managed_app    expired           -          idle     -          idle      status  -       -       doubt
managed_app    removed           -          over     -          over      over    -       -       over
# 004: 'click the red cross next to the connection you want to end'.
remote_access  active            ok         ok       -          -         -       -       ok      doubt
remote_access  ended             over       over     -          -         -       -       over    over
";

/// A kind, a status of it, and a word for each verb.
type Row = (DeliveryKind, Status, Vec<&'static str>);

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let parse = |row: Vec<&'static str>| {
        assert_eq!(row.len(), 2 + Verb::ALL.len(), "{row:?}");
        (row[0].parse().unwrap(), row[1].parse().unwrap(), row[2..].to_vec())
    };
    rows(TABLE).map(parse).collect()
});

fn cell(kind: DeliveryKind, status: Status, verb: Verb) -> &'static str {
    let row = ROWS.iter().find(|row| (row.0, row.1) == (kind, status));
    let (_, _, cells) = row.unwrap_or_else(|| panic!("no row for {kind} {status}"));
    cells[Verb::ALL.iter().position(|v| *v == verb).unwrap()]
}

/// What the tables say, without asking the code.
fn expected(facts: &Facts, role: Role, verb: Verb) -> Option<WhyNot> {
    let cell = cell(facts.kind, facts.status, verb);
    if cell == "-" {
        return Some(WhyNot::KindHasNoSuchVerb);
    }
    if let Some(refused) = roles::refused(role, verb, facts.own) {
        return Some(refused);
    }
    let (connected, otherwise) = cell.split_once('/').unwrap_or((cell, cell));
    match if facts.connected { connected } else { otherwise } {
        "ok" => None,
        "status" => Some(WhyNot::WrongStatus),
        "over" => Some(WhyNot::SessionIsOver),
        "nobody" => Some(WhyNot::NobodyConnected),
        "idle" => Some(WhyNot::AppIsNotRunning),
        "running" => Some(WhyNot::AppIsRunning),
        "doubt" if facts.trust == Trust::Stale || facts.last_command_went_wrong => None,
        "doubt" => Some(WhyNot::RecordIsTrusted),
        other => panic!("unknown word {other}"),
    }
}

fn every_case(mut check: impl FnMut(&Facts, Role, Verb)) -> usize {
    let mut cases = 0;
    for kind in DeliveryKind::ALL.iter().copied() {
        for status in rules(kind).statuses() {
            for bits in 0..16_u8 {
                let mut facts = facts(kind, status);
                facts.connected = bits & 1 != 0;
                facts.own = bits & 2 != 0;
                facts.last_command_went_wrong = bits & 4 != 0;
                facts.trust = if bits & 8 != 0 { Trust::Stale } else { Trust::Fresh };
                for role in Role::ALL.iter().copied() {
                    for verb in Verb::ALL.iter().copied() {
                        check(&facts, role, verb);
                        cases += 1;
                    }
                }
            }
        }
    }
    cases
}

#[test]
fn every_verb_in_every_status_by_every_role_is_as_the_tables_say() {
    let cases = every_case(|facts, role, verb| {
        let found = why_not(facts, role, verb);
        assert_eq!(found, expected(facts, role, verb), "{verb} by {role} on {facts:?}");
    });
    assert_eq!(cases, 28 * 16 * 6 * 8);
}

#[test]
fn the_table_has_each_row_once_and_none_too_many() {
    let mut named: Vec<_> = ROWS.iter().map(|row| (row.0, row.1)).collect();
    let mut held: Vec<_> =
        DeliveryKind::ALL.iter().flat_map(|kind| rules(*kind).statuses().map(|status| (*kind, status))).collect();
    named.sort_unstable();
    held.sort_unstable();
    assert_eq!(named, held);
}

#[test]
fn rows_offer_each_verb_of_their_kind_in_one_order() {
    every_case(|facts, role, _| {
        let offered = actions(facts, role);
        let wanted: Vec<Verb> =
            Verb::ALL.iter().copied().filter(|verb| cell(facts.kind, facts.status, *verb) != "-").collect();
        assert_eq!(offered.iter().map(|action| action.verb).collect::<Vec<_>>(), wanted);
        for action in offered {
            assert_eq!(action.why_not, expected(facts, role, action.verb), "{} {role} {facts:?}", action.verb);
        }
    });
}

#[test]
fn plans_say_the_same_and_take_what_is_so_already_for_success() {
    every_case(|facts, role, verb| {
        let (outcome, why) = plan_outcome(facts, role, verb);
        let expected = expected(facts, role, verb);
        let ending = !matches!(verb, Verb::View | Verb::Message);
        let so_already = match (facts.kind, facts.status, verb) {
            (DeliveryKind::CloudDesktop, Status::Disconnected, Verb::Disconnect)
            | (DeliveryKind::ManagedApp, Status::Expired, Verb::Expire)
            | (DeliveryKind::ManagedApp, Status::Evicted, Verb::Evict) => {
                facts.kind != DeliveryKind::ManagedApp || !facts.connected
            }
            _ => expected == Some(WhyNot::SessionIsOver) && ending,
        };
        let wanted = match expected {
            Some(WhyNot::RoleNotAllowed | WhyNot::OwnSession) => (PlanOutcome::Forbidden, expected),
            Some(_) if so_already => (PlanOutcome::NoOp, None),
            Some(_) => (PlanOutcome::NotApplicable, expected),
            None => (PlanOutcome::WillAct, None),
        };
        assert_eq!((outcome, why), wanted, "{verb} by {role} on {facts:?}");
    });
}

#[test]
fn a_status_of_another_kind_allows_nothing_but_to_close_the_record() {
    for kind in DeliveryKind::ALL.iter().copied() {
        for status in Status::ALL.iter().copied().filter(|status| rules(kind).phase(*status).is_none()) {
            let mut facts = facts(kind, status);
            facts.trust = Trust::Stale;
            for action in actions(&facts, Role::Owner) {
                let wanted = (action.verb != Verb::CloseRecord).then_some(WhyNot::WrongStatus);
                assert_eq!(action.why_not, wanted, "{kind} {status} {}", action.verb);
            }
        }
    }
}
