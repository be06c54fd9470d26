//! Which regulations a question names: 《党章》, 党员教育管理条例, 发展党员细则.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use chrono::NaiveDate;

use super::address::compact;
use crate::{
    error::{Error, Result},
    regulation::{DirectoryEntry, DirectoryVersion, id_of_title},
    text::glossary::Instrument,
};

/// A name found in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Place of the regulation in the directory; `None`: known by name only, its text is not loaded.
    pub entry: Option<usize>,
    /// Byte range in the compact question.
    pub start: usize,
    /// End of the range.
    pub end: usize,
}

/// All regulations by every name they have.
pub struct Names {
    entries: Vec<DirectoryEntry>,
    automaton: AhoCorasick,
    meanings: Vec<Option<usize>>,
    titles: Vec<String>,
}

impl Names {
    /// From the directory and the glossary's instruments; the latter also name regulations whose text
    /// is not loaded.
    pub fn new(entries: Vec<DirectoryEntry>, instruments: &[Instrument]) -> Result<Self> {
        let by_id: HashMap<&str, usize> =
            entries.iter().enumerate().map(|(at, it)| (it.regulation_id.as_str(), at)).collect();
        let mut names: HashMap<String, (Option<usize>, String)> = HashMap::new();
        for instrument in instruments {
            let entry = by_id.get(id_of_title(&instrument.title).as_str()).copied();
            for name in instrument.aliases.iter().chain([&instrument.title]) {
                names.insert(compact(name), (entry, instrument.title.clone()));
            }
        }
        for (at, entry) in entries.iter().enumerate() {
            let titles = entry.versions.iter().map(|it| &it.title);
            for name in entry.aliases.iter().chain([&entry.title]).chain(titles) {
                names.insert(compact(name), (Some(at), entry.title.clone()));
                let bare = name.split(['（', '(']).next().unwrap_or_default().trim();
                if bare.chars().count() >= 4 {
                    names.entry(compact(bare)).or_insert_with(|| (Some(at), entry.title.clone()));
                }
            }
        }
        names.remove("");
        let mut names: Vec<(String, (Option<usize>, String))> = names.into_iter().collect();
        names.sort_unstable();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(names.iter().map(|it| &it.0))
            .map_err(|it| Error::Index(it.to_string()))?;
        let (meanings, titles) = names.into_iter().map(|it| it.1).unzip();
        Ok(Self { entries, automaton, meanings, titles })
    }

    /// The names in a compact question, from the left.
    pub fn find(&self, question: &str) -> Vec<Mention> {
        let mention = |it: aho_corasick::Match| Mention {
            entry: self.meanings[it.pattern().as_usize()],
            start: it.start(),
            end: it.end(),
        };
        self.automaton.find_iter(question).map(mention).collect()
    }

    /// The full title behind a name, whether its text is loaded or not.
    pub fn title_of(&self, name: &str) -> Option<&str> {
        let name = compact(name);
        let found = self.automaton.find(&name).filter(|it| it.start() == 0 && it.end() == name.len())?;
        Some(&self.titles[found.pattern().as_usize()])
    }

    /// A regulation of the directory.
    pub fn entry(&self, at: usize) -> &DirectoryEntry {
        &self.entries[at]
    }

    /// The regulation that has this title or alias, if its text is loaded.
    pub fn loaded(&self, name: &str) -> Option<&DirectoryEntry> {
        let name = compact(name);
        let found = self.automaton.find(&name).filter(|it| it.start() == 0 && it.end() == name.len())?;
        self.meanings[found.pattern().as_usize()].map(|at| &self.entries[at])
    }
}

/// The version of `entry` that holds on `day`; one whose first day is unknown counts where no other does.
pub fn in_force(entry: &DirectoryEntry, day: NaiveDate) -> Option<&DirectoryVersion> {
    let holds = |it: &&DirectoryVersion| {
        it.effective_on.is_none_or(|from| from <= day) && it.ended_on.is_none_or(|end| day < end)
    };
    let mut versions = entry.versions.iter().rev().filter(holds);
    let first = versions.next()?;
    if first.effective_on.is_some() {
        return Some(first);
    }
    versions.find(|it| it.effective_on.is_some()).or(Some(first))
}

/// The version before the one in force on `today`.
pub fn previous(entry: &DirectoryEntry, today: NaiveDate) -> Option<&DirectoryVersion> {
    let now = in_force(entry, today)?;
    let at = entry.versions.iter().position(|it| it.version_id == now.version_id)?;
    at.checked_sub(1).map(|before| &entry.versions[before])
}
