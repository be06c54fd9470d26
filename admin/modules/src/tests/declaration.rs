//! The declaration and the table of the rules are one.

use std::collections::BTreeSet;

use domain::mobile::{FlowEvent, FlowState, STEPS, Side};
use engine::declare::Level;

use crate::mobile_flow::{MOBILE_FLOW, UPDATE_INFO};

/// What the declaration calls a side of the table. The branch that manages a member is the destination's.
fn side(code: &str) -> Side {
    match code {
        "origin" => Side::Origin,
        "destination" | "manager" => Side::Destination,
        "target" => Side::Target,
        other => panic!("{other} is no side of the table"),
    }
}

type Line = (&'static str, &'static str, &'static str, &'static str);

#[test]
fn the_declaration_has_every_line_of_the_table_and_nothing_more() {
    let mut declared: BTreeSet<Line> = BTreeSet::new();
    for action in MOBILE_FLOW.actions.iter().filter(|it| it.code != UPDATE_INFO) {
        for from in action.from {
            if action.level == Level::System {
                declared.insert((from.code, action.code, Side::System.code(), action.to.code));
            }
            assert!(action.level == Level::System || !action.sides.is_empty(), "{} is anybody's", action.code);
            for code in action.sides {
                declared.insert((from.code, action.code, side(code).code(), action.to.code));
            }
        }
    }
    let mut table: BTreeSet<Line> = BTreeSet::new();
    let mut members: BTreeSet<u8> = BTreeSet::new();
    for step in STEPS {
        for from in step.from {
            for side in step.sides {
                if *side == Side::Member {
                    // What members do comes through their own end, not through the back office.
                    members.insert(step.number);
                } else {
                    table.insert((from.code(), step.event.code(), side.code(), step.to.code()));
                }
            }
        }
    }
    assert_eq!(members.into_iter().collect::<Vec<_>>(), [10, 11, 15]);
    assert_eq!(table.difference(&declared).collect::<Vec<_>>(), Vec::<&Line>::new(), "missing");
    assert_eq!(declared.difference(&table).collect::<Vec<_>>(), Vec::<&Line>::new(), "too much");
    assert_eq!(table.len(), 34);
}

#[test]
fn states_and_titles_are_those_of_the_rules() {
    let declared: Vec<_> = MOBILE_FLOW.states.iter().map(|it| (it.code, it.title)).collect();
    assert_eq!(declared, FlowState::ALL.iter().map(|it| (it.code(), it.title())).collect::<Vec<_>>());
    for action in MOBILE_FLOW.actions.iter().filter(|it| it.code != UPDATE_INFO) {
        assert_eq!(FlowEvent::from_code(action.code).map(FlowEvent::title), Some(action.title));
    }
    for action in MOBILE_FLOW.actions.iter().filter(|it| it.code == UPDATE_INFO) {
        assert_eq!(action.from, [action.to], "putting right leads nowhere");
    }
}

#[test]
fn only_a_draft_has_an_open_form_and_ends_lead_nowhere() {
    for state in FlowState::ALL {
        let declared = MOBILE_FLOW.state(state.code()).expect("declared");
        assert_eq!(declared.editable, *state == FlowState::Draft, "{state}");
        let leads = MOBILE_FLOW.actions.iter().any(|it| it.from.contains(declared));
        assert_eq!(leads, !state.is_terminal(), "{state}");
    }
}
