//! Who asks, and what of an entity is theirs.

use domain::role::{Basis, Grant, Node, Role};

use crate::declare::{Action, Entity, Level, Side};

/// Somebody at work, under the identity that they chose: one post with its grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user: String,
    /// The organisation of the post; empty for a member without one.
    pub org: String,
    /// Roles on nodes, those that are valid today.
    pub grants: Vec<Grant>,
    /// The request, for the audit log.
    pub trace: String,
}

impl Actor {
    /// The nodes on which the actor holds one of `roles`.
    pub fn nodes(&self, roles: &[Role]) -> impl Iterator<Item = &Node> {
        self.grants.iter().filter(|it| roles.contains(&it.role)).map(|it| &it.node)
    }

    /// Whether one of `roles` is held anywhere.
    pub fn holds(&self, roles: &[Role]) -> bool {
        self.grants.iter().any(|it| roles.contains(&it.role))
    }

    /// Whether one of `roles` is held where a row lies on a side. A row that lies nowhere on that side is
    /// nobody's but the city's.
    pub fn holds_over(&self, roles: &[Role], side: &Side, place: &str) -> bool {
        self.nodes(roles).any(|node| node.covers(side.basis, place))
    }

    /// As [`Self::holds_over`], on a node above the place, not on the place itself.
    pub fn holds_above(&self, roles: &[Role], side: &Side, place: &str) -> bool {
        self.nodes(roles).any(|node| node.covers_from_above(side.basis, place))
    }

    /// Whether an action is this actor's over a row that lies there.
    pub(crate) fn may(&self, action: &Action, side: &Side, place: &str) -> bool {
        match action.level {
            Level::Own => self.holds_over(action.by, side, place),
            Level::Above => self.holds_above(action.by, side, place),
            Level::System => false,
        }
    }

    /// The role under which something is done, for the audit log.
    pub fn role_among(&self, roles: &[Role]) -> Option<Role> {
        self.grants.iter().map(|it| it.role).find(|it| roles.contains(it))
    }
}

/// The column by which rows are found on a side: beside an organisation its path, else the field itself.
pub(crate) fn place_column(side: &Side) -> String {
    match side.basis {
        Basis::Affiliation => format!("{}_path", side.field),
        Basis::Territory | Basis::Grid => side.field.to_owned(),
    }
}

/// The sides whose act an action is.
pub(crate) fn sides_of(entity: &'static Entity, action: &Action) -> impl Iterator<Item = &'static Side> {
    sides_named(entity, action.sides)
}

/// The sides with these codes; all of them where none is named.
pub(crate) fn sides_named(entity: &'static Entity, codes: &'static [&str]) -> impl Iterator<Item = &'static Side> {
    entity.sides.iter().filter(move |it| codes.is_empty() || codes.contains(&it.code))
}
