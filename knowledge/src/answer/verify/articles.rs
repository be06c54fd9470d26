//! Articles that an answer names: 《X》第N条 must stand in the base and be in force.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::{Edit, Library, Resolution, source::within};
use crate::{
    answer::model::Finding,
    regulation::Address,
    search::address,
    text::{is_han, numerals},
};

/// What stands behind an article that is no longer, or not yet, in force.
const NOT_IN_FORCE: &str = "（已修改或废止）";
/// No title is looked for further back than this many characters.
const LONGEST_TITLE: usize = 40;
/// Names of instruments end so.
const KINDS: [&str; 7] = ["条例", "规定", "办法", "细则", "准则", "章程", "规则"];
/// Words before a title that don't belong to it.
const LEAD_INS: [&str; 12] = ["根据", "按照", "依据", "依照", "违反", "参照", "和", "与", "及", "对", "由", "在"];
/// 本条例, 有关规定: not a title.
const POINTERS: [&str; 12] = ["本", "该", "此", "这", "上述", "前述", "有关", "相关", "同", "其", "下列", "以上"];

/// An article named in a text.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Byte range of 第N条….
    pub range: Range<usize>,
    /// The article, with its parts as far as named.
    pub address: Address,
    /// Index of the mention in the compact text.
    compact: Range<usize>,
}

/// The compact form of a text, with the way back.
struct Compact {
    text: String,
    /// For every byte of `text` the source character's range.
    origins: Vec<Range<usize>>,
}

impl Compact {
    /// Folds character by character, since each must lead back to where it came from.
    fn new(source: &str) -> Self {
        let (mut text, mut origins) = (String::with_capacity(source.len()), Vec::with_capacity(source.len()));
        for (at, c) in source.char_indices() {
            for folded in std::iter::once(c).nfkc().filter(|it| !it.is_whitespace()) {
                text.push(folded);
                origins.resize(text.len(), at..at + c.len_utf8());
            }
        }
        Self { text, origins }
    }

    /// The source range of a range in the compact text, which must not be empty.
    fn source(&self, range: &Range<usize>) -> Range<usize> {
        self.origins[range.start].start..self.origins[range.end - 1].end
    }
}

/// Every article named in `text`, with or without a title.
pub fn mentions(text: &str) -> Vec<Mention> {
    find(&Compact::new(text))
}

/// [`mentions`] on the compact form, where spaces and width no longer matter.
fn find(compact: &Compact) -> Vec<Mention> {
    let named = address::named(&compact.text).into_iter().filter(|it| it.start < it.end);
    named
        .map(|it| Mention {
            range: compact.source(&(it.start..it.end)),
            address: it.address,
            compact: it.start..it.end,
        })
        .collect()
}

/// Checks every titled article outside `skip` (verified quotations). Edits strike or remark the article.
pub fn check(text: &str, library: &dyn Library, skip: &[Range<usize>]) -> (Vec<Edit>, Vec<Finding>) {
    let compact = Compact::new(text);
    let (mut edits, mut findings) = (Vec::new(), Vec::new());
    let mut last: Option<(usize, String)> = None;
    for mention in find(&compact) {
        let before = &compact.text[..mention.compact.start];
        let own = title_before(before, library);
        let (title, start) = match (own, &last) {
            (Some((title, start)), _) => (title, start),
            (None, Some((end, title))) if is_list(&compact.text[*end..mention.compact.start]) => {
                (title.clone(), mention.compact.start)
            }
            _ => {
                last = None;
                continue;
            }
        };
        last = Some((mention.compact.end, title.clone()));
        let mut range = compact.source(&(start..mention.compact.end));
        // Strikethrough doesn't reach over a line break.
        if text[range.clone()].contains('\n') {
            range = mention.range;
        }
        if skip.iter().any(|it| within(&range, it)) || is_struck(text, &range) {
            continue;
        }
        let code = match library.resolve(&title, Some(&mention.address)) {
            Resolution::InForce => continue,
            Resolution::NotInForce if text[range.end..].starts_with(NOT_IN_FORCE) => continue,
            Resolution::NotInForce => {
                edits.push(Edit::insert(range.end, NOT_IN_FORCE));
                "ARTICLE_NOT_IN_FORCE"
            }
            Resolution::UnknownArticle | Resolution::UnknownTitle => {
                edits.push(Edit::insert(range.start, "~~"));
                edits.push(Edit::insert(range.end, "~~"));
                "ARTICLE_UNKNOWN"
            }
        };
        findings.push(Finding { code: code.to_owned(), span: text[range].to_owned() });
    }
    (edits, findings)
}

/// Struck out articles of `text`: they claim nothing any more.
pub fn struck(text: &str) -> Vec<Range<usize>> {
    tilde_runs(text)
        .windows(2)
        .filter(|it| it[0].len() == 2 && it[1].len() == 2)
        .filter_map(|it| {
            let range = it[0].end..it[1].start;
            let last = mentions(&text[range.clone()]).pop()?;
            (last.range.end == range.len() && !text[range.clone()].contains('\n')).then_some(range)
        })
        .collect()
}

/// Strikethrough in the text that isn't around an article is not ours; it goes, so that ours keeps its partner.
pub fn loose_strikes(text: &str) -> Vec<Edit> {
    let ours = struck(text);
    let runs = tilde_runs(text).into_iter();
    runs.filter(|run| !ours.iter().any(|it| it.start == run.end || it.end == run.start)).map(Edit::remove).collect()
}

/// Runs of two or more `~`: only these strike out in Markdown.
fn tilde_runs(text: &str) -> Vec<Range<usize>> {
    let (mut runs, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find("~~").map(|it| at + it) {
        at = text[start..].find(|c| c != '~').map_or(text.len(), |it| start + it);
        runs.push(start..at);
    }
    runs
}

/// Whether our strikethrough already stands around `range`, so that it isn't put there twice.
fn is_struck(text: &str, range: &Range<usize>) -> bool {
    struck(text).iter().any(|it| within(range, it))
}

/// 《X》第三条、第四条和第五条: what may stand between articles that share one title.
fn is_list(between: &str) -> bool {
    between.chars().all(|c| "、,和及或与至到-~*".contains(c))
}

/// The title right before an article, and where it starts in the compact text.
fn title_before(before: &str, library: &dyn Library) -> Option<(String, usize)> {
    let stem = strip_between(before);
    if let Some(inside) = stem.strip_suffix('》') {
        let open = inside.rfind('《')?;
        return Some((inside[open + '《'.len_utf8()..].to_owned(), open));
    }
    let starts: Vec<usize> =
        stem.char_indices().rev().take(LONGEST_TITLE).take_while(|it| is_han(it.1)).map(|it| it.0).collect();
    let known = starts.iter().rev().find(|at| {
        let name = &stem[**at..];
        name.chars().count() >= 2 && library.resolve(name, None) != Resolution::UnknownTitle
    });
    if let Some(at) = known {
        return Some((stem[*at..].to_owned(), *at));
    }
    invented(stem, *starts.last()?)
}

/// 党员跑步条例第五条: a name like an instrument's that nobody knows.
fn invented(stem: &str, run: usize) -> Option<(String, usize)> {
    if !KINDS.iter().any(|kind| stem.ends_with(kind)) {
        return None;
    }
    let start = LEAD_INS.iter().filter_map(|it| stem[run..].rfind(it).map(|at| run + at + it.len())).max();
    let start = start.unwrap_or(run);
    let name = &stem[start..];
    let real = name.chars().count() >= 5 && !POINTERS.iter().any(|it| name.starts_with(it));
    real.then(|| (name.to_owned(), start))
}

/// Drops what may stand between a title and 第N条: a year in brackets, emphasis, 的.
fn strip_between(before: &str) -> &str {
    let mut stem = before;
    loop {
        let mut next = stem.trim_end_matches(['*', '_', '的', '~']);
        if let Some(open) = next.strip_suffix(')').and_then(|it| it.rfind('('))
            && next[open..].chars().nth(1).is_some_and(numerals::is_numeral)
        {
            next = &next[..open];
        }
        if next.len() == stem.len() {
            return stem;
        }
        stem = next;
    }
}
