//! Ids as types, so that one cannot be taken for another.

ids! {
    /// An institution.
    TenantId;
    /// A person.
    UserId;
    /// A group of users.
    GroupId;
    /// An app or desktop.
    ResourceId;
    /// Who may launch a resource, and how.
    ProvisionId;
    /// How a resource reaches the user.
    DeliveryMethodId;
    /// The pool or place a session runs in.
    EnvironmentId;
    /// What the user sits at.
    DeviceId;
    /// The machine an agent runs on.
    HostId;
    /// Our program on a host.
    AgentId;
    /// One launch of a resource by a user on a device. Rising in order of creation, never reused.
    SessionId;
    /// One verb on its way to one session.
    CommandId;
    /// What a verb would do to many sessions.
    PlanId;
    /// One verb on its way to many sessions.
    BulkActionId;
    /// One line of a session's timeline.
    EventId;
    /// One line of the audit log.
    AuditId;
    /// An API token.
    TokenId;
    /// A saved view of a list.
    ViewId;
    /// One export.
    ExportId;
    /// One admin's wish to watch one session, and what became of it.
    ConsentId;
    /// One stream of a screen to one viewer.
    StreamId;
}

/// The text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is a decimal number from 1 to 9223372036854775807, not {0:?}")]
pub struct BadId(String);

/// Reads the one way an id may be written: decimal digits, no sign, no leading zero.
pub(crate) fn parse_id(text: &str) -> Result<i64, BadId> {
    let bad = || BadId(text.chars().take(32).collect());
    if !text.bytes().all(|b| b.is_ascii_digit()) || text.starts_with('0') {
        return Err(bad());
    }
    text.parse().map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_what_browsers_do_to_numbers() {
        let id = SessionId(9_007_199_254_740_993);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"9007199254740993\"");
        assert_eq!(serde_json::from_str::<SessionId>(&json).unwrap(), id);
    }

    #[test]
    fn only_one_spelling_is_an_id() {
        for text in ["", "0", "01", "-1", "+1", " 1", "1 ", "1.0", "9223372036854775808", "１", "abc"] {
            assert!(text.parse::<SessionId>().is_err(), "{text:?}");
        }
        assert!(serde_json::from_str::<SessionId>("5").is_err());
        assert_eq!("9223372036854775807".parse(), Ok(SessionId(i64::MAX)));
    }
}
