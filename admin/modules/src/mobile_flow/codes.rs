//! Code sets of a stay. The rules (3.0, 27) name the choices; the codes are ours.

use domain::{
    codes::{CodeSet, Item},
    member::MembershipStatus,
    mobile::DestinationScope,
};

const fn item(code: &'static str, name: &'static str) -> Item {
    Item { code, name }
}

const fn set(code: &'static str, title: &'static str, items: &'static [Item]) -> CodeSet {
    CodeSet { code, title, standard: "", items }
}

/// A member of Shanghai's organisations, or of another province's.
pub const ORIGIN_SCOPE: CodeSet =
    set("origin_scope", "流出地范围", &[item("local", "本市"), item("out_of_city", "外省市")]);

/// Where to, as seen from Shanghai.
pub const DESTINATION_SCOPE: CodeSet = set("destination_scope", "流向范围", DESTINATION_SCOPES);

const DESTINATION_SCOPES: &[Item] = &[
    item(DestinationScope::InCity.code(), DestinationScope::InCity.title()),
    item(DestinationScope::OtherProvince.code(), DestinationScope::OtherProvince.title()),
    item(DestinationScope::Overseas.code(), DestinationScope::Overseas.title()),
    item(DestinationScope::Unknown.code(), DestinationScope::Unknown.title()),
];

/// What kind of place.
pub const DESTINATION_KIND: CodeSet = set(
    "destination_kind",
    "外出地点方式",
    &[
        item("unit", "单位"),
        item("residence", "居住地"),
        item("park", "园区"),
        item(MOBILE_ORG, "流动党员党组织"),
        item("unfixed", "不固定"),
    ],
);

/// The destination is an organisation of mobile members.
pub const MOBILE_ORG: &str = "mobile_org";

/// Why somebody is away.
pub const FLOW_REASON: CodeSet = set(
    "flow_reason",
    "流动原因",
    &[
        item("labour", "务工经商"),
        item("employment", "就业"),
        item("business", "自主创业"),
        item("study", "求学"),
        item("with_children", "随子女居住"),
        item("retired", "退休异地居住"),
        item("posted", "外派"),
        item("jobless", "待业"),
        item("other", "其他"),
    ],
);

/// How far.
pub const FLOW_TYPE: CodeSet = set(
    "flow_type",
    "流动类型",
    &[
        item("between_provinces", "跨省"),
        item("between_cities", "省内跨市"),
        item("between_districts", "市内跨区"),
        item("within_district", "区内"),
    ],
);

/// What the unit of the origin is.
pub const UNIT_NATURE: CodeSet = set(
    "unit_nature",
    "单位性质",
    &[
        item("agency", "机关"),
        item("institution", "事业单位"),
        item("state_enterprise", "国有企业"),
        item("private_enterprise", "非公有制企业"),
        item("social", "社会组织"),
        item("community", "社区"),
        item("village", "村"),
        item("school", "学校"),
        item("other", "其他"),
    ],
);

/// How a stay came to be known.
pub const ENTRY_CHANNEL: CodeSet = set(
    "entry_channel",
    "登记途径",
    &[
        item("online_out", "线上流出登记"),
        item("self_report_out", "流出地代报到"),
        item("self_report_in", "主动报到"),
        item("offline_in", "线下流入"),
        item("scan", "扫码报到"),
    ],
);

/// Channels by which the origin registers; all others are reports at the destination.
pub const OUTWARD: &[&str] = &["online_out", "self_report_out"];

/// What became of a membership, as it is in the books of the origin.
pub const PARTY_STATUS: CodeSet = set("party_status", "党籍状态", PARTY_STATUSES);

const PARTY_STATUSES: &[Item] = &{
    let mut items = [item("", ""); MembershipStatus::ALL.len()];
    let mut at = 0;
    while at < items.len() {
        items[at] = item(MembershipStatus::ALL[at].code(), MembershipStatus::ALL[at].title());
        at += 1;
    }
    items
};

/// How the destination made sure that it is the person.
pub const VERIFY_METHOD: CodeSet = set(
    "verify_method",
    "核实方式",
    &[item("phone", "电话联系"), item("visit", "上门走访"), item("meeting", "当面核实"), item("video", "视频联系")],
);

/// Why the destination sends a registration back (27).
pub const RETURN_REASON: CodeSet = set(
    "return_reason",
    "退回原因",
    &[
        item("no_such_person", "查无此人"),
        item("unreachable", "联系不上"),
        item("not_here", "不在本辖区"),
        item("incomplete", "信息不全"),
        item("gone", "已离开"),
        item("should_transfer", "应转组织关系"),
        item("duplicate", "重复"),
        item(OTHER, "其他"),
    ],
);

/// The reason that only the level above may give (`MOB-031`).
pub const OTHER: &str = "other";

/// Why a stay ended.
pub const END_REASON: CodeSet = set(
    "end_reason",
    "结束原因",
    &[
        item("returned", "返回"),
        item("transferred", "组织关系转接"),
        item("withdrawn", "流出地撤回"),
        item("origin_rejected", "流出地否认"),
        item("suspended", "停止党籍"),
        item("removed", "除名或者开除党籍"),
        item("deceased", "去世"),
        item("wrong_data", "信息错误"),
    ],
);

/// Reasons for which the origin terminates a stay (T14); the others follow from the action.
pub const INVALID: &[&str] = &["suspended", "removed", "deceased", "wrong_data"];
