//! Who asks, and what of an entity is theirs.

use domain::role::{Grant, Node, Role};

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

    /// Whether one of `roles` is held over an organisation with this path. A row without an organisation on
    /// that side is nobody's but the city's.
    pub fn holds_over(&self, roles: &[Role], path: &str) -> bool {
        self.nodes(roles).any(|node| match node {
            Node::City => true,
            Node::Subtree { path: mine } => domain::role::is_path(mine) && path.starts_with(mine.as_str()),
            Node::Division { .. } | Node::Grid { .. } | Node::Own { .. } => false,
        })
    }

    /// As [`Self::holds_over`], on a node above the organisation, not on the organisation itself.
    pub fn holds_above(&self, roles: &[Role], path: &str) -> bool {
        self.nodes(roles).any(|node| match node {
            Node::City => true,
            Node::Subtree { path: mine } => {
                domain::role::is_path(mine) && path != mine && path.starts_with(mine.as_str())
            }
            Node::Division { .. } | Node::Grid { .. } | Node::Own { .. } => false,
        })
    }

    /// Whether an action is this actor's over an organisation with this path.
    pub(crate) fn may(&self, action: &Action, path: &str) -> bool {
        match action.level {
            Level::Own => self.holds_over(action.by, path),
            Level::Above => self.holds_above(action.by, path),
            Level::System => false,
        }
    }

    /// The role under which something is done, for the audit log.
    pub fn role_among(&self, roles: &[Role]) -> Option<Role> {
        self.grants.iter().map(|it| it.role).find(|it| roles.contains(it))
    }
}

/// The name of the column beside a side's organisation that holds its path.
pub(crate) fn path_column(side: &Side) -> String {
    format!("{}_path", side.org)
}

/// The sides whose act an action is.
pub(crate) fn sides_of(entity: &'static Entity, action: &Action) -> impl Iterator<Item = &'static Side> {
    sides_named(entity, action.sides)
}

/// The sides with these codes; all of them where none is named.
pub(crate) fn sides_named(entity: &'static Entity, codes: &'static [&str]) -> impl Iterator<Item = &'static Side> {
    entity.sides.iter().filter(move |it| codes.is_empty() || codes.contains(&it.code))
}
