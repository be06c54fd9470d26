//! Runs and judgements as `trec_eval`, `ir-measures` and their like have them: columns between blanks.
//!
//! ```text
//! run           query Q0 document rank score tag
//! judgements    query iteration document grade
//! ```
//!
//! Source: `trec_eval`'s README (NIST). As there, the rank column of a run says nothing: the score
//! decides, kept with the precision of a 32-bit float, and of equal scores the greater document id
//! stands first. [`write_run`] therefore gives scores that differ in that precision, so that everybody
//! reads the order that was written.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

use super::{Grades, Judgements, lines::Lines};
use crate::{Error, Result};

/// A document of a ranking with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The document.
    pub id: String,
    /// More is better.
    pub score: f64,
}

/// Rankings by query id, best first.
pub type Rankings = BTreeMap<String, Vec<Scored>>;

/// Reads a run. Each ranking is sorted as `trec_eval` sorts it, whatever the order and the rank column
/// of the file.
///
/// # Errors
/// A line without exactly six columns; a score that is no finite number; a document that comes twice for
/// one query; a file without results.
pub fn read_run(path: &Path) -> Result<Rankings> {
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut rankings = Rankings::new();
    read(path, "没有检索结果", |line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [query, _, id, _, score, _] = columns[..] else {
            return Err(format!("应有 6 列（问题 Q0 文档 名次 分数 标记），实有 {} 列", columns.len()));
        };
        let score: f64 = number(score).ok_or_else(|| format!("分数“{score}”不是数字"))?;
        if !seen.entry(query.to_owned()).or_default().insert(id.to_owned()) {
            return Err(format!("问题 {query} 的结果中文档 {id} 重复"));
        }
        rankings.entry(query.to_owned()).or_default().push(Scored { id: id.to_owned(), score });
        Ok(())
    })?;
    for ranking in rankings.values_mut() {
        sort(ranking);
    }
    Ok(rankings)
}

/// Sorts a ranking as `trec_eval` does: the greater score first, of equal ones the greater id.
pub fn sort(ranking: &mut [Scored]) {
    // Numbers are finite where they come from a file; 0 and -0 are equal here as there.
    let by_score = |a: &Scored, b: &Scored| (b.score as f32).partial_cmp(&(a.score as f32)).unwrap_or(Ordering::Equal);
    ranking.sort_by(|a, b| by_score(a, b).then_with(|| b.id.cmp(&a.id)));
}

/// Writes a run. The order is that of the rankings; a score that doesn't fall below the one before is
/// lowered by as little as a 32-bit float can be. A query without results has no line, as usual.
///
/// # Errors
/// A file that can't be written; an id or `tag` that is empty or has blanks; a score that is no number; a
/// document that comes twice for one query; no result at all.
pub fn write_run(path: &Path, rankings: &Rankings, tag: &str) -> Result<()> {
    if rankings.values().all(Vec::is_empty) {
        return Err(Error::NothingFound(rankings.len()));
    }
    let mut text = String::new();
    (|| {
        check_column("标记", tag)?;
        for (query, ranking) in rankings {
            check_column("问题编号", query)?;
            let mut seen = BTreeSet::new();
            let mut last = f32::INFINITY;
            for (place, Scored { id, score }) in ranking.iter().enumerate() {
                check_column("文档编号", id)?;
                if !seen.insert(id) {
                    return Err(format!("问题 {query} 的结果中文档 {id} 重复"));
                }
                last = (*score as f32).min(last.next_down());
                if !score.is_finite() || !last.is_finite() {
                    return Err(format!("问题 {query} 的结果中文档 {id} 的分数 {score} 不是有限的数"));
                }
                // Writing to a string can't fail. A float's shortest form reads back as the same float.
                let _ = writeln!(text, "{query} Q0 {id} {} {last} {tag}", place + 1);
            }
        }
        Ok(())
    })()
    .map_err(|reason| Error::File { path: path.to_owned(), reason })?;
    std::fs::write(path, text).map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Reads judgements. The iteration column says nothing.
///
/// # Errors
/// A line without exactly four columns; a grade that is no whole number; a document judged twice for one
/// query; a file without judgements.
pub fn read_qrels(path: &Path) -> Result<Judgements> {
    let mut judgements = Judgements::new();
    read(path, "没有标注", |line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [query, _, id, grade] = columns[..] else {
            return Err(format!("应有 4 列（问题 轮次 文档 等级），实有 {} 列", columns.len()));
        };
        let grade: i32 = grade.parse().map_err(|_| format!("等级“{grade}”不是整数"))?;
        let grades: &mut Grades = judgements.entry(query.to_owned()).or_default();
        match grades.insert(id.to_owned(), f64::from(grade)) {
            Some(_) => Err(format!("问题 {query} 与文档 {id} 标注了两次")),
            None => Ok(()),
        }
    })?;
    Ok(judgements)
}

/// Writes judgements.
///
/// # Errors
/// A file that can't be written; an id that is empty or has blanks; a grade that is no whole number (the
/// form has no others); no judgement at all.
pub fn write_qrels(path: &Path, judgements: &Judgements) -> Result<()> {
    let mut text = String::new();
    (|| {
        for (query, grades) in judgements {
            check_column("问题编号", query)?;
            for (id, grade) in grades {
                check_column("文档编号", id)?;
                if grade.fract() != 0.0 || grade.abs() > f64::from(i32::MAX) {
                    return Err(format!("问题 {query} 与文档 {id} 的等级 {grade} 不是整数"));
                }
                let _ = writeln!(text, "{query} 0 {id} {}", *grade as i32);
            }
        }
        if text.is_empty() { Err("没有标注".to_owned()) } else { Ok(()) }
    })()
    .map_err(|reason| Error::File { path: path.to_owned(), reason })?;
    std::fs::write(path, text).map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Gives each line to `take`; `empty` is the reason for refusing a file without lines.
fn read(path: &Path, empty: &str, mut take: impl FnMut(&str) -> Result<(), String>) -> Result<()> {
    let mut lines = Lines::open(path)?;
    let mut any = false;
    while let Some((number, line)) = lines.next_line()? {
        take(&line).map_err(|reason| lines.wrong(number, reason))?;
        any = true;
    }
    if any { Ok(()) } else { Err(lines.wrong_file(empty)) }
}

/// A number that fits a 32-bit float.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|it: &f64| (*it as f32).is_finite())
}

/// What stands in a column can't be empty or hold a blank: the reader would see other columns.
fn check_column(what: &str, value: &str) -> Result<(), String> {
    if value.is_empty() || value.contains(char::is_whitespace) {
        return Err(format!("{what}“{value}”是空的或含有空白，TREC 格式写不出来"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{file, grades};

    fn ranking(pairs: &[(&str, f64)]) -> Vec<Scored> {
        pairs.iter().map(|(id, score)| Scored { id: (*id).to_owned(), score: *score }).collect()
    }

    fn ids(ranking: &[Scored]) -> Vec<&str> {
        ranking.iter().map(|it| it.id.as_str()).collect()
    }

    #[test]
    fn the_score_decides_and_of_equal_ones_the_greater_id() {
        // Shuffled, with lying ranks, tabs, an exponent, and two scores that a 32-bit float can't tell apart.
        let (_folder, path) = file(
            "q1 Q0 d1 1 0.5 x\nq2\tQ0\td9\t0\t-3e-1\tx\nq1 Q0 d3 2 7 x\nq1  Q0  d2  3  0.5  x\nq1 Q0 d4 4 0.50000000001 x\nq3 Q0 a 1 0 x\nq3 Q0 b 2 -0 x\n",
        );
        let run = read_run(&path).expect("a run");
        assert_eq!(ids(&run["q1"]), ["d3", "d4", "d2", "d1"]);
        assert_eq!(ids(&run["q3"]), ["b", "a"]);
        assert_eq!(run["q2"], ranking(&[("d9", -0.3)]));
    }

    #[test]
    fn the_order_written_is_the_order_read() {
        let (_folder, path) = file("");
        // Ties whose ids would be turned round, a rise, and differences too small for a 32-bit float.
        let written = ranking(&[("a", 2.0), ("b", 2.0), ("c", 2.000_000_000_1), ("d", 3.0), ("e", 0.0), ("f", 0.0)]);
        write_run(&path, &Rankings::from([("q".into(), written), ("none".into(), vec![])]), "ours").expect("written");
        let text = std::fs::read_to_string(&path).expect("read");
        assert!(text.starts_with("q Q0 a 1 2 ours\nq Q0 b 2 1.9999999 ours\n"), "{text}");
        let read = read_run(&path).expect("a run");
        assert_eq!(ids(&read["q"]), ["a", "b", "c", "d", "e", "f"]);
        assert!(read["q"].windows(2).all(|pair| (pair[0].score as f32) > (pair[1].score as f32)));
        assert_eq!(read.len(), 1);
    }

    #[test]
    fn wrong_runs_are_named() {
        for (content, words) in [
            ("q Q0 d 1 1 x\nq Q0 d2 2 1\n", ["第 2 行", "6 列"]),
            ("q Q0 d 1 1 x y\n", ["第 1 行", "实有 7 列"]),
            ("q Q0 d 1 high x\n", ["第 1 行", "“high”"]),
            ("q Q0 d 1 NaN x\n", ["第 1 行", "“NaN”"]),
            ("q Q0 d 1 1 x\n\nq Q0 d 2 0 x\n", ["第 3 行", "重复"]),
            ("\n", ["set.file", "没有检索结果"]),
        ] {
            let (_folder, path) = file(content);
            let error = read_run(&path).expect_err("refused").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }

    #[test]
    fn what_a_run_cannot_say_is_not_written() {
        let (_folder, path) = file("");
        let run = |query: &str, pairs: &[(&str, f64)]| Rankings::from([(query.to_owned(), ranking(pairs))]);
        for (rankings, words) in [
            (run("q", &[("文 档", 1.0)]), "含有空白"),
            (run("", &[("d", 1.0)]), "问题编号"),
            (run("q", &[("d", f64::NAN)]), "分数 NaN"),
            (run("q", &[("d", f64::INFINITY)]), "分数 inf"),
            (run("q", &[("d", -1e39)]), "不是有限的数"),
            (run("q", &[("d", 1.0), ("d", 0.5)]), "重复"),
            (run("q", &[]), "1 个问题都没有检索到"),
        ] {
            let error = write_run(&path, &rankings, "x").expect_err("refused").to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(write_run(&path, &run("q", &[("d", 1.0)]), "my run").is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "", "nothing half written");
    }

    #[test]
    fn judgements_survive_the_round_trip() {
        let (_folder, path) = file("");
        let judged = Judgements::from([
            ("q1".to_owned(), grades(&[("d1", 2.0), ("d2", 0.0)])),
            ("q2".to_owned(), grades(&[("文", -1.0)])),
        ]);
        write_qrels(&path, &judged).expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "q1 0 d1 2\nq1 0 d2 0\nq2 0 文 -1\n");
        assert_eq!(read_qrels(&path).expect("read"), judged);
        let half = Judgements::from([("q".to_owned(), grades(&[("d", 0.5)]))]);
        let error = write_qrels(&path, &half).expect_err("refused").to_string();
        assert!(error.contains("等级 0.5"), "{error}");
        assert!(write_qrels(&path, &Judgements::new()).is_err());
    }

    #[test]
    fn wrong_judgements_are_named() {
        for (content, words) in [
            ("q 0 d 1\nq 0 d2\n", ["第 2 行", "4 列"]),
            ("q 0 d 0.5\n", ["第 1 行", "不是整数"]),
            ("q 0 d 1\nq 0 d 1\n", ["第 2 行", "标注了两次"]),
            ("", ["set.file", "没有标注"]),
        ] {
            let (_folder, path) = file(content);
            let error = read_qrels(&path).expect_err("refused").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}
