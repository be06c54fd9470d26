//! What nodes let somebody see, as conditions on rows.
//!
//! A subtree is a range over paths, compared byte by byte: everything below `1.1.` lies between `1.1.` and
//! `1.1/`, and `1.12.` doesn't. A division and a grid are those of the branch's seat.

use domain::role::{Node, is_path};
use store::Built;

/// Behind every character of a text: the end of a range over a prefix.
const LAST: char = '\u{10ffff}';

/// First text that begins with `prefix`, and first behind all that do.
pub(crate) fn prefix(prefix: &str) -> (String, String) {
    (prefix.to_owned(), format!("{prefix}{LAST}"))
}

/// First path at or below `path`, and first behind all of them.
pub(crate) fn below(path: &str) -> (String, String) {
    (path.to_owned(), format!("{}/", path.trim_end_matches('.')))
}

/// A condition on `party_member`.
pub(crate) fn members(built: &mut Built, scope: &[Node]) {
    any(built, scope, |built, node| match node {
        Node::Subtree { path } => range(built, "branch_path", below(path)),
        Node::Division { code } => {
            built.text("branch_id in (select o.id from party_org o where ");
            range(built, "o.division_code", prefix(code));
            built.text(")");
        }
        Node::Grid { id } => {
            built.text("branch_id in (select o.id from party_org o where o.grid_id = ").arg(id).text(")");
        }
        Node::Own { member } => {
            built.text("id = ").arg(member);
        }
        Node::City => {}
    });
}

/// A condition on `party_org`. Oneself is no organisation.
pub(crate) fn orgs(built: &mut Built, scope: &[Node]) {
    any(built, scope, |built, node| match node {
        Node::Subtree { path } => range(built, "path", below(path)),
        Node::Division { code } => range(built, "division_code", prefix(code)),
        Node::Grid { id } => {
            built.text("grid_id = ").arg(id);
        }
        Node::Own { .. } | Node::City => {
            built.text("1 = 0");
        }
    });
}

/// One of the nodes: the city is everything, none is nothing, and so is a node that isn't well written.
fn any(built: &mut Built, scope: &[Node], condition: impl Fn(&mut Built, &Node)) {
    if scope.contains(&Node::City) {
        built.text("1 = 1");
        return;
    }
    let sound = |it: &&Node| match it {
        Node::Subtree { path } => is_path(path),
        Node::Division { code } => !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()),
        _ => true,
    };
    let nodes: Vec<&Node> = scope.iter().filter(sound).collect();
    if nodes.is_empty() {
        built.text("1 = 0");
        return;
    }
    for (at, node) in nodes.into_iter().enumerate() {
        built.text(if at > 0 { " or (" } else { "((" });
        condition(built, node);
        built.text(")");
    }
    built.text(")");
}

/// `column >= from and column < to`.
pub(crate) fn range(built: &mut Built, column: &str, (from, to): (String, String)) {
    built.text(column).text(" >= ").arg(from).text(" and ").text(column).text(" < ").arg(to);
}
