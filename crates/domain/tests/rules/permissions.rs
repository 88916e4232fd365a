//! Permission × role, and scopes.

use deskwarden_domain::{permissions_of, role_has, scope_allows};
use deskwarden_types::{Permission, Role, Scope};

use crate::facts::rows;

/// The table "Who may do what".
const TABLE: &str = "
#             member support auditor manager admin owner
public        yes    yes     yes     yes     yes   yes
own           yes    yes     yes     yes     yes   yes
read_sessions no     yes     yes     yes     yes   yes   # lists, history, reports
use_verbs     yes    yes     yes     yes     yes   yes   # at least on own sessions
administer    no     no      no      no      yes   yes
read_audit    no     no      yes     no      yes   yes
own_tenant    no     no      no      no      no    yes
agent         no     no      no      no      no    no
read_hosts    no     yes     yes     yes     yes   yes   # as lists
read_seats    no     no      yes     yes     yes   yes   # people and their devices, too (004)
manage_seats  no     no      no      yes     yes   yes
end_holds     no     no      no      yes     yes   yes
";

#[test]
fn each_role_has_what_the_table_says() {
    let mut seen = Vec::new();
    for row in rows(TABLE) {
        let permission: Permission = row[0].parse().unwrap();
        assert_eq!(row.len(), 1 + Role::ALL.len());
        for (role, cell) in Role::ALL.iter().copied().zip(&row[1..]) {
            assert_eq!(role_has(role, permission), *cell == "yes", "{role} {permission}");
            assert_eq!(permissions_of(role).contains(&permission), *cell == "yes", "{role} {permission}");
        }
        seen.push(permission);
    }
    assert_eq!(seen, Permission::ALL);
}

#[test]
fn scopes_keep_reading_and_acting_apart() {
    for permission in Permission::ALL.iter().copied() {
        for mutates in [false, true] {
            for (scopes, read, act) in [
                (&[][..], false, false),
                (&[Scope::Read][..], true, false),
                (&[Scope::Act][..], false, true),
                (&[Scope::Act, Scope::Read][..], true, true),
            ] {
                let wanted = match permission {
                    Permission::Public => true,
                    Permission::Agent => false,
                    _ if mutates => act,
                    _ => read,
                };
                assert_eq!(scope_allows(scopes, permission, mutates), wanted, "{scopes:?} {permission} {mutates}");
            }
        }
    }
}
