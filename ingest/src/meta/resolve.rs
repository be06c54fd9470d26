//! From what is said about a text and what it says itself to its metadata and report.
//!
//! Explicit fields go before the issue line, the issue line before the front matter of the text.
//! A day is taken only where it is written in full or follows from two things that are (自发布之日起
//! 施行 and the day of publication); the report says which. Contradictions change nothing: they are
//! put before the curator.

use chrono::{Datelike, NaiveDate};
use knowledge::regulation::{Authority, Meta, Node, NodeKind, Report};

use super::{
    MetaArgs, dates,
    issue::{self, Issue},
    rank,
};
use crate::split::lines::compact;

/// How many of the last articles may state the entry into force.
const LAST_ARTICLES: usize = 4;

/// How a text speaks of its own entry into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stated {
    /// 自2026年6月1日起施行
    Day(NaiveDate),
    /// 自发布之日起施行
    OnPublication,
    /// 自通过之日起施行
    OnApproval,
}

/// Completes the metadata of `title`. Notes, stated day and unknown fields go into `report`.
pub(crate) fn resolve(title: String, args: &MetaArgs, nodes: &[Node], report: &mut Report) -> Meta {
    let said = said(args);
    let front = front_issue(nodes);
    let mut meta = known(title, args, &said, &front, nodes, report);
    meta.effective_on = effective(&meta, args.effective_on.or(said.effective_on), nodes, report);
    end_of_force(&mut meta, args, &said);
    meta.label = label(args, &meta);
    contradictions(&meta, nodes, &front, report);
    notes(args, &said, report);
    unknown(&meta, report);
    meta
}

/// Issue line and version note together.
fn said(args: &MetaArgs) -> Issue {
    let lines = [args.issued.as_deref(), args.version.as_deref()];
    issue::read(&lines.into_iter().flatten().collect::<Vec<_>>().join("；"))
}

/// What the lines before the body say: （2026年1月1日某某会议通过）.
fn front_issue(nodes: &[Node]) -> Issue {
    let front = nodes.iter().find(|it| it.kind == NodeKind::Front);
    // The first line is the title, whose 办法 or 规定 may look like a verb's object.
    front.map(|it| issue::read(&it.full_text.lines().skip(1).collect::<Vec<_>>().join("；"))).unwrap_or_default()
}

/// Everything but force and label. Rank falls back on the opening articles where nobody names
/// the maker.
fn known(title: String, args: &MetaArgs, said: &Issue, front: &Issue, nodes: &[Node], report: &mut Report) -> Meta {
    let issuer = args.issuer.clone().or_else(|| said.issuer.clone()).or_else(|| front.issuer.clone());
    let opening: String =
        nodes.iter().filter(|it| it.kind == NodeKind::Article).take(3).map(|it| it.full_text.as_str()).collect();
    let (kind, authority, doubt) = rank::rank(&title, issuer.as_deref(), &opening);
    let doc_kind = args.doc_kind.unwrap_or(kind);
    report.notes.extend(doubt.filter(|_| args.doc_kind.is_none()));
    let mut aliases = rank::aliases(&title);
    aliases.extend(args.aliases.iter().filter(|it| **it != title).cloned());
    let mut seen = std::collections::HashSet::new();
    aliases.retain(|it| seen.insert(it.clone()));
    let level = || issuer.as_deref().and_then(rank::issuer_level).map(str::to_owned);
    Meta {
        aliases,
        label: String::new(),
        doc_kind,
        authority: args.authority.unwrap_or(authority),
        issuer_level: args.issuer_level.clone().or_else(level),
        doc_no: args.doc_no.clone().or_else(|| doc_no(nodes)),
        approved_on: args.approved_on.or(said.approved_on).or(front.approved_on),
        published_on: args.published_on.or(said.published_on).or(front.published_on),
        effective_on: None,
        abolished_on: None,
        ended: false,
        superseded_by: args.superseded_by.clone().or_else(|| said.superseded_by.clone()),
        trial: args.trial.unwrap_or_else(|| title.contains("试行") || title.contains("暂行")),
        sample: args.sample.unwrap_or_else(|| title.contains("示例")),
        topics: args.topics.clone(),
        source_url: args.source_url.clone(),
        issuer,
        title,
    }
}

/// 某发〔2026〕1号 in the front matter.
fn doc_no(nodes: &[Node]) -> Option<String> {
    let front = nodes.iter().find(|it| it.kind == NodeKind::Front)?;
    front
        .full_text
        .lines()
        .map(compact)
        .find(|line| line.contains('〔') && line.ends_with('号') && line.chars().count() <= 30 && !line.contains('《'))
}

/// The first day in force: as supplied, else as the text states it.
fn effective(meta: &Meta, supplied: Option<NaiveDate>, nodes: &[Node], report: &mut Report) -> Option<NaiveDate> {
    let stated = stated(nodes);
    let derived = match stated {
        Some(Stated::Day(day)) => {
            report.stated_effective_on = Some(day);
            Some((day, "正文写明的施行日期".to_owned()))
        }
        Some(Stated::OnPublication) => {
            meta.published_on.map(|day| (day, "正文“自发布之日起施行”和发布日期".to_owned()))
        }
        Some(Stated::OnApproval) => meta.approved_on.map(|day| (day, "正文“自通过之日起施行”和通过日期".to_owned())),
        None if meta.authority == Authority::Constitution => {
            meta.approved_on.map(|day| (day, "党章自代表大会通过之日起生效".to_owned()))
        }
        None => None,
    };
    if let (Some(given), Some((day, how))) = (supplied, &derived)
        && given != *day
    {
        report.notes.push(format!("元数据的施行日期 {given} 与{how}（{day}）不一致，按元数据记录，请核对"));
    }
    if supplied.is_none()
        && let Some((day, how)) = &derived
    {
        report.notes.push(format!("施行日期 {day} 据{how}得出"));
    }
    supplied.or(derived.map(|it| it.0))
}

/// Looks through the last articles, from the end.
fn stated(nodes: &[Node]) -> Option<Stated> {
    nodes
        .iter()
        .filter(|it| it.kind == NodeKind::Article)
        .rev()
        .take(LAST_ARTICLES)
        .find_map(|it| stated_in(&compact(&it.full_text)))
}

/// Finds 自……起施行. A day before it counts only if it is the one day named: in
/// 自收到之日起10日内执行 there is none.
fn stated_in(text: &str) -> Option<Stated> {
    for (at, _) in text.match_indices('自') {
        let Some(rest) = text.get(at + '自'.len_utf8()..) else { continue };
        let Some(start) = rest.find("起").filter(|it| *it < 60) else { continue };
        let after = rest[start..].trim_start_matches(['起', '正', '式']);
        if !["施行", "实施", "生效", "执行"].iter().any(|it| after.starts_with(it)) {
            continue;
        }
        let when = &rest[..start];
        match when {
            "发布之日" | "印发之日" | "公布之日" | "颁布之日" => return Some(Stated::OnPublication),
            "通过之日" => return Some(Stated::OnApproval),
            _ => {}
        }
        if let [found] = dates::find(when)[..]
            && let Some(day) = found.day
        {
            return Some(Stated::Day(day));
        }
    }
    None
}

/// A named day of abolition means that the text has ended or will; without one it is still known
/// to have ended if something took its place.
fn end_of_force(meta: &mut Meta, args: &MetaArgs, said: &Issue) {
    meta.abolished_on = args.abolished_on.or(said.abolished_on);
    meta.ended = args.ended.unwrap_or(said.ended || meta.abolished_on.is_some());
}

/// The explicit label, else the year at the start of the version note, else a year of the dates.
fn label(args: &MetaArgs, meta: &Meta) -> String {
    if let Some(label) = &args.label {
        return label.clone();
    }
    let version: String =
        args.version.iter().flat_map(|it| it.trim().chars()).take_while(char::is_ascii_digit).collect();
    if version.len() == 4 {
        return version;
    }
    let day = meta.published_on.or(meta.effective_on).or(meta.approved_on);
    day.map_or_else(|| "undated".to_owned(), |it| it.year().to_string())
}

/// Where the text itself speaks against its metadata.
fn contradictions(meta: &Meta, nodes: &[Node], front: &Issue, report: &mut Report) {
    let mut differs = |what: &str, mine: Option<NaiveDate>, text: Option<NaiveDate>| {
        if let (Some(mine), Some(text)) = (mine, text)
            && mine != text
        {
            report.notes.push(format!("元数据的{what} {mine} 与正文题注的 {text} 不一致，请核对是否为同一文本"));
        }
    };
    differs("通过日期", meta.approved_on, front.approved_on);
    differs("发布日期", meta.published_on, front.published_on);
    let front_text = nodes.iter().find(|it| it.kind == NodeKind::Front).map_or("", |it| it.full_text.as_str());
    if let Some(mine) = place(&meta.title) {
        let other = front_text
            .lines()
            .skip(1)
            .filter_map(congress_place)
            .find(|it| !it.contains(&mine) && !mine.contains(it.as_str()));
        if let Some(other) = other {
            report.notes.push(format!("标题属于{mine}，正文题注却属于{other}，请核对是否为同一文本"));
        }
    }
    if let (Some(stated), Ok(year)) = (report.stated_effective_on, meta.label.parse::<i32>())
        && stated.year() < year
    {
        report.notes.push(format!("正文写明的施行日期 {stated} 早于版本年份 {year}，请核对"));
    }
}

/// The place at the start of a title, e.g. 某某市.
fn place(text: &str) -> Option<String> {
    let end = text.char_indices().skip(1).take(8).find(|(_, c)| matches!(c, '省' | '市' | '州' | '区'))?;
    Some(text[..end.0 + end.1.len_utf8()].to_owned())
}

/// The place whose congress or Party committee a line of the front matter names.
fn congress_place(line: &str) -> Option<String> {
    let line = compact(line);
    if !["人民代表大会", "人大常委会", "委员会"].iter().any(|it| line.contains(it)) {
        return None;
    }
    let start = dates::find(&line).last().map_or(0, |it| it.end);
    place(line[start..].trim_start_matches(['（', '(']))
}

/// What the curator should know about the sources of the metadata.
fn notes(args: &MetaArgs, said: &Issue, report: &mut Report) {
    for vague in &said.vague {
        // A bare year (2023年修订版) is no attempt at a date.
        if vague.ends_with('月') {
            report.notes.push(format!("“{vague}”没有写明日，未据此填写日期"));
        }
    }
    if let Some(source) = &args.provenance {
        report.notes.push(format!("数据来源：{source}"));
    }
    if let Some(expected) = args.expected_articles.filter(|it| *it != report.articles) {
        report.notes.push(format!("元数据称有 {expected} 条，实际读到 {} 条", report.articles));
    }
    for field in &args.unread {
        report.notes.push(format!("未识别的元数据字段“{field}”"));
    }
}

/// Fields that stay empty. An abolition is unknown only of what has ended.
fn unknown(meta: &Meta, report: &mut Report) {
    let fields = [
        ("issuer", meta.issuer.is_none()),
        ("issuer_level", meta.issuer_level.is_none()),
        ("doc_no", meta.doc_no.is_none()),
        ("approved_on", meta.approved_on.is_none()),
        ("published_on", meta.published_on.is_none()),
        ("effective_on", meta.effective_on.is_none()),
        ("abolished_on", meta.ended && meta.abolished_on.is_none()),
        ("topics", meta.topics.is_empty()),
        ("source_url", meta.source_url.is_none()),
    ];
    report.unknown.extend(fields.iter().filter(|it| it.1).map(|it| it.0.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_into_force_as_texts_state_it() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).map(Stated::Day);
        assert_eq!(
            stated_in("第四十六条本条例自2018年11月20日起施行。1991年4月2日印发的《某条例》同时废止。"),
            day(2018, 11, 20)
        );
        assert_eq!(stated_in("办法自二〇二六年一月一日起正式实施。"), day(2026, 1, 1));
        assert_eq!(stated_in("本细则自发布之日起施行。"), Some(Stated::OnPublication));
        assert_eq!(stated_in("预备期自支部大会通过之日算起。"), None);
        assert_eq!(stated_in("自收到之日起10日内执行。"), None);
    }
}
