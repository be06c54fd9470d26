//! Classes of words, found in a question all at once.
//!
//! A class is what the rules talk about: “somebody else”, “a party member's data”, “asks to be given”.
//! It has words, patterns for what can't be listed (names), classes that it takes in, and words inside
//! which a hit doesn't count (`党` in `党参`). All words of all classes stand in one automaton.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{RulesError, wrong},
    plain::Plain,
    sound::Sounds,
};

/// Number of a class.
pub type ClassId = usize;

/// A class as it stands in a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassFile {
    /// What it is, for curators.
    #[serde(default)]
    #[allow(dead_code, reason = "read by people")]
    about: String,
    /// Its words.
    #[serde(default)]
    words: Vec<String>,
    /// Regular expressions over the plain form.
    #[serde(default)]
    like: Vec<Spanned<String>>,
    /// Classes whose words are words of this class too.
    #[serde(default)]
    of: Vec<Spanned<String>>,
    /// Longer words in which a hit doesn't count.
    #[serde(default)]
    not: Vec<String>,
    /// What makes a hit that it follows at once a circumstance: 转正 is to be decided, 转正以后 is a time.
    #[serde(default)]
    before: Vec<String>,
    /// Words that sound the same count too.
    #[serde(default)]
    sound: bool,
}

/// Characters `from..to` of a plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First character.
    pub from: usize,
    /// One past the last.
    pub to: usize,
}

impl Span {
    /// Whether it lies in `other`.
    pub fn within(self, other: Self) -> bool {
        other.from <= self.from && self.to <= other.to
    }
}

/// What was found, by class, each sorted by where it starts.
#[derive(Debug)]
pub struct Hits {
    spans: Vec<Vec<Span>>,
}

impl Hits {
    /// Hits of a class.
    pub fn of(&self, class: ClassId) -> &[Span] {
        &self.spans[class]
    }

    /// Whether a class was found at all.
    pub fn has(&self, class: ClassId) -> bool {
        !self.spans[class].is_empty()
    }
}

/// Classes being collected, from all files and from the words that stand in rules.
#[derive(Debug, Default)]
pub struct Builder {
    names: BTreeMap<String, ClassId>,
    words: Vec<BTreeSet<String>>,
    not: Vec<BTreeSet<String>>,
    before: BTreeMap<ClassId, Vec<String>>,
    like: Vec<Vec<Regex>>,
    sound: BTreeSet<ClassId>,
}

impl Builder {
    /// Takes in the classes of one file; a class of an earlier file may be named in `of`.
    pub fn add_file(
        &mut self,
        file: &str,
        text: &str,
        classes: &BTreeMap<Spanned<String>, ClassFile>,
    ) -> Result<(), RulesError> {
        for (name, class) in classes {
            if self.names.contains_key(name.get_ref()) {
                return Err(wrong(file, text, Some(name.span()), format!("词类“{}”定义了两次", name.get_ref())));
            }
            self.add_class(name.get_ref(), file, text, class)?;
        }
        self.take_in(file, text, classes)
    }

    /// Takes in one class, without the classes that it names in `of`.
    pub fn add_class(&mut self, name: &str, file: &str, text: &str, class: &ClassFile) -> Result<ClassId, RulesError> {
        let id = self.add(name, &class.words);
        if class.sound {
            self.sound.insert(id);
        }
        self.not[id].extend(class.not.iter().map(|word| Plain::new(word).text));
        if !class.before.is_empty() {
            self.before.insert(id, class.before.iter().map(|word| Plain::new(word).text).collect());
        }
        for pattern in &class.like {
            let regex = Regex::new(pattern.get_ref())
                .map_err(|error| wrong(file, text, Some(pattern.span()), format!("正则写错了：{error}")))?;
            self.like[id].push(regex);
        }
        Ok(id)
    }

    /// Copies words of the classes named in `of`, as often as needed for classes of classes.
    fn take_in(
        &mut self,
        file: &str,
        text: &str,
        classes: &BTreeMap<Spanned<String>, ClassFile>,
    ) -> Result<(), RulesError> {
        for _ in 0..=classes.len().min(4) {
            for (name, class) in classes {
                let id = self.names[name.get_ref()];
                for other in &class.of {
                    let from = self.id(other.get_ref()).ok_or_else(|| {
                        wrong(file, text, Some(other.span()), format!("没有叫“{}”的词类", other.get_ref()))
                    })?;
                    let words = self.words[from].clone();
                    self.words[id].extend(words);
                    let not = self.not[from].clone();
                    self.not[id].extend(not);
                    for regex in self.like[from].clone() {
                        if self.like[id].iter().all(|own| own.as_str() != regex.as_str()) {
                            self.like[id].push(regex);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// A class with words, made by the program or for a word that stands in a rule.
    pub fn add(&mut self, name: &str, words: &[String]) -> ClassId {
        let id = *self.names.entry(name.to_owned()).or_insert_with(|| {
            self.words.push(BTreeSet::new());
            self.not.push(BTreeSet::new());
            self.like.push(Vec::new());
            self.words.len() - 1
        });
        self.words[id].extend(words.iter().map(|word| Plain::new(word).text).filter(|word| !word.is_empty()));
        id
    }

    /// The number of a class.
    pub fn id(&self, name: &str) -> Option<ClassId> {
        self.names.get(name).copied()
    }

    /// Compiles everything; done once.
    pub fn build(self) -> Lexicon {
        let mut owners: BTreeMap<&str, Vec<Owner>> = BTreeMap::new();
        for (id, words) in self.words.iter().enumerate() {
            for word in words {
                owners.entry(word).or_default().push(Owner { class: id, not: false });
            }
        }
        for (id, words) in self.not.iter().enumerate() {
            for word in words {
                owners.entry(word).or_default().push(Owner { class: id, not: true });
            }
        }
        let automaton = AhoCorasick::new(owners.keys()).expect("plain words make an automaton");
        let sounding = self.sound.iter().flat_map(|id| self.words[*id].iter().map(move |word| (word.as_str(), *id)));
        let sounds = Sounds::new(sounding);
        let like = self.like.into_iter().enumerate();
        let like = like.flat_map(|(id, all)| all.into_iter().map(move |regex| (id, regex))).collect();
        Lexicon {
            automaton,
            owners: owners.into_values().collect(),
            sounds,
            like,
            before: self.before,
            classes: self.words.len(),
        }
    }
}

/// Whose word it is.
#[derive(Debug, Clone, Copy)]
struct Owner {
    class: ClassId,
    /// The word takes hits away instead of making one.
    not: bool,
}

/// All classes, compiled.
#[derive(Debug)]
pub struct Lexicon {
    automaton: AhoCorasick,
    owners: Vec<Vec<Owner>>,
    sounds: Sounds,
    like: Vec<(ClassId, Regex)>,
    before: BTreeMap<ClassId, Vec<String>>,
    classes: usize,
}

impl Lexicon {
    /// Finds every word of every class in `plain`.
    pub fn find(&self, plain: &Plain) -> Hits {
        let mut spans = vec![Vec::new(); self.classes];
        let mut taken: Vec<(ClassId, Span)> = Vec::new();
        for hit in self.automaton.find_overlapping_iter(&plain.text) {
            let span = Span { from: plain.char_at(hit.start()), to: plain.char_at(hit.end()) };
            for owner in &self.owners[hit.pattern().as_usize()] {
                if owner.not {
                    taken.push((owner.class, span));
                } else {
                    spans[owner.class].push(span);
                }
            }
        }
        for (class, span) in self.sounds.find(plain) {
            spans[class].push(span);
        }
        for (class, regex) in &self.like {
            // From every place anew: “王某李某” are two names, and a wrong start must not eat a right one.
            let mut at = 0;
            while let Some(hit) = regex.find_at(&plain.text, at) {
                let from = plain.char_at(hit.start());
                spans[*class].push(Span { from, to: plain.char_at(hit.end()) });
                if from + 1 > plain.len() {
                    break;
                }
                at = plain.byte_of(from + 1);
            }
        }
        for (class, span) in taken {
            spans[class].retain(|hit| !hit.within(span));
        }
        for (class, words) in &self.before {
            let follows = |hit: &Span| words.iter().any(|word| plain.text[plain.byte_of(hit.to)..].starts_with(word));
            spans[*class].retain(|hit| !follows(hit));
        }
        for all in &mut spans {
            all.sort_unstable();
            all.dedup();
        }
        Hits { spans }
    }
}
