//! One row, read and written through typed [`Field`] handles.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use store::Value;

use crate::declare::{Field, FieldDef, Kind};

/// The columns of one row by name. What isn't there is null.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record(BTreeMap<&'static str, Value>);

/// A type that a field can be read as.
pub trait Read {
    /// What it is read as.
    type Out<'a>;
    /// The value, if there is one of this type.
    fn read(value: &Value) -> Option<Self::Out<'_>>;
    /// The other way.
    fn write(out: Self::Out<'_>) -> Value;
}

macro_rules! readable {
    ($($type:ty, $variant:ident;)*) => {$(
        impl Read for $type {
            type Out<'a> = $type;
            fn read(value: &Value) -> Option<$type> {
                match value { Value::$variant(it) => *it, _ => None }
            }
            fn write(out: $type) -> Value {
                Value::$variant(Some(out))
            }
        }
    )*};
}

readable! {
    i64, Int;
    bool, Bool;
    NaiveDate, Date;
    DateTime<Utc>, Time;
}

impl Read for str {
    type Out<'a> = &'a str;
    fn read(value: &Value) -> Option<&str> {
        match value {
            Value::Text(it) => it.as_deref(),
            _ => None,
        }
    }
    fn write(out: &str) -> Value {
        out.into()
    }
}

impl Record {
    /// The value of a field; `None` where it is empty.
    pub fn get<T: Read + ?Sized>(&self, field: Field<T>) -> Option<T::Out<'_>> {
        self.0.get(field.def.name).and_then(T::read)
    }

    /// The record with a field set.
    #[must_use]
    pub fn with<T: Read + ?Sized>(mut self, field: Field<T>, value: T::Out<'_>) -> Self {
        self.0.insert(field.def.name, T::write(value));
        self
    }

    /// The value of a column, if it was read or set.
    pub fn raw(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Sets a column.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.0.insert(name, value);
    }

    /// The columns that are there.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|it| (*it.0, it.1))
    }

    /// A column of words; empty where there are none.
    pub fn words(&self, name: &str) -> &str {
        self.0.get(name).and_then(<str as Read>::read).unwrap_or_default()
    }

    /// The row's id.
    pub fn id(&self) -> &str {
        self.words("id")
    }

    /// The code of its state.
    pub fn status(&self) -> &str {
        self.words("status")
    }

    /// How often it was changed, from 1.
    pub fn version(&self) -> i64 {
        self.0.get("version").and_then(<i64 as Read>::read).unwrap_or_default()
    }

    /// Whether a field has a value: blank words are none.
    pub fn has(&self, name: &str) -> bool {
        match self.0.get(name) {
            None
            | Some(Value::Int(None) | Value::Bool(None) | Value::Date(None) | Value::Time(None) | Value::Text(None)) => {
                false
            }
            Some(Value::Text(Some(text))) => !text.trim().is_empty(),
            Some(_) => true,
        }
    }
}

/// An empty value of a field's type: a typed null.
pub fn empty(field: &FieldDef) -> Value {
    match field.kind {
        Kind::Text(_) | Kind::Code(_) | Kind::Ref(_) => Value::Text(None),
        Kind::Int | Kind::Amount => Value::Int(None),
        Kind::Bool => Value::Bool(None),
        Kind::Date => Value::Date(None),
        Kind::Time => Value::Time(None),
    }
}
