//! What a reader would take each reference for.

use super::*;
use crate::regulation::{DirectoryEntry, DirectoryVersion, id_of_title};

fn entry(title: &str, aliases: &[&str]) -> DirectoryEntry {
    let id = id_of_title(title);
    DirectoryEntry {
        versions: vec![DirectoryVersion {
            version_id: format!("{id}@2026"),
            label: "2026".to_owned(),
            title: title.to_owned(),
            effective_on: None,
            ended_on: None,
        }],
        regulation_id: id,
        title: title.to_owned(),
        aliases: aliases.iter().map(|it| (*it).to_owned()).collect(),
    }
}

/// `words=place` for each reference of a text of 示例工作条例; `X:` before places of 示例办法, `?` for
/// what can't be known.
fn read(here: &str, text: &str) -> Vec<String> {
    let entries = vec![entry("示例工作条例", &["工作条例", "条例"]), entry("示例办法", &["示办法", "办法"])];
    let names = Names::new(entries, &[]).expect("names");
    let found = mentions(&names, &id_of_title("示例工作条例"), &Address::raw(here), text);
    let place = |it: &Mention| match (&it.asked, it.entry) {
        (None, _) if it.lost => "?".to_owned(),
        (None, _) => "X".to_owned(),
        (Some(asked), None) => asked.to_string(),
        (Some(asked), Some(_)) => format!("X:{asked}"),
    };
    found.iter().map(|it| format!("{}={}", &text[it.range.clone()], place(it))).collect()
}

#[test]
fn own_articles_are_named_in_many_ways() {
    for (here, text, expected) in [
        ("a20", "违反本条例第九条规定的", vec!["本条例第九条=a9"]),
        ("a20", "依照第十二条至第十五条处理", vec!["第十二条=a12", "第十五条=a15"]),
        ("a20", "第四十五条、第四十六条所列内容", vec!["第四十五条=a45", "第四十六条=a46"]),
        ("a20", "具有第九条第二款第（三）项情形", vec!["第九条第二款第（三）项=a9.p2.i3"]),
        ("a20", "第九条第一款、第三款", vec!["第九条第一款=a9.p1", "第三款=a9.p3"]),
        (
            "a20",
            "第九条第（一）项、第（三）项和第（五）项",
            vec!["第九条第（一）项=a9.i1", "第（三）项=a9.i3", "第（五）项=a9.i5"],
        ),
        ("a20", "《示例工作条例》第十三条", vec!["《示例工作条例》第十三条=a13"]),
        ("a20", "第一百三十三条之一", vec!["第一百三十三条之一=a133-1"]),
        ("a20", "本条例第 13 条", vec!["本条例第 13 条=a13"]),
    ] {
        assert_eq!(read(here, text), expected, "{text}");
    }
}

#[test]
fn near_places_depend_on_where_they_stand() {
    for (here, text, expected) in [
        ("a20", "依照前条规定处理", vec!["前条=a19"]),
        ("a20.p2", "依照前款规定处理", vec!["前款=a20.p1"]),
        ("a20.p3.i2", "有前款第（一）项行为", vec!["前款第（一）项=a20.p2.i1"]),
        ("a20.p3", "前两款规定的行为", vec!["前两款=a20.p1"]),
        ("a20.p2.i3", "前项所列", vec!["前项=a20.p2.i2"]),
        ("a20.p1", "依照前款规定", vec![]),
        ("a1", "依照前条规定", vec![]),
        ("a20", "依照前款规定", vec![]),
        ("a20.p3", "本条第二款所称", vec!["本条第二款=a20.p2"]),
        ("a20.p3", "不适用第一款的规定", vec!["第一款=a20.p1"]),
        ("pre.p3", "本条第二款", vec![]),
    ] {
        assert_eq!(read(here, text), expected, "{here} {text}");
    }
}

#[test]
fn f79_another_regulation_holds_to_the_end_of_the_clause_and_no_further() {
    for (text, expected) in [
        (
            "依照《示例办法》第九条和第十条处理。第十条另有规定的除外",
            vec!["《示例办法》第九条=X:a9", "第十条=X:a10", "第十条=a10"],
        ),
        (
            "依照《示例办法》第九条规定撤销的，适用第十条；第十一条不适用",
            vec!["《示例办法》第九条=X:a9", "第十条=X:a10", "第十一条=a11"],
        ),
        ("依照《示例办法》第九条和本条例第十条", vec!["《示例办法》第九条=X:a9", "本条例第十条=a10"]),
        ("《示例办法》第九条第一款、第三款", vec!["《示例办法》第九条第一款=X:a9.p1", "第三款=X:a9.p3"]),
        ("依照示例办法第九条", vec!["示例办法第九条=X:a9"]),
        ("根据《示例办法》制定", vec!["《示例办法》=X"]),
    ] {
        assert_eq!(read("a20", text), expected, "{text}");
    }
}

#[test]
fn f79_what_cannot_be_known_is_not_linked() {
    for (text, expected) in [
        ("依照《某某法》第八十六条和第九十条处理。第十条", vec!["《某某法》第八十六条=?", "第九十条=?", "第十条=a10"]),
        ("依照监察法第十五条", vec!["第十五条=?"]),
        ("依照某市示例办法第九条", vec!["第九条=?"]),
        ("根据《示例办法》，违反第九条的", vec!["《示例办法》=X", "第九条=?"]),
        ("填写《入党志愿书》，依照第九条办理", vec!["第九条=a9"]),
        ("《示例办法》第九条处理的，第二款不适用", vec!["《示例办法》第九条=X:a9"]),
        ("三条措施、第三次、本条线、前提条件、本项目", vec![]),
    ] {
        assert_eq!(read("a20", text), expected, "{text}");
    }
}

#[test]
fn the_number_of_an_article_is_no_reference_to_itself() {
    assert_eq!(read("a20", "第二十条　违反第九条的"), ["第九条=a9"]);
    assert_eq!(read("a20", "第二十条 第一款不适用"), ["第一款=a20.p1"]);
}
