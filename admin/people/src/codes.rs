//! Code sets of the data dictionary that no national standard has (01 §1.1.1, §1.3, §1.4).

use domain::{
    Violation,
    codes::{CodeSet, Item},
};

const fn item(code: &'static str, name: &'static str) -> Item {
    Item { code, name }
}

const fn set(code: &'static str, title: &'static str, items: &'static [Item]) -> CodeSet {
    CodeSet { code, title, standard: "数据字典", items }
}

/// Line of an organisation.
pub const LINE_TYPE: CodeSet = set("line_type", "隶属线", &[item("territorial", "属地线"), item("system", "系统线")]);

/// What kind of unit an organisation is in.
pub const UNIT_NATURE: CodeSet = set(
    "unit_nature",
    "所在单位性质类别",
    &[
        item("agency", "机关"),
        item("institution", "事业单位"),
        item("state_owned", "国有企业"),
        item("private", "非公企业"),
        item("social_org", "社会组织"),
        item("urban_community", "城市社区"),
        item("rural", "农村"),
        item("other", "其他"),
    ],
);

/// Whether a nature is that of a village or a community, whose branches have terms of five years.
pub fn is_village_or_community(unit_nature: &str) -> bool {
    matches!(unit_nature, "urban_community" | "rural")
}

/// How somebody became a member.
pub const JOIN_TYPE: CodeSet = set(
    "join_type",
    "入党类型",
    &[
        item("new", "新发展"),
        item("restored", "恢复党籍"),
        item("re_admission", "重新入党"),
        item("posthumous", "追认"),
        item("other", "其他"),
    ],
);

/// Groups of new employment.
pub const NEW_JOB_GROUP: CodeSet = set(
    "new_job_group",
    "新就业群体",
    &[
        item("courier", "快递员"),
        item("delivery", "网约配送员"),
        item("ride_hailing", "网约车司机"),
        item("truck", "货车司机"),
        item("streamer", "网络主播"),
        item("other", "其他"),
    ],
);

/// Where a record came from.
pub const SOURCE: CodeSet = set(
    "source",
    "数据来源",
    &[item("national", "中组部下发"), item("district", "区前置库"), item("local", "本地录入")],
);

/// Kinds of grid.
pub const GRID_TYPE: CodeSet = set(
    "grid_type",
    "网格类型",
    &[
        item("area", "综合网格"),
        item("building", "楼宇网格"),
        item("park", "园区网格"),
        item("market", "商圈市场网格"),
        item("street_block", "街区网格"),
        item("village", "居村网格"),
        item("micro", "微网格"),
    ],
);

/// Adds `PPL-010` where `value` isn't a code of `set`.
pub(crate) fn check(set: &CodeSet, field: &'static str, value: &str, found: &mut Vec<Violation>) {
    if set.name(value).is_none() {
        found.push(Violation::error("PPL-010", field, format!("“{}”的代码不在代码表内", set.title)));
    }
}

/// As [`check`], where the field may be empty.
pub(crate) fn check_optional(set: &CodeSet, field: &'static str, value: Option<&str>, found: &mut Vec<Violation>) {
    if let Some(value) = value {
        check(set, field, value, found);
    }
}
