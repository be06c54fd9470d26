//! Every entity of the back office: pages, references and tests go through this list.

use domain::role::Role;
use engine::declare::{Entity, Field, section, side, state, text};

use crate::{endorsement::ENDORSEMENT, mobile_flow::MOBILE_FLOW};

/// All entities.
pub const ENTITIES: &[&Entity] = &[&MOBILE_FLOW, &ENDORSEMENT, &ORGANISATION];

/// Full name of an organisation.
const FULL_NAME: Field<str> = text("full_name", "名称", 200);

/// Organisations as references see them: their names. The tree itself is a module of its own; this isn't
/// listed or changed through the engine, whose columns its table hasn't got.
pub const ORGANISATION: Entity = Entity::new("party_org", "党组织", FULL_NAME.def)
    .sides(&[side("self", "本组织", "full_name")])
    .readers(&[Role::CityOrgAdmin])
    .makers(&["self"], &[Role::CityOrgAdmin])
    .form(&[section("", &[FULL_NAME.def])])
    .states(&[state("active", "正常")])
    .verified();
