//! Kinds and statuses together: a kind may have few sessions of a status that millions of another kind have.

use deskwarden_domain::rules;
use deskwarden_types::{DeliveryKind, Status};

use super::{
    super::source::{KIND_STATUS, kind_status},
    Arm, Lead, Question, Reach,
};

/// Which share of all sessions a kind with a status may have: a guess, so low that it is counted before all are walked
/// through, and lower than that of the kind or the status alone.
const SHARE: f64 = 0.02;

/// The sessions of these kinds with these statuses, as [`KIND_STATUS`] has them.
pub(super) fn of_kinds(values: Vec<i64>) -> Arm {
    let share = (SHARE * values.len() as f64).min(2.0 * SHARE);
    Arm { reach: Reach::Values { column: KIND_STATUS, index: "sessions_kind_status", values }, share, whole: true }
}

/// The values of a column that all arms of a lead have.
fn values(lead: &Lead, wanted: &str) -> Option<Vec<i64>> {
    let each = lead.iter().map(|arm| match &arm.reach {
        Reach::Values { column, values, .. } if *column == wanted => Some(values.as_slice()),
        _ => None,
    });
    Some(each.collect::<Option<Vec<_>>>()?.concat())
}

/// The kinds and statuses that a lead leads to; without a kind: of whichever.
fn statuses(lead: &Lead) -> Option<Vec<(Option<i64>, i64)>> {
    let mut all = Vec::new();
    for arm in lead {
        match &arm.reach {
            Reach::Values { column: "status", values, .. } => all.extend(values.iter().map(|status| (None, *status))),
            Reach::Values { column: KIND_STATUS, values, .. } => {
                all.extend(values.iter().map(|both| (Some(both / 100), both % 100)));
            }
            _ => return None,
        }
    }
    Some(all)
}

impl Question {
    /// Adds the way to sessions whose kind and status fit, where both are asked for. Nothing fits where no kind that fits
    /// has a status that fits.
    pub(super) fn join_kinds_and_statuses(&mut self) {
        let mut leads = self.leads.iter().filter(|lead| !lead.is_empty());
        let kinds = leads.clone().find_map(|lead| values(lead, "kind"));
        let Some((kinds, statuses)) = kinds.zip(leads.find_map(statuses)) else { return };
        let has = |kind: DeliveryKind, status: Status| {
            let (kind_code, status_code) = (i64::from(kind.code()), i64::from(status.code()));
            let fits = |(of, asked): &(Option<i64>, i64)| *asked == status_code && of.is_none_or(|of| of == kind_code);
            kinds.contains(&kind_code) && statuses.iter().any(fits) && rules(kind).phase(status).is_some()
        };
        let mut both = Vec::new();
        for kind in DeliveryKind::ALL {
            both.extend(
                Status::ALL.iter().filter(|status| has(*kind, **status)).map(|status| kind_status(*kind, *status)),
            );
        }
        self.nothing |= both.is_empty();
        self.leads.push(vec![of_kinds(both)]);
    }

    /// Whether no session of this status can fit.
    pub(in super::super) fn never_status(&self, code: i64) -> bool {
        let others = |lead: &Lead| statuses(lead).is_some_and(|all| all.iter().all(|(_, status)| *status != code));
        let kind_has = |kind: DeliveryKind| {
            let status = i16::try_from(code).ok().and_then(Status::from_code);
            status.is_some_and(|status| rules(kind).phase(status).is_some())
        };
        self.leads.iter().any(others) || self.kind().is_some_and(|kind| !kind_has(kind))
    }
}
