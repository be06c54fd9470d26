//! An entity: everything that the engine needs to know of a kind of record.

use domain::role::{Basis, Role};

use super::{
    action::{Action, Check, Effect, State},
    field::FieldDef,
};

/// A group of fields in the form.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Its fields, in order.
    pub fields: &'static [FieldDef],
}

/// A group of fields.
pub const fn section(title: &'static str, fields: &'static [FieldDef]) -> Section {
    Section { title, fields }
}

/// Where a record lies, and so whose it is. Most entities have one side; a move between two organisations has
/// two, and both see it; an enterprise lies in a division and in a grid.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    /// Named by actions.
    pub code: &'static str,
    /// What pages call it.
    pub title: &'static str,
    /// The field that says where: the id of an organisation, a division's code, or a grid's id. Beside an
    /// organisation the table has a column `<field>_path` with its path, kept by the engine. Paths and codes are
    /// found by ranges: on PostgreSQL their columns are `collate "C"`, with an index.
    pub field: &'static str,
    /// By what it lies there.
    pub basis: Basis,
}

/// Below an organisation, by affiliation.
pub const fn side(code: &'static str, title: &'static str, field: &'static str) -> Side {
    Side { code, title, field, basis: Basis::Affiliation }
}

/// In an administrative division.
pub const fn side_of_division(code: &'static str, title: &'static str, field: &'static str) -> Side {
    Side { code, title, field, basis: Basis::Territory }
}

/// In a grid.
pub const fn side_of_grid(code: &'static str, title: &'static str, field: &'static str) -> Side {
    Side { code, title, field, basis: Basis::Grid }
}

/// A named choice of rows above a list.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// In the address.
    pub code: &'static str,
    /// The tab.
    pub title: &'static str,
    /// Rows in one of these states; empty: in any.
    pub states: &'static [State],
    /// Rows that lie in the actor's scope on one of these sides; empty: on any.
    pub sides: &'static [&'static str],
    /// Columns of this view; empty: those of the list.
    pub columns: &'static [FieldDef],
}

/// Rows in one of `states`.
pub const fn preset(code: &'static str, title: &'static str, states: &'static [State]) -> Preset {
    Preset { code, title, states, sides: &[], columns: &[] }
}

impl Preset {
    /// As seen from these sides alone.
    #[must_use]
    pub const fn of(mut self, sides: &'static [&'static str]) -> Self {
        self.sides = sides;
        self
    }

    /// With columns of its own.
    #[must_use]
    pub const fn columns(mut self, columns: &'static [FieldDef]) -> Self {
        self.columns = columns;
        self
    }
}

/// The preset that every entity has: rows with which one may do something now.
pub const MINE: &str = "mine";

/// A kind of record.
#[derive(Clone, Copy)]
pub struct Entity {
    /// The table, and the name in addresses and references.
    pub name: &'static str,
    /// What pages call it.
    pub title: &'static str,
    /// The field by which one row is told from another: in references, headings and duplicates.
    pub label: FieldDef,
    /// The parties.
    pub sides: &'static [Side],
    /// Who may look at it.
    pub readers: &'static [Role],
    /// Who may make one, for which sides: the organisation of one of them has to be theirs.
    pub makers: (&'static [&'static str], &'static [Role]),
    /// The form.
    pub form: &'static [Section],
    /// Columns of the list.
    pub list: &'static [FieldDef],
    /// Fields by which the list can be narrowed.
    pub filters: &'static [FieldDef],
    /// Fields in which the search box looks, from their beginning.
    pub search: &'static [FieldDef],
    /// Tabs above the list.
    pub presets: &'static [Preset],
    /// All states; the first is where a row begins.
    pub states: &'static [State],
    /// What can be done.
    pub actions: &'static [Action],
    /// What has to hold whenever the form is saved.
    pub checks: &'static [Check],
    /// What is looked up and set when a row is made, in the same transaction.
    pub born: Option<Effect>,
}

impl Entity {
    /// An entity that has nothing yet.
    pub const fn new(name: &'static str, title: &'static str, label: FieldDef) -> Self {
        Self {
            name,
            title,
            label,
            sides: &[],
            readers: &[],
            makers: (&[], &[]),
            form: &[],
            list: &[],
            filters: &[],
            search: &[],
            presets: &[],
            states: &[],
            actions: &[],
            checks: &[],
            born: None,
        }
    }

    /// The parties.
    #[must_use]
    pub const fn sides(mut self, sides: &'static [Side]) -> Self {
        self.sides = sides;
        self
    }

    /// Who may look at it.
    #[must_use]
    pub const fn readers(mut self, roles: &'static [Role]) -> Self {
        self.readers = roles;
        self
    }

    /// Who may make one; the organisation of one of `sides` has to be theirs.
    #[must_use]
    pub const fn makers(mut self, sides: &'static [&'static str], roles: &'static [Role]) -> Self {
        self.makers = (sides, roles);
        self
    }

    /// The form.
    #[must_use]
    pub const fn form(mut self, sections: &'static [Section]) -> Self {
        self.form = sections;
        self
    }

    /// Columns, filters and search of the list.
    #[must_use]
    pub const fn list(
        mut self,
        columns: &'static [FieldDef],
        filters: &'static [FieldDef],
        search: &'static [FieldDef],
    ) -> Self {
        (self.list, self.filters, self.search) = (columns, filters, search);
        self
    }

    /// Tabs above the list.
    #[must_use]
    pub const fn presets(mut self, presets: &'static [Preset]) -> Self {
        self.presets = presets;
        self
    }

    /// All states, the first one where a row begins.
    #[must_use]
    pub const fn states(mut self, states: &'static [State]) -> Self {
        self.states = states;
        self
    }

    /// What can be done.
    #[must_use]
    pub const fn actions(mut self, actions: &'static [Action]) -> Self {
        self.actions = actions;
        self
    }

    /// What has to hold whenever the form is saved.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }

    /// What is looked up and set when a row is made. An error keeps it from being made.
    #[must_use]
    pub const fn born(mut self, effect: Effect) -> Self {
        self.born = Some(effect);
        self
    }

    /// The fields of the form in order.
    pub fn fields(&self) -> impl Iterator<Item = &'static FieldDef> {
        self.form.iter().flat_map(|it| it.fields)
    }

    /// The field of this name, if the form has it.
    pub fn field(&self, name: &str) -> Option<&'static FieldDef> {
        self.fields().find(|it| it.name == name)
    }

    /// The state of this code.
    pub fn state(&self, code: &str) -> Option<&'static State> {
        self.states.iter().find(|it| it.code == code)
    }

    /// The action of this code that can be done in `status`. One code may stand for several steps, each from
    /// states of its own.
    pub fn action(&self, code: &str, status: &str) -> Option<&'static Action> {
        self.actions.iter().find(|it| it.code == code && it.from.iter().any(|from| from.code == status))
    }

    /// The side of this code.
    pub fn side(&self, code: &str) -> Option<&'static Side> {
        self.sides.iter().find(|it| it.code == code)
    }
}
