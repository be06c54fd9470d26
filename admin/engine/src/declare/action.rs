//! States and what leads from one to the next.

use chrono::NaiveDate;
use domain::{Violation, role::Role};
use futures::future::BoxFuture;

use super::field::FieldDef;
use crate::{Record, act::Step, error::Result};

/// Where a row is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// In SQL and JSON.
    pub code: &'static str,
    /// What pages call it.
    pub title: &'static str,
    /// Whether the form may still be changed here.
    pub editable: bool,
}

/// A state in which the form is closed: only actions change the row.
pub const fn state(code: &'static str, title: &'static str) -> State {
    State { code, title, editable: false }
}

/// A state in which the form may be changed by whoever may do something from here.
pub const fn open_state(code: &'static str, title: &'static str) -> State {
    State { code, title, editable: true }
}

/// A rule over the row as it would be, with what the action brings, and today's date in Shanghai. It sees
/// nothing else, so it is tested without a database.
pub type Check = fn(&Record, NaiveDate) -> std::result::Result<(), Violation>;

/// What an action does beside changing the state, and what it looks up before: inside its transaction,
/// after the row is locked. An error undoes everything.
pub type Effect = for<'a> fn(Step<'a>) -> BoxFuture<'a, Result<()>>;

/// Where whoever does an action stands towards the organisation whose act it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// At the organisation or above it.
    Own,
    /// Above it: whoever holds the role on the organisation itself may not.
    Above,
    /// Nowhere: it follows from something else, and [`crate::act::by_system`] alone does it.
    System,
}

/// A step from one state to another.
#[derive(Clone, Copy)]
pub struct Action {
    /// In the address and in the history.
    pub code: &'static str,
    /// The button.
    pub title: &'static str,
    /// Where it can be done.
    pub from: &'static [State],
    /// Where it leads; the state itself for an act that leaves it.
    pub to: State,
    /// Who may, on which side.
    pub by: &'static [Role],
    /// Whose act it is: codes of the entity's sides, any of which will do; empty: any side's.
    pub sides: &'static [&'static str],
    /// Where whoever does it stands.
    pub level: Level,
    /// What it asks for.
    pub form: &'static [FieldDef],
    /// What may be given besides.
    pub offers: &'static [FieldDef],
    /// Rules, all of them checked so that everything wrong is told at once.
    pub checks: &'static [Check],
    /// Whether whoever made or submitted the row is kept from it.
    pub approval: bool,
    /// Whether a comment has to be given.
    pub comment: bool,
    /// Whether several rows may be done at once.
    pub bulk: bool,
    /// Guard that may look at other rows.
    pub guard: Option<Effect>,
    /// What follows, in the same transaction.
    pub effect: Option<Effect>,
}

/// A step from any of `from` to `to`.
pub const fn action(code: &'static str, title: &'static str, from: &'static [State], to: State) -> Action {
    Action {
        code,
        title,
        from,
        to,
        by: &[],
        sides: &[],
        level: Level::Own,
        form: &[],
        offers: &[],
        checks: &[],
        approval: false,
        comment: false,
        bulk: false,
        guard: None,
        effect: None,
    }
}

impl Action {
    /// Who may: one of `roles` on one of `sides`.
    #[must_use]
    pub const fn by(mut self, sides: &'static [&'static str], roles: &'static [Role]) -> Self {
        (self.sides, self.by) = (sides, roles);
        self
    }

    /// Nobody: it follows from something else.
    #[must_use]
    pub const fn by_system(mut self) -> Self {
        self.level = Level::System;
        self
    }

    /// What it asks for.
    #[must_use]
    pub const fn asks(mut self, form: &'static [FieldDef]) -> Self {
        self.form = form;
        self
    }

    /// What may be given besides.
    #[must_use]
    pub const fn offers(mut self, form: &'static [FieldDef]) -> Self {
        self.offers = form;
        self
    }

    /// What has to hold of the row.
    #[must_use]
    pub const fn check(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }

    /// It decides over somebody else's work: nobody approves their own.
    #[must_use]
    pub const fn approval(mut self) -> Self {
        self.approval = true;
        self
    }

    /// It is for the level above: whoever holds the role on the organisation itself may not.
    #[must_use]
    pub const fn above(mut self) -> Self {
        self.level = Level::Above;
        self
    }

    /// A comment has to be given.
    #[must_use]
    pub const fn comment(mut self) -> Self {
        self.comment = true;
        self
    }

    /// Several rows at once.
    #[must_use]
    pub const fn bulk(mut self) -> Self {
        self.bulk = true;
        self
    }

    /// What has to hold of other rows.
    #[must_use]
    pub const fn guard(mut self, guard: Effect) -> Self {
        self.guard = Some(guard);
        self
    }

    /// What follows.
    #[must_use]
    pub const fn then(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }
}
