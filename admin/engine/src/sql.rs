//! The few shapes of statement that the engine needs. Names come from declarations, which are compiled in;
//! values are arguments.

use domain::role::{Basis, Node, Role, is_division, is_path};
use store::{Built, ColumnKind, Value};

use crate::{
    Actor, Record,
    actor::place_column,
    declare::{Entity, Side},
};

/// Columns that every table has beside those of its form.
const OWN: [(&str, ColumnKind); 7] = [
    ("id", ColumnKind::Text),
    ("status", ColumnKind::Text),
    ("version", ColumnKind::Int),
    ("created_by", ColumnKind::Text),
    ("created_at", ColumnKind::Time),
    ("submitted_by", ColumnKind::Text),
    ("updated_at", ColumnKind::Time),
];

/// Every column of an entity's table in the order in which it is selected.
pub(crate) struct Columns {
    names: Vec<&'static str>,
    kinds: Vec<ColumnKind>,
    /// Where the row lies on each side, behind the named columns.
    places: Vec<String>,
}

impl Columns {
    pub fn of(entity: &'static Entity) -> Self {
        let own = OWN.into_iter();
        let all: Vec<(&'static str, ColumnKind)> =
            own.chain(entity.fields().map(|it| (it.name, it.kind.column()))).collect();
        let places: Vec<String> = entity.sides.iter().map(place_column).collect();
        let kinds = all.iter().map(|it| it.1).chain(places.iter().map(|_| ColumnKind::Text)).collect();
        Self { names: all.into_iter().map(|it| it.0).collect(), kinds, places }
    }

    pub fn kinds(&self) -> &[ColumnKind] {
        &self.kinds
    }

    fn text(&self) -> String {
        let names = self.names.iter().copied();
        names.chain(self.places.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
    }

    /// A row of cells as a record, and where it lies on the sides in their order.
    pub fn record(&self, cells: Vec<Value>) -> Row {
        let mut record = Record::default();
        let mut cells = cells.into_iter();
        for name in &self.names {
            if let Some(cell) = cells.next() {
                record.set(name, cell);
            }
        }
        let place = |cell| if let Value::Text(Some(place)) = cell { place } else { String::new() };
        Row { record, places: cells.map(place).collect() }
    }
}

/// A record, and where it lies on its sides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub record: Record,
    pub places: Vec<String>,
}

impl Row {
    /// Where it lies on a side: a path, a division's code or a grid's id; empty for nowhere.
    pub fn place(&self, entity: &Entity, side: &Side) -> &str {
        let at = entity.sides.iter().position(|it| it.code == side.code);
        at.and_then(|at| self.places.get(at)).map_or("", String::as_str)
    }
}

/// `select … from … where <scope>`, for more conditions to follow.
pub(crate) fn select(entity: &'static Entity, columns: &Columns, actor: &Actor) -> Built {
    let mut built = Built::default();
    built.text("select ").text(&columns.text()).text(" from ").text(entity.name).text(" where deleted_at is null and ");
    scope(&mut built, actor, entity.readers, entity.sides, false);
    built
}

/// What an actor with one of `roles` may see: rows that lie in one of their nodes on one of `sides`, as
/// [`Node::covers`] has it. The ranges are those of an index: everything that begins with `1.12.` lies between
/// `1.12.` and `1.12/`, and with `310101` between that and `310101:`. With `above` the nodes themselves are left
/// out.
pub(crate) fn scope(built: &mut Built, actor: &Actor, roles: &[Role], sides: &[Side], above: bool) {
    let mut nodes: Vec<&Node> = Vec::new();
    for node in actor.nodes(roles) {
        if *node == Node::City {
            built.text("1 = 1");
            return;
        }
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    let mut any = false;
    for side in sides {
        let column = place_column(side);
        for node in &nodes {
            let (from, to) = match (node, side.basis) {
                (Node::Subtree { path }, Basis::Affiliation) if is_path(path) => {
                    (path, format!("{}/", path.trim_end_matches('.')))
                }
                (Node::Division { code }, Basis::Territory) if is_division(code) => (code, format!("{code}:")),
                (Node::Grid { id }, Basis::Grid) if !id.is_empty() && !above => {
                    built.text(if any { " or " } else { "(" }).text(&column).text(" = ").arg(id);
                    any = true;
                    continue;
                }
                _ => continue,
            };
            built
                .text(if any { " or (" } else { "((" })
                .text(&column)
                .text(if above { " > " } else { " >= " })
                .arg(from);
            built.text(" and ").text(&column).text(" < ").arg(to).text(")");
            any = true;
        }
    }
    built.text(if any { ")" } else { "1 = 0" });
}

/// ` and id = $n`.
pub(crate) fn one(built: &mut Built, id: &str) {
    built.text(" and id = ").arg(id);
}

/// The value of a side's path, from the organisation itself.
pub(crate) fn path_of(org: &str) -> Built {
    let mut built = Built::default();
    built.text("select path from party_org where id = ").arg(org);
    built
}

/// `insert into …` of a row with everything that `record` has, and the paths beside its organisations.
pub(crate) fn insert(entity: &'static Entity, record: &Record, paths: &[(String, String)]) -> Built {
    let mut built = Built::default();
    let columns: Vec<(&str, &Value)> = record.columns().collect();
    let names: Vec<&str> = columns.iter().map(|it| it.0).collect();
    built.text("insert into ").text(entity.name).text(" (").text(&names.join(", "));
    for (column, _) in paths {
        built.text(", ").text(column);
    }
    built.text(") values (");
    for (at, (_, value)) in columns.iter().enumerate() {
        built.text(if at > 0 { ", " } else { "" }).arg((*value).clone());
    }
    for (_, path) in paths {
        built.text(", ").arg(path);
    }
    built.text(")");
    built
}

/// Locks a row until commit, as it was read: zero rows mean that somebody was faster. An update that changes
/// nothing does it on both databases.
pub(crate) fn lock(entity: &'static Entity, row: &Record) -> Built {
    let mut built = Built::default();
    built.text("update ").text(entity.name).text(" set version = version where id = ").arg(row.id());
    built.text(" and status = ").arg(row.status()).text(" and version = ").arg(row.version());
    built
}

/// `update … set … where id and status and version`: zero rows mean that somebody was faster.
pub(crate) fn update(entity: &'static Entity, before: &Record, changes: &Record, paths: &[(String, String)]) -> Built {
    let mut built = Built::default();
    built.text("update ").text(entity.name).text(" set version = version + 1");
    for (name, value) in changes.columns() {
        built.text(", ").text(name).text(" = ").arg(value.clone());
    }
    for (column, path) in paths {
        built.text(", ").text(column).text(" = ").arg(path);
    }
    built.text(" where id = ").arg(before.id()).text(" and status = ").arg(before.status());
    built.text(" and version = ").arg(before.version()).text(" and deleted_at is null");
    built
}

/// The name by which a reference is shown: one statement for a page of rows.
pub(crate) fn labels(entity: &'static Entity, ids: &[&str]) -> Built {
    let mut built = Built::default();
    built.text("select id, ").text(entity.label.name).text(" from ").text(entity.name).text(" where id in (");
    for (at, id) in ids.iter().enumerate() {
        built.text(if at > 0 { ", " } else { "" }).arg(*id);
    }
    built.text(")");
    built
}
