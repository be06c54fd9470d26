//! The list as a CSV file, as curators keep it.
//!
//! Columns `word,level,places,category`, in any order, and optionally `enabled`. Levels are block, mask,
//! warn, log or 拦截, 遮蔽, 提示, 记录; places are ingestion, question, answer, reply or 入库, 提问, 回答,
//! 人工答复, joined with `|` or `、`, or `all`, 全部 or nothing for everywhere. `enabled` is true or
//! false (是, 否); without it a word is enabled.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use crate::{
    error::{Error, LineError, Result},
    words::{Entry, Level, Place, signature},
};

/// Letters of a word at least and at most: one letter alone would be found everywhere.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

/// Letters of a category at most.
const CATEGORY: usize = 32;

/// Reads a file. The entries have no ids yet. Of two equal lines one is kept.
///
/// # Errors
/// All wrong lines together: GUARD-003 (word), -004 (level), -005 (places), -006 (twice, differently),
/// -007 (enabled), -008 (the line itself or the category).
pub fn read(bytes: &[u8]) -> Result<Vec<Entry>> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = Columns::find(reader.headers().map_err(|_| Error::NoHeader("word"))?)?;
    let (mut entries, mut errors, mut seen) = (Vec::<Entry>::new(), Vec::new(), HashMap::<String, (u64, usize)>::new());
    for record in reader.records() {
        let (line, parsed) = match &record {
            Ok(it) => (it.position().map_or(0, csv::Position::line), columns.entry(it)),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                (line, Err(("GUARD-008", "这一行的列数与表头不同，或引号没有配对".to_owned())))
            }
        };
        let entry = match parsed {
            Ok(it) => it,
            Err((code, reason)) => {
                errors.push(LineError { line, code, reason });
                continue;
            }
        };
        match seen.get(&signature(&entry.word)) {
            Some((_, at)) if same(&entries[*at], &entry) => {}
            Some((first, _)) => {
                let reason = format!("“{}”与第 {first} 行是同一个词，设置却不同", entry.word);
                errors.push(LineError { line, code: "GUARD-006", reason });
            }
            None => {
                seen.insert(signature(&entry.word), (line, entries.len()));
                entries.push(entry);
            }
        }
    }
    if errors.is_empty() { Ok(entries) } else { Err(Error::Lines(errors)) }
}

/// Writes entries as a file that [`read`] takes and spreadsheets open.
pub fn write(entries: &[Entry]) -> Result<String> {
    let failed = |it: &dyn std::fmt::Display| Error::Export(it.to_string());
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(["word", "level", "places", "category", "enabled"]).map_err(|it| failed(&it))?;
    for it in entries {
        let enabled = if it.enabled { "true" } else { "false" };
        writer
            .write_record([it.word.as_str(), it.level.code(), &join_places(&it.places), &it.category, enabled])
            .map_err(|it| failed(&it))?;
    }
    let bytes = writer.into_inner().map_err(|it| failed(&it))?;
    // Without the mark spreadsheets take the file for an older encoding.
    String::from_utf8(bytes).map(|it| format!("\u{feff}{it}")).map_err(|it| failed(&it))
}

/// Places as tables and files have them.
pub(crate) fn join_places(places: &[Place]) -> String {
    places.iter().map(|it| it.code()).collect::<Vec<_>>().join("|")
}

/// Reads places; the unknown one is the error. Sorted, each once.
pub(crate) fn parse_places(text: &str) -> Result<Vec<Place>, String> {
    if matches!(text.trim(), "" | "all" | "全部") {
        return Ok(Place::ALL.to_vec());
    }
    let names = text.split(['|', '、', ';', '；', ' ', '/']).filter(|it| !it.trim().is_empty());
    let mut places: Vec<Place> =
        names.map(|name| Place::parse(name).ok_or_else(|| name.to_owned())).collect::<Result<_, _>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

fn same(a: &Entry, b: &Entry) -> bool {
    (a.level, &a.places, &a.category, a.enabled) == (b.level, &b.places, &b.category, b.enabled)
}

/// Which column is where.
struct Columns {
    word: usize,
    level: usize,
    places: usize,
    category: usize,
    enabled: Option<usize>,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self> {
        let place = |name: &str| header.iter().position(|it| it.to_lowercase() == name);
        let must = |name: &'static str| place(name).ok_or(Error::NoHeader(name));
        Ok(Self {
            word: must("word")?,
            level: must("level")?,
            places: must("places")?,
            category: must("category")?,
            enabled: place("enabled"),
        })
    }

    fn entry(&self, record: &StringRecord) -> Result<Entry, (&'static str, String)> {
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let word = cell(self.word).to_owned();
        if !LENGTH.contains(&signature(&word).chars().count()) {
            let reason = format!("词条“{word}”应有 {} 至 {} 个字（不算符号）", LENGTH.start(), LENGTH.end());
            return Err(("GUARD-003", reason));
        }
        let level = cell(self.level);
        let level = Level::parse(level)
            .ok_or_else(|| ("GUARD-004", format!("级别“{level}”应为 block、mask、warn、log 之一")))?;
        let places = parse_places(cell(self.places))
            .map_err(|it| ("GUARD-005", format!("场合“{it}”应为 ingestion、question、answer、reply，多个用 | 隔开")))?;
        let enabled = match self.enabled.map_or("", cell).to_lowercase().as_str() {
            "" | "true" | "1" | "是" => true,
            "false" | "0" | "否" => false,
            other => return Err(("GUARD-007", format!("enabled“{other}”应为 true 或 false"))),
        };
        let category = cell(self.category).to_owned();
        if category.chars().count() > CATEGORY {
            return Err(("GUARD-008", format!("类别不能超过 {CATEGORY} 个字")));
        }
        Ok(Entry { id: String::new(), word, level, places, category, enabled })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "word,level,places,category\n";

    fn codes(body: &str) -> Vec<(u64, &'static str)> {
        match read(format!("{HEADER}{body}").as_bytes()) {
            Err(Error::Lines(lines)) => lines.iter().map(|it| (it.line, it.code)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_list_is_read_in_both_languages() {
        let text =
            "\u{feff}category,WORD,level,places\n赌博,赌博网站,拦截,提问、回答\n,广告,log,\n,\"加V,信\",mask,all\n";
        let entries = read(text.as_bytes()).expect("a list");
        let told: Vec<_> = entries.iter().map(|it| (it.word.as_str(), it.level, it.places.len())).collect();
        assert_eq!(told, [("赌博网站", Level::Block, 2), ("广告", Level::Log, 4), ("加V,信", Level::Mask, 4)]);
        assert_eq!(entries[0].places, [Place::Question, Place::Answer]);
    }

    #[test]
    fn every_wrong_line_is_named() {
        let body = "好词,block,all,\n的,block,all,\n广告,拦住,all,\n广告,log,别处,\n少列,log\n广告,log,all,\n廣 告,block,all,\n广告,log,all,\n";
        let expected = [(3, "GUARD-003"), (4, "GUARD-004"), (5, "GUARD-005"), (6, "GUARD-008"), (8, "GUARD-006")];
        assert_eq!(codes(body), expected);
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        assert_eq!(read(&[0xb4, 0xca]).expect_err("GBK").code(), "GUARD-001");
        assert_eq!(read("词,级别\n".as_bytes()).expect_err("no header").code(), "GUARD-002");
        assert_eq!(read(b"").expect_err("nothing").code(), "GUARD-002");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut entries =
            read(format!("{HEADER}\"a\"\"b,丙\",warn,reply,类\n广告,log,,\n").as_bytes()).expect("a list");
        entries[1].enabled = false;
        assert_eq!(read(write(&entries).expect("a file").as_bytes()).expect("a list"), entries);
    }
}
