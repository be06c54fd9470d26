//! What every writing function is given: the store, the keys, and who does it.

use chrono::NaiveDate;
use domain::{Violation, division::Divisions};
use seal::{
    KeyRing,
    audit::{Actor, Entry},
};
use store::Store;

/// Somebody at work.
pub struct Desk<'a> {
    /// Database, clock, ids.
    pub store: &'a Store,
    /// For cells and look-ups.
    pub keys: &'a KeyRing,
    /// Which prefixes an identity number may have.
    pub divisions: Divisions,
    /// Who is written into the audit log.
    pub actor: Actor,
    /// From which network address, for the audit log.
    pub ip: Option<String>,
    /// With which device, for the audit log.
    pub device: Option<String>,
    /// The request, for the audit log.
    pub trace_id: Option<String>,
}

/// A row that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: String,
    /// Its version after writing.
    pub version: i64,
    /// What the clerk is to be told.
    pub warnings: Vec<Violation>,
}

impl<'a> Desk<'a> {
    /// A desk that knows the real divisions only, with nothing else for the audit log than `actor`.
    pub fn new(store: &'a Store, keys: &'a KeyRing, actor: Actor) -> Self {
        Self { store, keys, divisions: Divisions::PRODUCTION, actor, ip: None, device: None, trace_id: None }
    }

    /// Today in Shanghai.
    pub(crate) fn today(&self) -> NaiveDate {
        self.store.clock.today()
    }

    /// A new id.
    pub(crate) fn id(&self) -> String {
        self.store.ids.next().to_string()
    }

    /// Whoever is written into rows; `system` for a job of the system's own.
    pub(crate) fn user(&self) -> &str {
        self.actor.id.as_deref().unwrap_or("system")
    }

    /// An entry of the audit log about one row.
    pub(crate) fn entry(&self, action: impl Into<String>, table: &str, id: &str) -> Entry {
        let mut entry = Entry::new(self.store.clock.now(), action, table);
        entry.actor = self.actor.clone();
        entry.object_id = Some(id.to_owned());
        entry.ip.clone_from(&self.ip);
        entry.device.clone_from(&self.device);
        entry.trace_id.clone_from(&self.trace_id);
        entry
    }
}
