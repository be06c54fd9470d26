//! A declaration that contradicts itself doesn't compile.

use super::{
    action::{Action, Level},
    entity::Entity,
    field::FieldDef,
};

impl Entity {
    /// The entity itself. Used as a `const`, so that what is wrong stops the compiler.
    ///
    /// # Panics
    /// While compiling, where the declaration contradicts itself; the message says how.
    #[must_use]
    pub const fn verified(self) -> Self {
        assert!(!self.form.is_empty(), "an entity needs at least one section");
        assert!(!self.states.is_empty(), "an entity needs at least one state");
        assert!(!self.sides.is_empty(), "an entity needs a side: a row that lies nowhere is in nobody's scope");
        assert!(!self.readers.is_empty(), "an entity needs somebody who may look at it");
        assert!(self.has(self.label.name), "the label isn't in the form");
        assert!(self.all_in_form(self.list), "a column of the list isn't in the form");
        assert!(self.all_in_form(self.filters), "a filter isn't in the form");
        assert!(self.all_in_form(self.search), "a searched field isn't in the form");
        let mut i = 0;
        while i < self.search.len() {
            let kind = self.search[i].kind;
            assert!(matches!(kind, super::field::Kind::Text(_)), "only words can be searched");
            i += 1;
        }
        let mut i = 0;
        while i < self.sides.len() {
            assert!(self.has(self.sides[i].field), "the field of a side isn't in the form");
            i += 1;
        }
        assert!(self.has_sides(self.makers.0), "makers act for a side that isn't there");
        let mut i = 0;
        while i < self.presets.len() {
            assert!(self.has_sides(self.presets[i].sides), "a preset is of a side that isn't there");
            assert!(self.all_in_form(self.presets[i].columns), "a column of a preset isn't in the form");
            i += 1;
        }
        let mut i = 0;
        while i < self.actions.len() {
            self.verify_action(&self.actions[i]);
            i += 1;
        }
        self.verify_states();
        self
    }

    const fn verify_action(&self, action: &Action) {
        let system = matches!(action.level, Level::System);
        assert!(action.by.is_empty() == system, "an action is either somebody's or the system's");
        assert!(!action.from.is_empty(), "an action starts from nowhere");
        assert!(self.has_sides(action.sides), "an action is of a side that isn't there");
        assert!(self.has_state(action.to.code), "an action leads to a state that isn't there");
        let mut i = 0;
        while i < action.from.len() {
            assert!(self.has_state(action.from[i].code), "an action starts from a state that isn't there");
            i += 1;
        }
        assert!(self.all_in_form(action.form), "an action asks for a field that isn't in the form");
        assert!(self.all_in_form(action.offers), "an action offers a field that isn't in the form");
    }

    /// Every state but the first is led to.
    const fn verify_states(&self) {
        let mut s = 1;
        while s < self.states.len() {
            let mut reached = false;
            let mut a = 0;
            while a < self.actions.len() {
                reached = reached || same(self.actions[a].to.code, self.states[s].code);
                a += 1;
            }
            assert!(reached, "no action leads to a state");
            s += 1;
        }
    }

    const fn all_in_form(&self, fields: &[FieldDef]) -> bool {
        let mut i = 0;
        while i < fields.len() {
            if !self.has(fields[i].name) {
                return false;
            }
            i += 1;
        }
        true
    }

    const fn has(&self, name: &str) -> bool {
        let mut s = 0;
        while s < self.form.len() {
            let fields = self.form[s].fields;
            let mut f = 0;
            while f < fields.len() {
                if same(fields[f].name, name) {
                    return true;
                }
                f += 1;
            }
            s += 1;
        }
        false
    }

    const fn has_sides(&self, codes: &[&str]) -> bool {
        let mut i = 0;
        while i < codes.len() {
            if !self.has_side(codes[i]) {
                return false;
            }
            i += 1;
        }
        true
    }

    const fn has_side(&self, code: &str) -> bool {
        let mut i = 0;
        while i < self.sides.len() {
            if same(self.sides[i].code, code) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn has_state(&self, code: &str) -> bool {
        let mut i = 0;
        while i < self.states.len() {
            if same(self.states[i].code, code) {
                return true;
            }
            i += 1;
        }
        false
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
