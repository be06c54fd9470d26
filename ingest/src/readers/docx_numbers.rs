//! Automatic numbers of DOCX paragraphs: 第一条, （一） that the file does not spell out.
//!
//! A paragraph names an instance of a list (`numId`) and a level, or its style does. The instance
//! belongs to a list (`abstractNum`), whose levels say how numbers are written. Without them a file
//! would come out as a text without articles.

use std::collections::HashMap;

use knowledge::text::numerals;
use quick_xml::{Reader, events::Event};

use super::docx::attribute;

/// Levels that a list may have.
const LEVELS: usize = 9;

/// How one level of a list writes its numbers.
#[derive(Debug, Clone, Default)]
struct Level {
    /// `decimal`, `chineseCounting` …
    format: String,
    /// e.g. `第%1条`
    text: String,
    start: u32,
    nothing_after: bool,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// `abstractNumId` → its levels.
    lists: HashMap<String, [Level; LEVELS]>,
    /// `numId` → list, and levels it starts anew.
    instances: HashMap<String, (String, HashMap<usize, u32>)>,
    /// `styleId` → `numId` and level.
    styles: HashMap<String, (String, usize)>,
    /// List → last number of each level. Instances of one list count on together.
    counters: HashMap<String, [u32; LEVELS]>,
}

impl Numbers {
    /// Reads `word/numbering.xml`.
    pub fn read_definitions(&mut self, xml: &str) -> Result<(), quick_xml::Error> {
        let mut reader = Reader::from_str(xml);
        let (mut list, mut instance, mut level) = (None, None, 0usize);
        loop {
            let event = reader.read_event()?;
            let (Event::Start(element) | Event::Empty(element)) = &event else {
                match event {
                    Event::Eof => return Ok(()),
                    Event::End(end) if end.local_name().as_ref() == "abstractNum" => list = None,
                    Event::End(end) if end.local_name().as_ref() == "num" => instance = None,
                    _ => {}
                }
                continue;
            };
            let value = || attribute(element, "val").unwrap_or_default();
            match element.local_name().as_ref() {
                "abstractNum" => list = attribute(element, "abstractNumId"),
                "num" => instance = attribute(element, "numId"),
                "lvl" | "lvlOverride" => {
                    level = attribute(element, "ilvl").and_then(|it| it.parse().ok()).unwrap_or(0).min(LEVELS - 1);
                }
                "abstractNumId" => {
                    if let Some(id) = &instance {
                        self.instances.insert(id.clone(), (value(), HashMap::new()));
                    }
                }
                "startOverride" => {
                    if let Some((_, starts)) = instance.as_ref().and_then(|it| self.instances.get_mut(it)) {
                        starts.insert(level, value().parse().unwrap_or(1));
                    }
                }
                field => {
                    if let Some(id) = &list {
                        let entry = &mut self.lists.entry(id.clone()).or_default()[level];
                        set_level(entry, field, value());
                    }
                }
            }
        }
    }

    /// Reads which styles of `word/styles.xml` number their paragraphs.
    pub fn read_styles(&mut self, xml: &str) -> Result<(), quick_xml::Error> {
        let mut reader = Reader::from_str(xml);
        let (mut style, mut level) = (None, 0);
        loop {
            match reader.read_event()? {
                Event::Eof => return Ok(()),
                Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                    "style" => (style, level) = (attribute(&element, "styleId"), 0),
                    "ilvl" => level = attribute(&element, "val").and_then(|it| it.parse().ok()).unwrap_or(0),
                    "numId" => {
                        if let (Some(style), Some(id)) = (&style, attribute(&element, "val")) {
                            self.styles.insert(style.clone(), (id, level));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// The number of the next paragraph with this numbering or style; empty if it has none.
    pub fn next(&mut self, number: Option<(String, usize)>, style: Option<&str>) -> String {
        let Some((id, level)) = number.or_else(|| self.styles.get(style?).cloned()) else { return String::new() };
        let level = level.min(LEVELS - 1);
        let Some((list, starts)) = self.instances.get_mut(&id) else { return String::new() };
        let Some(levels) = self.lists.get(list) else { return String::new() };
        let counter = self.counters.entry(list.clone()).or_insert([0; LEVELS]);
        if let Some(start) = starts.remove(&level) {
            counter[level] = start;
        } else if counter[level] == 0 {
            counter[level] = levels[level].start;
        } else {
            counter[level] += 1;
        }
        counter[level + 1..].fill(0);
        render(levels, level, counter)
    }
}

/// Sets what one element says of a level.
fn set_level(level: &mut Level, field: &str, value: String) {
    match field {
        "numFmt" => level.format = value,
        "lvlText" => level.text = value,
        "start" => level.start = value.parse().unwrap_or(1),
        "suff" => level.nothing_after = value == "nothing",
        _ => {}
    }
}

/// Puts the numbers into the pattern of the level; 第%1条 → 第三条.
fn render(levels: &[Level; LEVELS], level: usize, counter: &[u32; LEVELS]) -> String {
    let own = &levels[level];
    if matches!(own.format.as_str(), "bullet" | "none") {
        return String::new();
    }
    let mut text = own.text.clone();
    for (index, it) in levels.iter().enumerate().take(level + 1) {
        text = text.replace(&format!("%{}", index + 1), &digits(&it.format, counter[index].max(it.start)));
    }
    // After 第一条 the words need a border; after （一） they follow directly.
    if !own.nothing_after && text.ends_with(['条', '章', '节', '编']) {
        text.push('　');
    }
    text
}

/// One number in the script of `format`; unknown formats give Arabic figures.
fn digits(format: &str, number: u32) -> String {
    match format {
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32('①' as u32 + number - 1).map_or_else(|| number.to_string(), String::from)
        }
        "decimalFullWidth" => number.to_string().chars().filter_map(|c| char::from_u32(c as u32 + 0xfee0)).collect(),
        "lowerLetter" if (1..=26).contains(&number) => {
            char::from_u32('a' as u32 + number - 1).map_or_else(String::new, String::from)
        }
        it if it.starts_with("chinese")
            || it.starts_with("japanese")
            || it.starts_with("ideograph")
            || it.starts_with("taiwanese") =>
        {
            numerals::to_chinese(number)
        }
        _ => number.to_string(),
    }
}
