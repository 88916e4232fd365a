//! An admin, who evicts and expires sessions of the host: each command by a key of its own, repeated until it is
//! acknowledged.

use std::{cell::RefCell, time::Duration};

use deskwarden_tests::{Person, Random};
use deskwarden_types::{
    CommandId, NoArgs, SessionId, Verb,
    api::{NewBulkAction, StartBulkAction},
};

use super::{super::clients::until_answered, people::Record};

/// An admin with a record of the commands that were acknowledged.
pub struct Admin<'a> {
    pub person: &'a Person,
    record: &'a Record,
    commands: RefCell<Vec<(SessionId, Verb, CommandId)>>,
}

impl<'a> Admin<'a> {
    pub fn new(person: &'a Person, record: &'a Record) -> Self {
        Self { person, record, commands: RefCell::default() }
    }

    /// Works until it is told to stop.
    pub async fn work(&self, mut random: Random) {
        while !self.record.stop.get() {
            tokio::time::sleep(Duration::from_millis(random.below(100))).await;
            let (verb, session) = match random.below(3) {
                0 => (Verb::Expire, self.record.to_expire(&mut random)),
                _ => (Verb::Evict, self.record.to_evict(&mut random)),
            };
            if let Some(session) = session {
                self.ask(session, verb).await;
            }
        }
    }

    async fn ask(&self, session: SessionId, verb: Verb) {
        let asked = NewBulkAction {
            plan_id: None,
            verb: Some(verb),
            ids: vec![session],
            reason: "a fault test".parse().ok(),
            message: None,
            hold_minutes: None,
        };
        let key = format!("{verb} {session}");
        let done = until_answered(async || {
            let call = self.person.prepare::<StartBulkAction>(NoArgs {}, NoArgs {}, asked.clone());
            call.idempotency_key(&key).send().await
        })
        .await;
        let result = done.results.first().unwrap_or_else(|| panic!("{done:?}"));
        // One that has ended, started or gone meanwhile takes no command; that is an answer too.
        match result.command_id {
            Some(id) => self.commands.borrow_mut().push((session, verb, id)),
            None => assert!(result.why_not.is_some(), "{done:?}"),
        }
    }

    /// What was acknowledged.
    pub fn commands(&self) -> Vec<(SessionId, Verb, CommandId)> {
        self.commands.borrow().clone()
    }
}
