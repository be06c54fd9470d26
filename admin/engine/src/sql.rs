//! The few shapes of statement that the engine needs. Names come from declarations, which are compiled in;
//! values are arguments.

use domain::role::{Node, Role};
use store::{Built, ColumnKind, Value};

use crate::{
    Actor, Record,
    actor::path_column,
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
    /// Paths of the sides, behind the named columns.
    paths: Vec<String>,
}

impl Columns {
    pub fn of(entity: &'static Entity) -> Self {
        let own = OWN.into_iter();
        let all: Vec<(&'static str, ColumnKind)> =
            own.chain(entity.fields().map(|it| (it.name, it.kind.column()))).collect();
        let paths: Vec<String> = entity.sides.iter().map(path_column).collect();
        let kinds = all.iter().map(|it| it.1).chain(paths.iter().map(|_| ColumnKind::Text)).collect();
        Self { names: all.into_iter().map(|it| it.0).collect(), kinds, paths }
    }

    pub fn kinds(&self) -> &[ColumnKind] {
        &self.kinds
    }

    fn text(&self) -> String {
        let names = self.names.iter().copied();
        names.chain(self.paths.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
    }

    /// A row of cells as a record, and the paths of the sides in their order.
    pub fn record(&self, cells: Vec<Value>) -> Row {
        let mut record = Record::default();
        let mut cells = cells.into_iter();
        for name in &self.names {
            if let Some(cell) = cells.next() {
                record.set(name, cell);
            }
        }
        let path = |cell| if let Value::Text(Some(path)) = cell { path } else { String::new() };
        Row { record, paths: cells.map(path).collect() }
    }
}

/// A record with the paths of its sides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub record: Record,
    pub paths: Vec<String>,
}

impl Row {
    /// The path of the organisation on a side; empty where there is none.
    pub fn path(&self, entity: &Entity, side: &Side) -> &str {
        let at = entity.sides.iter().position(|it| it.code == side.code);
        at.and_then(|at| self.paths.get(at)).map_or("", String::as_str)
    }
}

/// `select … from … where <scope>`, for more conditions to follow.
pub(crate) fn select(entity: &'static Entity, columns: &Columns, actor: &Actor) -> Built {
    let mut built = Built::default();
    built.text("select ").text(&columns.text()).text(" from ").text(entity.name).text(" where deleted_at is null and ");
    scope(&mut built, actor, entity.readers, entity.sides, false);
    built
}

/// What an actor with one of `roles` may see: rows one of whose sides lies below one of their nodes. The
/// ranges are those of an index: everything that begins with `1.12.` lies between `1.12.` and `1.12/`. With
/// `above` the nodes themselves are left out.
pub(crate) fn scope(built: &mut Built, actor: &Actor, roles: &[Role], sides: &[Side], above: bool) {
    let mut paths: Vec<&str> = Vec::new();
    for node in actor.nodes(roles) {
        match node {
            Node::City => {
                built.text("1 = 1");
                return;
            }
            Node::Subtree { path } if domain::role::is_path(path) && !paths.contains(&path.as_str()) => {
                paths.push(path);
            }
            _ => {}
        }
    }
    if paths.is_empty() {
        built.text("1 = 0");
        return;
    }
    built.text("(");
    let columns: Vec<String> = sides.iter().map(path_column).collect();
    let pairs = columns.iter().flat_map(|column| paths.iter().map(move |path| (column, path)));
    for (at, (column, path)) in pairs.enumerate() {
        let end = format!("{}/", path.trim_end_matches('.'));
        built.text(if at > 0 { " or (" } else { "(" }).text(column).text(if above { " > " } else { " >= " }).arg(*path);
        built.text(" and ").text(column).text(" < ").arg(end).text(")");
    }
    built.text(")");
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

/// `insert into …` of a row with everything that `record` has, and the paths of its sides.
pub(crate) fn insert(entity: &'static Entity, record: &Record, paths: &[String]) -> Built {
    let mut built = Built::default();
    let columns: Vec<(&str, &Value)> = record.columns().collect();
    let names: Vec<&str> = columns.iter().map(|it| it.0).collect();
    built.text("insert into ").text(entity.name).text(" (").text(&names.join(", "));
    for side in entity.sides {
        built.text(", ").text(&path_column(side));
    }
    built.text(") values (");
    for (at, (_, value)) in columns.iter().enumerate() {
        built.text(if at > 0 { ", " } else { "" }).arg((*value).clone());
    }
    for path in paths {
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
