//! Fields: a column, what may stand in it, and how it is shown.

use std::marker::PhantomData;

use domain::codes::CodeSet;
use store::ColumnKind;

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Words, at most so many characters.
    Text(u16),
    /// A whole number.
    Int,
    /// Money, in 分: a sum of cents is exact.
    Amount,
    /// Yes or no.
    Bool,
    /// A day.
    Date,
    /// A moment.
    Time,
    /// One code of a set.
    Code(&'static CodeSet),
    /// The id of a row of another entity, by that entity's name.
    Ref(&'static str),
}

impl Kind {
    /// The type of the column.
    pub const fn column(self) -> ColumnKind {
        match self {
            Self::Text(_) | Self::Code(_) | Self::Ref(_) => ColumnKind::Text,
            Self::Int | Self::Amount => ColumnKind::Int,
            Self::Bool => ColumnKind::Bool,
            Self::Date => ColumnKind::Date,
            Self::Time => ColumnKind::Time,
        }
    }
}

/// How a value is shown to whoever may see the row but not the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// As it is.
    Open,
    /// An identity number: first three, last four.
    Identity,
    /// A telephone number: first three, last four.
    Phone,
    /// An address: down to the street.
    Street,
    /// Not at all.
    Hidden,
}

/// A field without its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldDef {
    /// Name of the column, and in JSON.
    pub name: &'static str,
    /// What pages call it.
    pub title: &'static str,
    /// What may stand in it.
    pub kind: Kind,
    /// Whether it has to be filled in before the first action.
    pub required: bool,
    /// Set when the row is made, and by actions; never by a form afterwards.
    pub fixed: bool,
    /// Set by actions and what follows from them, never by the form.
    pub kept: bool,
    /// How it is shown by default.
    pub mask: Mask,
    /// A hint under the input; empty for none.
    pub help: &'static str,
}

/// A handle on one field. `T` is what [`crate::Record::get`] reads it as.
pub struct Field<T: ?Sized + 'static> {
    /// The field.
    pub def: FieldDef,
    marker: PhantomData<fn(&T)>,
}

impl<T: ?Sized> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Field<T> {}

const fn field<T: ?Sized>(name: &'static str, title: &'static str, kind: Kind) -> Field<T> {
    let def = FieldDef { name, title, kind, required: false, fixed: false, kept: false, mask: Mask::Open, help: "" };
    Field { def, marker: PhantomData }
}

/// Words, at most `max` characters.
pub const fn text(name: &'static str, title: &'static str, max: u16) -> Field<str> {
    field(name, title, Kind::Text(max))
}

/// A whole number.
pub const fn int(name: &'static str, title: &'static str) -> Field<i64> {
    field(name, title, Kind::Int)
}

/// Money in 分.
pub const fn amount(name: &'static str, title: &'static str) -> Field<i64> {
    field(name, title, Kind::Amount)
}

/// Yes or no.
pub const fn boolean(name: &'static str, title: &'static str) -> Field<bool> {
    field(name, title, Kind::Bool)
}

/// A day.
pub const fn date(name: &'static str, title: &'static str) -> Field<chrono::NaiveDate> {
    field(name, title, Kind::Date)
}

/// A moment.
pub const fn time(name: &'static str, title: &'static str) -> Field<chrono::DateTime<chrono::Utc>> {
    field(name, title, Kind::Time)
}

/// One code of `set`.
pub const fn code(name: &'static str, title: &'static str, set: &'static CodeSet) -> Field<str> {
    field(name, title, Kind::Code(set))
}

/// The id of a row of `entity`.
pub const fn reference(name: &'static str, title: &'static str, entity: &'static str) -> Field<str> {
    field(name, title, Kind::Ref(entity))
}

impl<T: ?Sized> Field<T> {
    /// Has to be filled in.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.def.required = true;
        self
    }

    /// Can't be changed by a form once the row is made.
    #[must_use]
    pub const fn fixed(mut self) -> Self {
        self.def.fixed = true;
        self
    }

    /// Is set by actions alone, not by the form.
    #[must_use]
    pub const fn kept(mut self) -> Self {
        self.def.kept = true;
        self
    }

    /// Is shown masked.
    #[must_use]
    pub const fn masked(mut self, mask: Mask) -> Self {
        self.def.mask = mask;
        self
    }

    /// A hint under the input.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.def.help = help;
        self
    }
}
