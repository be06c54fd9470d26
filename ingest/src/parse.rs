//! One file to one draft.

use std::path::Path;

use knowledge::regulation::{Draft, Node, NodeKind, Report};

use crate::{
    Error, MetaArgs, classified, format,
    meta::{header, resolve},
    normalise, readers,
    split::{
        self,
        lines::{Line, compact, lines},
    },
};

/// Largest file.
pub(crate) const LARGEST_FILE: usize = 64 << 20;
/// Longest title, in characters.
const LONGEST_TITLE: usize = 80;
/// Last words of titles: where the first line ends with none, the title may go on below.
const TITLE_ENDS: [&str; 17] = [
    "章程", "准则", "条例", "规定", "办法", "规则", "细则", "意见", "通知", "方案", "决定", "纲要", "法", "通报",
    "规范", "决议", "）",
];

/// Reads a file's bytes as a regulation. `name` (a file name) helps where the bytes don't tell the
/// format. `overrides` goes before what the file says of itself. The whole file is refused with an
/// [`Error`] or taken whole.
pub fn parse_bytes(name: &str, bytes: &[u8], overrides: &MetaArgs) -> Result<Draft, Error> {
    if bytes.len() > LARGEST_FILE {
        return Err(Error::TooLarge { part: "文件".to_owned(), limit: format!("{} MiB", LARGEST_FILE >> 20) });
    }
    let format = format::detect(name, bytes)?;
    let read = readers::read(format, bytes)?;
    classified::check(&read.text)?;
    let (said, text) = header::take(&read.text)?;
    let source = normalise(&text);
    if !source.chars().any(char::is_alphanumeric) {
        return Err(Error::NoText);
    }
    let args = overrides.clone().or(&said);
    let marked = read.title.filter(|it| ends_as_title(it));
    let found = marked.or_else(|| title_of(&lines(&source)));
    let title = args.title.clone().or_else(|| found.clone()).ok_or(Error::NoTitle)?;
    let title = bare_title(&title);
    let split = split::split_source(&title, &source);
    if !split.duplicates.is_empty() {
        return Err(Error::DuplicateArticles(split.duplicates));
    }
    let mut report = report(&split, &source);
    report.notes.extend(read.notes);
    let differs = |it: &String| ends_as_title(it) && compact(it) != compact(&title);
    if let Some(found) = found.map(|it| bare_title(&it)).filter(differs) {
        report.notes.push(format!("元数据的标题与正文标题“{found}”不一致，请核对"));
    }
    let meta = resolve::resolve(title, &args, &split.nodes, &mut report);
    Ok(Draft { meta, source_format: format.code().to_owned(), nodes: split.nodes, report })
}

/// The title without 《》 around it.
fn bare_title(title: &str) -> String {
    let title = title.trim();
    title.strip_prefix('《').and_then(|it| it.strip_suffix('》')).unwrap_or(title).to_owned()
}

/// Whether the words end as titles of documents do.
fn ends_as_title(text: &str) -> bool {
    TITLE_ENDS.iter().any(|it| text.ends_with(it))
}

/// 某发〔2026〕1号 and 某委员会文件 stand above the title.
fn is_letterhead(text: &str) -> bool {
    (text.contains(['〔', '[', '［']) && text.ends_with('号'))
        || (text.ends_with("文件") && text.chars().nth(25).is_none())
}

/// The title at the top of the text, if the first lines look like one.
fn title_of(lines: &[Line<'_>]) -> Option<String> {
    let start = lines.iter().take(4).position(|it| !is_letterhead(it.text))?;
    let lines = &lines[start..];
    let first = lines.first()?.text;
    if !is_title_line(first) {
        return None;
    }
    // A piece of news that carries the text: 某机关印发《X》.
    if let Some((_, rest)) = first.split_once('《')
        && let Some((inner, _)) = rest.split_once('》')
        && lines[1..].iter().take(40).any(|it| compact(it.text) == compact(inner))
    {
        return Some(inner.to_owned());
    }
    let mut title = tidy(first);
    for line in lines[1..].iter().take(2) {
        if ends_as_title(&title) || !is_title_line(line.text) {
            break;
        }
        let longer = format!("{title}{}", tidy(line.text));
        if ends_as_title(&longer) {
            title = longer;
            break;
        }
    }
    Some(title)
}

/// Short, no sentence, no number in front.
fn is_title_line(text: &str) -> bool {
    text.chars().nth(LONGEST_TITLE).is_none()
        && !text.ends_with(['。', '；', '：', '，'])
        && !text.starts_with(['（', '('])
        && split::marks::division(text).is_none()
        && split::marks::item(text).is_none()
        && !split::marks::ordinal(text).is_some_and(|(_, rest)| rest.starts_with('条'))
}

/// A title without the spaces that spread it over the line: 某　某　条　例.
fn tidy(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { compact(text) }
}

/// Counts, gaps and oddities of the tree.
fn report(split: &split::Split, source: &str) -> Report {
    let mut report = Report {
        articles: split.nodes.iter().filter(|it| it.kind == NodeKind::Article).count(),
        nodes: split.nodes.len(),
        characters: source.chars().count(),
        gaps: gaps(&split.nodes),
        ..Report::default()
    };
    if !split.misplaced.is_empty() {
        report.notes.push(format!("条号顺序颠倒：{}", split.misplaced.join("、")));
    }
    if report.articles == 0 {
        report.notes.push("没有条文，按章节和自然段切分".to_owned());
    }
    report
}

/// Numbers missing between the first and the last article; a text that begins late lacks them all.
fn gaps(nodes: &[Node]) -> Vec<String> {
    let articles = nodes.iter().filter(|it| it.kind == NodeKind::Article);
    let present: std::collections::BTreeSet<u32> =
        articles.filter_map(|it| it.address.article_number()).map(|it| it.0).collect();
    let mut gaps = Vec::new();
    let mut expected = 1;
    for number in present {
        // A slip of the pen (第一万条) must not fill the report.
        gaps.extend((expected..number).take(200).map(|it| knowledge::regulation::Address::article(it, 0).label()));
        expected = number + 1;
    }
    gaps
}

/// The file name of a path, for [`parse_bytes`].
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default()
}
