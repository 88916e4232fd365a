//! Text alone: in any of user, email, app, provision, status, device; an exact id; the start of an address, an address in
//! any of its forms, or a network.

use deskwarden_domain::{
    labels::{any_status_label, status_label},
    list::{Dictionary, Network, Operand, fold},
    rules,
};
use deskwarden_types::{DeliveryKind, SessionField, SessionId, Status};

use super::{Asked, Maker, Wanted};
use crate::Result;

impl Maker<'_, '_> {
    pub(super) fn anywhere(&mut self, text: &str) -> Result<Asked> {
        let part = fold(text);
        let wanted = [Wanted::Part(part.clone())];
        let mut parts = vec![
            self.named(Dictionary::User, &[0, 1, 2], &wanted)?,
            self.named(Dictionary::Resource, &[0], &wanted)?,
            self.named(Dictionary::Provision, &[0], &wanted)?,
            self.named(Dictionary::Device, &[0], &wanted)?,
        ];
        let statuses = statuses(&part);
        if !statuses.is_empty() {
            parts.push(self.is(SessionField::Status, &statuses)?);
        }
        if let Ok(id) = text.parse::<SessionId>()
            && id.to_string() == text
        {
            parts.push(self.is(SessionField::Id, &[Operand::Id(id.0)])?);
        }
        if part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'.' || b == b':')
            && let Some(end) = successor(&part)
        {
            let mut range = self.sql("a.text >= ");
            range.string(part.clone()).push(" AND a.text < ").string(end);
            parts.push(self.addresses(range)?);
        }
        // An address that is written as it is kept begins with itself, and has been looked for.
        let is_kept = |network: &Network| network.to_string() == part && !part.contains('/');
        if let Some(network) = Network::parse(text).filter(|network| !is_kept(network)) {
            parts.push(self.network(&network)?);
        }
        Ok(self.any(parts))
    }
}

/// The first text after all that begin with this one of ASCII.
fn successor(start: &str) -> Option<String> {
    let last = start.chars().last().filter(char::is_ascii)?;
    let next = char::from_u32(u32::from(last) + 1)?;
    Some(start.chars().take(start.chars().count() - 1).chain([next]).collect())
}

/// The statuses whose word or label holds the part; with a kind where that kind's own label alone does.
fn statuses(part: &str) -> Vec<Operand> {
    let holds = |text: &str| fold(text).contains(part);
    let mut found = Vec::new();
    for status in Status::ALL.iter().copied() {
        if holds(status.as_str()) || holds(any_status_label(status)) {
            found.push(Operand::Status(None, status));
            continue;
        }
        for kind in DeliveryKind::ALL.iter().copied() {
            if rules(kind).phase(status).is_some() && holds(status_label(kind, status)) {
                found.push(Operand::Status(Some(kind), status));
            }
        }
    }
    found
}
