//! Fields of a stay (3.0). What actions alone set is `kept`.

use chrono::{DateTime, NaiveDate, Utc};
use engine::declare::{Field, Mask, Section, boolean, code, date, int, reference, section, text, time};

use super::codes;

// The member, as the books of the origin had them.

/// `LDyyyymmdd` and six digits; given when the stay is registered.
pub const FLOW_NO: Field<str> = text("flow_no", "流动编号", 16).kept();
/// The person in the library of members, where known.
pub const MEMBER_ID: Field<str> = text("member_id", "党员编号", 36).fixed();
/// HMAC of the identity number, in hex: one person is one key everywhere.
pub const MEMBER_KEY: Field<str> = text("member_key", "身份标识", 64).required().fixed().masked(Mask::Hidden);
/// Name.
pub const MEMBER_NAME: Field<str> = text("member_name", "姓名", 50).required();
/// Membership in force, or what became of it.
pub const PARTY_STATUS: Field<str> = code("party_status", "党籍状态", &codes::PARTY_STATUS).required();
/// Day of joining.
pub const JOINED_ON: Field<NaiveDate> = date("joined_on", "入党日期");
/// Day of becoming a full member.
pub const CONVERTED_ON: Field<NaiveDate> = date("converted_on", "转正日期");
/// The member's telephone.
pub const CONTACT: Field<str> = text("contact", "联系电话", 20).required().masked(Mask::Phone);
/// Whether there is a certificate of activity.
pub const HAS_ACTIVITY_CERT: Field<bool> = boolean("has_activity_cert", "持有活动证");
/// How the stay came to be known.
pub const ENTRY_CHANNEL: Field<str> = code("entry_channel", "登记途径", &codes::ENTRY_CHANNEL).required().fixed();

// Where from.

/// Shanghai or another province.
pub const ORIGIN_SCOPE: Field<str> = code("origin_scope", "流出地范围", &codes::ORIGIN_SCOPE).required().fixed();
/// The organisation with the formal relation; none of ours for another province.
pub const ORIGIN_ORG: Field<str> = reference("origin_org", "流出地党组织", "party_org").fixed();
/// Its name as the member gave it.
pub const ORIGIN_ORG_NAME: Field<str> = text("origin_org_name", "流出地党组织名称", 200);
/// Its national code.
pub const ORIGIN_ORG_CODE: Field<str> = text("origin_org_code", "流出地党组织代码", 30);
/// Whom to speak to there.
pub const ORIGIN_CONTACT: Field<str> = text("origin_contact", "流出地联系人", 50);
/// The number to call there: an office's, not the member's.
pub const ORIGIN_PHONE: Field<str> = text("origin_phone", "流出地联系电话", 20);
/// What its unit is.
pub const ORIGIN_UNIT_NATURE: Field<str> = code("origin_unit_nature", "流出地单位性质", &codes::UNIT_NATURE);

// Where to.

/// Within the city or beyond.
pub const DESTINATION_SCOPE: Field<str> = code("destination_scope", "流向范围", &codes::DESTINATION_SCOPE).required();
/// GB/T 2260, as far as it is known.
pub const DESTINATION_DIVISION: Field<str> = text("destination_division", "流向行政区划", 12);
/// What kind of place.
pub const DESTINATION_KIND: Field<str> = code("destination_kind", "外出地点方式", &codes::DESTINATION_KIND);
/// The organisation there; an organisation of mobile members is one like any other.
pub const DESTINATION_ORG: Field<str> = reference("destination_org", "流入地党组织", "party_org");
/// Where the member lives or works.
pub const DESTINATION_ADDRESS: Field<str> = text("destination_address", "外出地址", 200).masked(Mask::Street);
/// Why.
pub const FLOW_REASON: Field<str> = code("flow_reason", "流动原因", &codes::FLOW_REASON).required();
/// How far.
pub const FLOW_TYPE: Field<str> = code("flow_type", "流动类型", &codes::FLOW_TYPE);
/// Since when.
pub const OUTFLOW_ON: Field<NaiveDate> = date("outflow_on", "外出日期").required();
/// Until when, as far as is planned.
pub const EXPECTED_RETURN_ON: Field<NaiveDate> = date("expected_return_on", "预计返回日期");

// Taken over.

/// How the destination made sure.
pub const VERIFY_METHOD: Field<str> = code("verify_method", "核实方式", &codes::VERIFY_METHOD).kept();
/// Who did.
pub const VERIFIED_BY: Field<str> = text("verified_by", "核实人", 50).kept();
/// When.
pub const VERIFIED_ON: Field<NaiveDate> = date("verified_on", "核实日期").kept();
/// The moment of acceptance.
pub const ACCEPTED_AT: Field<DateTime<Utc>> = time("accepted_at", "接收时间").kept();
/// The branch that looks after the member.
pub const MANAGING_BRANCH: Field<str> = reference("managing_branch", "纳管党支部", "party_org").kept();
/// Who in it.
pub const MANAGING_CONTACT: Field<str> = text("managing_contact", "支部联系人", 50).kept();
/// The group.
pub const MANAGING_GROUP: Field<str> = text("managing_group", "党小组", 50).kept();
/// The talk that has to be had.
pub const TALK_ON: Field<NaiveDate> = date("talk_on", "纳管谈话日期").kept();
/// Where dues are paid.
pub const DUES_NOTE: Field<str> = text("dues_note", "党费约定", 200).kept();
/// What the member is good at.
pub const TALENT: Field<str> = text("talent", "特长", 200).kept();
/// What the member would like to help with.
pub const VOLUNTEER_WISH: Field<str> = text("volunteer_wish", "志愿岗位意愿", 200).kept();
/// Since when the branch has looked after the member.
pub const MANAGED_ON: Field<NaiveDate> = date("managed_on", "纳管日期").kept();
/// Whether the origin hasn't answered (T18).
pub const PROVISIONAL: Field<bool> = boolean("provisional", "暂行纳管").kept();
/// Whether the papers are complete (T18).
pub const MATERIALS_COMPLETE: Field<bool> = boolean("materials_complete", "身份材料齐全").kept();

// Handed over, or sent elsewhere.

/// Who is asked to take over.
pub const TARGET_ORG: Field<str> = reference("target_org", "移交目标组织", "party_org").kept();
/// Why.
pub const HANDOVER_REASON: Field<str> = text("handover_reason", "移交事由", 500).kept();
/// Why the destination changed.
pub const CHANGE_REASON: Field<str> = text("change_reason", "去向变更原因", 500).kept();

// Sent back (27, 30).

/// Why.
pub const RETURN_REASON: Field<str> = code("return_reason", "退回原因", &codes::RETURN_REASON).kept();
/// In ten characters or more.
pub const RETURN_NOTE: Field<str> = text("return_note", "退回说明", 500).kept();
/// Whom to speak to: the origin has to see it.
pub const RETURN_CONTACT: Field<str> = text("return_contact", "退回方联系人", 50).kept();
/// The number to call.
pub const RETURN_PHONE: Field<str> = text("return_phone", "退回方联系电话", 20).kept();
/// What shows it, for somebody who was accepted already.
pub const RETURN_PROOF: Field<str> = text("return_proof", "退回证明", 500).kept();
/// The last time anybody spoke to the member.
pub const LAST_CONTACT_ON: Field<NaiveDate> = date("last_contact_on", "最近一次联系日期").kept();
/// Who sent it back.
pub const RETURNED_BY_ORG: Field<str> = reference("returned_by_org", "退回方组织", "party_org").kept();
/// How often.
pub const RETURN_COUNT: Field<i64> = int("return_count", "退回次数").kept();
/// Whether the levels above look after it: sent back twice or more.
pub const ESCALATED: Field<bool> = boolean("escalated", "已升级").kept();

// How it goes on and ends.

/// Since when it has been in its state.
pub const STATUS_SINCE: Field<NaiveDate> = date("status_since", "进入当前状态日期").kept();
/// When anything was last confirmed: the half-yearly update counts from here.
pub const INFO_UPDATED_ON: Field<NaiveDate> = date("info_updated_on", "信息更新日期").kept();
/// Whether the destination changed four times within a year (32).
pub const FREQUENT: Field<bool> = boolean("frequent", "频繁流动").kept();
/// When the member came back.
pub const BACK_ON: Field<NaiveDate> = date("back_on", "返回日期").kept();
/// What is said where nobody vouches for the time away.
pub const PERFORMANCE_NOTE: Field<str> = text("performance_note", "未出具表现背书的说明", 500).kept();
/// Why the origin denies it.
pub const REJECT_REASON: Field<str> = text("reject_reason", "否认原因", 500).kept();
/// Why it ended.
pub const END_REASON: Field<str> = code("end_reason", "结束原因", &codes::END_REASON).kept();
/// The day on which it ended.
pub const ENDED_ON: Field<NaiveDate> = date("ended_on", "结束日期").kept();
/// The moment at which that was entered; another stay may begin after it.
pub const ENDED_AT: Field<DateTime<Utc>> = time("ended_at", "结束登记时间").kept();

/// The form.
pub const FORM: &[Section] = &[
    section(
        "党员",
        &[
            FLOW_NO.def,
            MEMBER_ID.def,
            MEMBER_KEY.def,
            MEMBER_NAME.def,
            PARTY_STATUS.def,
            JOINED_ON.def,
            CONVERTED_ON.def,
            CONTACT.def,
            HAS_ACTIVITY_CERT.def,
            ENTRY_CHANNEL.def,
        ],
    ),
    section(
        "流出地",
        &[
            ORIGIN_SCOPE.def,
            ORIGIN_ORG.def,
            ORIGIN_ORG_NAME.def,
            ORIGIN_ORG_CODE.def,
            ORIGIN_CONTACT.def,
            ORIGIN_PHONE.def,
            ORIGIN_UNIT_NATURE.def,
        ],
    ),
    section(
        "去向",
        &[
            DESTINATION_SCOPE.def,
            DESTINATION_DIVISION.def,
            DESTINATION_KIND.def,
            DESTINATION_ORG.def,
            DESTINATION_ADDRESS.def,
            FLOW_REASON.def,
            FLOW_TYPE.def,
            OUTFLOW_ON.def,
            EXPECTED_RETURN_ON.def,
            CHANGE_REASON.def,
            FREQUENT.def,
        ],
    ),
    section(
        "接收与纳管",
        &[
            VERIFY_METHOD.def,
            VERIFIED_BY.def,
            VERIFIED_ON.def,
            ACCEPTED_AT.def,
            MANAGING_BRANCH.def,
            MANAGING_CONTACT.def,
            MANAGING_GROUP.def,
            TALK_ON.def,
            DUES_NOTE.def,
            TALENT.def,
            VOLUNTEER_WISH.def,
            MANAGED_ON.def,
            PROVISIONAL.def,
            MATERIALS_COMPLETE.def,
            TARGET_ORG.def,
            HANDOVER_REASON.def,
        ],
    ),
    section(
        "退回",
        &[
            RETURN_REASON.def,
            RETURN_NOTE.def,
            RETURN_CONTACT.def,
            RETURN_PHONE.def,
            RETURN_PROOF.def,
            LAST_CONTACT_ON.def,
            RETURNED_BY_ORG.def,
            RETURN_COUNT.def,
            ESCALATED.def,
        ],
    ),
    section(
        "办理",
        &[
            STATUS_SINCE.def,
            INFO_UPDATED_ON.def,
            BACK_ON.def,
            PERFORMANCE_NOTE.def,
            REJECT_REASON.def,
            END_REASON.def,
            ENDED_ON.def,
            ENDED_AT.def,
        ],
    ),
];
