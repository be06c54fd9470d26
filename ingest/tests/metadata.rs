//! What a draft knows of its text, and how its report says where that came from.

use chrono::NaiveDate;
use ingest::{MetaArgs, parse_bytes};
use knowledge::regulation::{Authority, DocKind, Draft};

fn parse(text: &str) -> Draft {
    parse_with(text, &MetaArgs::default())
}

fn parse_with(text: &str, args: &MetaArgs) -> Draft {
    parse_bytes("a.md", text.as_bytes(), args).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

fn has_note(draft: &Draft, words: &str) -> bool {
    draft.report.notes.iter().any(|it| it.contains(words))
}

// A notice that sends out a regulation carries two titles; the regulation's is the one that counts.
#[test]
fn a_notice_with_a_regulation_is_the_regulation() {
    let draft = parse(
        "中共某委员会文件\n某发〔2026〕7号\n关于印发《某单位党支部工作办法》的通知\n各党支部：\n现将办法印发给你们，请遵照执行。\n\
         某单位党支部工作办法\n第一条　为了做好党支部工作，制定本办法。\n第二条　本办法自印发之日起施行。",
    );
    assert_eq!(draft.meta.title, "某单位党支部工作办法");
    assert_eq!((draft.meta.doc_kind, draft.meta.authority), (DocKind::Regulation, Authority::Measures));
    assert_eq!(draft.meta.doc_no.as_deref(), Some("某发〔2026〕7号"));
    assert_eq!(draft.report.articles, 2);
    // Nobody says when it was sent out, so nobody knows since when it holds.
    assert_eq!(draft.meta.effective_on, None);
    assert!(draft.report.unknown.contains(&"effective_on".to_owned()));
    assert_eq!(draft.meta.label, "undated");
}

// Five names that people take for regulations and that are none.
#[test]
fn opinions_are_no_regulations() {
    for name in ["意见", "通知", "方案", "决定", "纲要"] {
        let text = format!(
            "# 关于做好党员服务的{name}\n\n- 制定/发布：2026年1月5日中共中央办公厅印发\n\n一、总体要求\n\n党组织要甲。"
        );
        let draft = parse(&text);
        assert_eq!(
            (draft.meta.doc_kind, draft.meta.authority),
            (DocKind::NormativeDoc, Authority::Normative),
            "{name}"
        );
        assert_eq!((draft.meta.published_on, draft.meta.effective_on), (day(2026, 1, 5), None), "{name}");
        assert_eq!(draft.meta.label, "2026");
    }
}

// Published is not in force: the day of publication counts only where the text says so.
#[test]
fn force_is_derived_only_where_text_and_dates_say_so() {
    let text = "---\ntitle: 某单位党员学习办法（试行）\npublished_on: 2026-05-11\n---\n第一条 党员甲。\n第二条 本办法自发布之日起施行。";
    let draft = parse(text);
    assert_eq!(draft.meta.effective_on, day(2026, 5, 11));
    assert!(draft.meta.trial && has_note(&draft, "自发布之日起施行"), "{:?}", draft.report.notes);
    assert_eq!(draft.meta.aliases, ["某单位党员学习办法"]);
    let text = "---\ntitle: 某单位党员学习办法\npublished_on: 2026-05-11\neffective_on: 2026-06-01\n---\n第一条 党员甲。\n第二条 本办法自2026年7月1日起施行。";
    let draft = parse(text);
    assert_eq!(draft.meta.effective_on, day(2026, 6, 1));
    assert_eq!(draft.report.stated_effective_on, day(2026, 7, 1));
    assert!(has_note(&draft, "不一致"), "{:?}", draft.report.notes);
}

// Whoever starts the import knows best; what nobody can read is named.
#[test]
fn arguments_go_before_the_file() {
    let args = MetaArgs { label: Some("2026-a".to_owned()), sample: Some(true), ..MetaArgs::default() };
    let draft =
        parse_with("---\ntitle: 某办法\nlabel: x\n主题: [a, b]\n颜色: 红\n---\n第一条 党员甲。\n第四条 乙。", &args);
    assert_eq!((draft.meta.label.as_str(), draft.meta.sample), ("2026-a", true));
    assert_eq!(draft.meta.topics, ["a", "b"]);
    assert!(has_note(&draft, "未识别的元数据字段“颜色”"));
    assert_eq!(draft.report.gaps, ["第二条", "第三条"]);
}

// Another text under the wrong name is the worst that an import can do: the curator must see it.
#[test]
fn a_text_under_another_title_is_noted() {
    let args = MetaArgs {
        title: Some("甲市公园条例".to_owned()),
        label: Some("2021".to_owned()),
        issued: Some("2021年5月1日甲市人大常委会通过".to_owned()),
        ..MetaArgs::default()
    };
    let draft = parse_with(
        "# 乙市河道条例\n\n（2022年6月1日乙市人民代表大会常务委员会通过）\n\n第一条 甲。\n\n第二条 本条例自2020年1月1日起施行。",
        &args,
    );
    assert_eq!((draft.meta.doc_kind, draft.meta.approved_on), (DocKind::Law, day(2021, 5, 1)));
    for words in ["正文标题“乙市河道条例”", "通过日期 2021-05-01", "标题属于甲市，正文题注却属于乙市", "早于版本年份"]
    {
        assert!(has_note(&draft, words), "{words}: {:?}", draft.report.notes);
    }
}

// Sites put their names above the text; forms wrap whole pages on older ones.
#[test]
fn the_title_of_a_page_is_its_heading() {
    let page = "<html><body><div>某网站</div><div>首页</div><form><h1>某单位党员<br>管理办法</h1><p>第一条 甲。</p></form></body></html>";
    let draft = parse_bytes("x", page.as_bytes(), &MetaArgs::default()).expect("a page");
    assert_eq!((draft.meta.title.as_str(), draft.source_format.as_str()), ("某单位党员管理办法", "html"));
    // Two lines of a document make one title where only the second ends like one.
    assert_eq!(parse("关于某项工作的\n若干规定\n第一条 甲。").meta.title, "关于某项工作的若干规定");
    assert_eq!(parse("某　某　条　例\n第一条 甲。").meta.title, "某某条例");
}
