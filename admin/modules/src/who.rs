//! Roles by what they do in a process (08, columns 填/审/看).

use domain::role::Role;

/// A branch: keeps the books of its members.
pub const BRANCH: &[Role] = &[Role::BranchStaff, Role::BranchSecretary];

/// Whoever takes over a member: a branch, a committee, the committee of a street, an organisation of mobile
/// members.
pub const LOCAL: &[Role] =
    &[Role::BranchStaff, Role::BranchSecretary, Role::MobileOrgAdmin, Role::CommitteeAdmin, Role::StreetAdmin];

/// Those who decide over the work of an organisation below theirs.
pub const ABOVE: &[Role] =
    &[Role::CommitteeAdmin, Role::StreetAdmin, Role::DistrictOrgAdmin, Role::SystemOrgAdmin, Role::CityOrgAdmin];

/// [`LOCAL`] and [`ABOVE`] together.
pub const LOCAL_AND_ABOVE: &[Role] = &[
    Role::BranchStaff,
    Role::BranchSecretary,
    Role::MobileOrgAdmin,
    Role::CommitteeAdmin,
    Role::StreetAdmin,
    Role::DistrictOrgAdmin,
    Role::SystemOrgAdmin,
    Role::CityOrgAdmin,
];

/// Everybody who looks at mobile members within their scope.
pub const READERS: &[Role] = &[
    Role::BranchStaff,
    Role::BranchSecretary,
    Role::MobileOrgAdmin,
    Role::Organizer,
    Role::CommitteeAdmin,
    Role::StreetAdmin,
    Role::DistrictOrgAdmin,
    Role::SystemOrgAdmin,
    Role::CityOrgAdmin,
    Role::CityOrgViewer,
];
