//! Who may do what with a view.

use deskwarden_types::{ErrorCode, Role, UserId, ViewReach};

use crate::{Result, StoreError, sessions::Viewer};

/// Its owner may change it; a shared one an admin too.
pub(super) fn may_change(viewer: &Viewer, owner: UserId, reach: ViewReach) -> bool {
    viewer.user == owner || (reach != ViewReach::Own && is_admin(viewer.role))
}

/// Whether the role may give a view this reach.
pub(super) fn check_reach(role: Role, reach: ViewReach) -> Result<()> {
    let (may, needed) = match reach {
        ViewReach::Own => (true, ""),
        ViewReach::Shared => (role == Role::Manager || is_admin(role), "Sharing a view needs a manager."),
        ViewReach::Default => (is_admin(role), "Making a view the page's default needs an admin."),
    };
    if may { Ok(()) } else { Err(refused(ErrorCode::Forbidden, "reach", needed)) }
}

fn is_admin(role: Role) -> bool {
    matches!(role, Role::Admin | Role::Owner)
}

pub(super) fn refused(code: ErrorCode, field: &'static str, detail: impl Into<String>) -> StoreError {
    let mut error = StoreError::refused(code, detail);
    if let StoreError::Refused(refusal) = &mut error {
        refusal.field = Some(field);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_follow_the_table() {
        for role in Role::ALL.iter().copied() {
            let shares = matches!(role, Role::Manager | Role::Admin | Role::Owner);
            let admin = matches!(role, Role::Admin | Role::Owner);
            for (reach, may) in [(ViewReach::Own, true), (ViewReach::Shared, shares), (ViewReach::Default, admin)] {
                assert_eq!(check_reach(role, reach).is_ok(), may, "{role} {reach}");
                let viewer = Viewer { user: UserId(1), role };
                assert!(may_change(&viewer, UserId(1), reach), "one's own");
                assert_eq!(may_change(&viewer, UserId(2), reach), admin && reach != ViewReach::Own, "{role} {reach}");
            }
        }
    }
}
