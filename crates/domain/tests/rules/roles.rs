//! Verb × role, as the table "Who may do what" has it.

use std::sync::LazyLock;

use deskwarden_domain::role_may;
use deskwarden_types::{Role, Verb, WhyNot};

use crate::facts::rows;

/// On sessions of others. 004: 'only people with the Manager, Admin or Owner role'; 001: 'System Admin users';
/// 002: 'tenant administrators'; 000: 'To assist a user, you may wish to view'.
const OTHERS: &str = "
#            member support auditor manager admin owner
view         no     yes     no      yes     yes   yes
message      no     yes     no      yes     yes   yes
disconnect   no     no      no      yes     yes   yes
evict        no     no      no      yes     yes   yes
expire       no     no      no      yes     yes   yes
kill         no     no      no      yes     yes   yes
end          no     no      no      yes     yes   yes
close_record no     no      no      no      yes   yes
";

/// On sessions of one's own. 'own' is refused as `own_session`.
const OWN: &str = "
view         no     own     no      own     own   own
message      no     yes     no      yes     yes   yes
disconnect   yes    yes     yes     yes     yes   yes
evict        yes    yes     yes     yes     yes   yes
expire       yes    yes     yes     yes     yes   yes
kill         yes    yes     yes     yes     yes   yes
end          yes    yes     yes     yes     yes   yes
close_record no     no      no      no      yes   yes
";

static TABLES: LazyLock<[Vec<Vec<&'static str>>; 2]> = LazyLock::new(|| [rows(OTHERS).collect(), rows(OWN).collect()]);

/// Why the role table refuses, if it does.
pub fn refused(role: Role, verb: Verb, own: bool) -> Option<WhyNot> {
    let row = TABLES[usize::from(own)].iter().find(|row| row[0] == verb.as_str()).expect("a row for each verb");
    match row[1 + Role::ALL.iter().position(|r| *r == role).unwrap()] {
        "yes" => None,
        "no" => Some(WhyNot::RoleNotAllowed),
        "own" => Some(WhyNot::OwnSession),
        other => panic!("unknown word {other}"),
    }
}

#[test]
fn roles_may_what_the_table_says() {
    for verb in Verb::ALL.iter().copied() {
        for role in Role::ALL.iter().copied() {
            assert_eq!(role_may(role, verb), refused(role, verb, false).is_none(), "{role} {verb}");
        }
    }
}
