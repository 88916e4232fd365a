//! What admins write when they are asked why.

/// For ending something that is in use.
pub(super) const IN_USE: &[&str] = &[
    "Lab is needed for the 2 pm class",
    "User reports a frozen window and asked us to close it",
    "Maintenance window starts at 18:00",
    "Seat needed for an examination",
    "Left signed in at a public machine",
    "Host is being rebooted for security updates",
    "Session hangs at start, ticket 48213",
    "Licence server reports a duplicate checkout",
    "Student has left the course",
    "Unusual load on the GPU, user informed by phone",
    "Requested by the department's coordinator",
    "Wrong image was published, moving everybody to the new one",
];

/// For taking something away that is not in use.
pub(super) const UNUSED: &[&str] = &[
    "End of term clean-up",
    "Not used since the project ended",
    "Licence moved to the staff pool",
    "User has a new device",
    "Course is over",
    "Duplicate entry, user launched it twice",
    "Replaced by the 2025 version",
];

/// For closing a record that nobody can confirm.
pub(super) const NOT_CONFIRMED: &[&str] = &[
    "Host was replaced, this can't be running any more",
    "Virtual machine was deleted by the cluster team",
    "Power failure in building C",
];
