//! Judgements as BEIR has them: `query-id TAB corpus-id TAB grade`, with or without a header line.

use std::path::Path;

use super::{Judgements, lines::Lines};
use crate::Result;

/// Reads judgements. Errors on a line without exactly three columns, on a grade that is no number,
/// on two different grades for one pair, and on a file without judgements.
pub fn judgements(path: &Path) -> Result<Judgements> {
    let mut judgements = Judgements::new();
    let mut lines = Lines::open(path)?;
    let mut first = true;
    while let Some((number, text)) = lines.next_line()? {
        let header = std::mem::take(&mut first) && is_header(&text);
        if !header {
            take_judgement(&text, &mut judgements).map_err(|reason| lines.wrong(number, reason))?;
        }
    }
    if judgements.is_empty() {
        return Err(lines.wrong_file("没有标注"));
    }
    Ok(judgements)
}

fn is_header(line: &str) -> bool {
    let mut columns = line.split('\t');
    let names_a_query = columns.next().is_some_and(|it| {
        let name = it.trim().to_ascii_lowercase();
        name.starts_with("query") || name.starts_with("qid")
    });
    // A first line of real data has a number here; a broken one must not pass for a header.
    names_a_query && columns.nth(1).is_some_and(|grade| grade.trim().parse::<f64>().is_err())
}

fn take_judgement(line: &str, judgements: &mut Judgements) -> Result<(), String> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [query, document, grade] = columns[..] else {
        return Err(format!("应有 3 列（问题、文档、等级，用制表符分开），实有 {} 列", columns.len()));
    };
    if query.is_empty() || document.is_empty() {
        return Err("编号是空的".to_owned());
    }
    let grade: f64 =
        grade.parse().ok().filter(|grade: &f64| grade.is_finite()).ok_or_else(|| format!("等级“{grade}”不是数字"))?;
    let before = judgements.entry(query.to_owned()).or_default().insert(document.to_owned(), grade);
    match before {
        // An exact repetition happens in public sets and changes nothing; compared by bits because
        // both were read from text.
        Some(before) if before.to_bits() != grade.to_bits() => {
            Err(format!("问题 {query} 与文档 {document} 有两个不同的等级：{before} 和 {grade}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::{file, grades};

    #[test]
    fn judgements_with_and_without_a_header_are_the_same() {
        let lines = "q1\td1\t1\nq1\td2\t2\nq2\td1\t0\nq2\td1\t0\n";
        let expected = Judgements::from([
            ("q1".into(), grades(&[("d1", 1.0), ("d2", 2.0)])),
            ("q2".into(), grades(&[("d1", 0.0)])),
        ]);
        for content in [lines.to_owned(), format!("query-id\tcorpus-id\tscore\n{lines}")] {
            let (_folder, path) = file(content);
            assert_eq!(judgements(&path).expect("judgements"), expected);
        }
    }

    #[test]
    fn wrong_judgements_are_named() {
        for (content, words) in [
            ("q1\td1\t1\nq1\td2\n", ["第 2 行", "3 列"]),
            ("q1 d1 1\n", ["第 1 行", "实有 1 列"]),
            ("q1\td1\tyes\n", ["第 1 行", "不是数字"]),
            ("query-id\tcorpus-id\tscore\nq1\t\t1\n", ["第 2 行", "编号"]),
            ("q1\td1\t1\nq1\td1\t2\n", ["第 2 行", "两个不同的等级"]),
            ("query-id\tcorpus-id\tscore\n", ["set.file", "没有标注"]),
        ] {
            let (_folder, path) = file(content);
            let error = judgements(&path).expect_err("refused").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}
