//! The rule files: which there are, in which order they are read, and what they become.

use std::{collections::BTreeMap, fs, io, path::Path};

use toml::Spanned;

use crate::{
    clarify::Asking,
    condense::FollowUps,
    error::{RulesError, parse},
    offers::Offers,
    replies::Replies,
    route::{Rule, Scope, Talk, read_refusals},
    scan::Scan,
    topics::Topics,
    words::{Builder, ClassFile, Lexicon},
};

/// Name and text of a file that comes with the program.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../data/", $name)))
    };
}

const WORDS: (&str, &str) = file!("words.toml");
const TOPICS: (&str, &str) = file!("topics.toml");
const REFUSALS: (&str, &str) = file!("refusals.toml");
const TALK: (&str, &str) = file!("talk.toml");
const SCOPE: (&str, &str) = file!("scope.toml");
const FOLLOW_UPS: (&str, &str) = file!("followups.toml");
const CLARIFY: (&str, &str) = file!("clarify.toml");
const OFFERS: (&str, &str) = file!("offers.toml");
const SCAN: (&str, &str) = file!("injection.toml");
const REPLIES: (&str, &str) = file!("replies.toml");

/// Everything that the files say, compiled.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub lexicon: Lexicon,
    pub topics: Topics,
    pub refusals: Vec<Rule>,
    pub talk: Talk,
    pub scope: Scope,
    pub follow_ups: FollowUps,
    pub asking: Asking,
    pub offers: Offers,
    pub scan: Scan,
    pub replies: Replies,
}

impl Compiled {
    /// Reads the files of `dir`, or the program's own where there is no folder or no such file in it.
    pub(crate) fn read(dir: Option<&Path>) -> Result<Self, RulesError> {
        let text_of = |(name, own): (&str, &str)| text_of(dir, name, own);
        let mut builder = Builder::default();

        let text = text_of(WORDS)?;
        let classes: BTreeMap<Spanned<String>, ClassFile> = parse(WORDS.0, &text)?;
        builder.add_file(WORDS.0, &text, classes)?;
        let topics = Topics::read(TOPICS.0, &text_of(TOPICS)?, &mut builder)?;
        let scope = Scope::read(SCOPE.0, &text_of(SCOPE)?, &mut builder)?;
        let refusals_text = text_of(REFUSALS)?;
        let refusals = read_refusals(REFUSALS.0, &refusals_text, &mut builder)?;
        let talk_text = text_of(TALK)?;
        let talk = Talk::read(TALK.0, &talk_text, &mut builder)?;
        let follow_ups = FollowUps::read(FOLLOW_UPS.0, &text_of(FOLLOW_UPS)?, &mut builder)?;
        let asking = Asking::read(CLARIFY.0, &text_of(CLARIFY)?)?;
        let offers = Offers::read(OFFERS.0, &text_of(OFFERS)?, &mut builder)?;
        let scan = Scan::read(SCAN.0, &text_of(SCAN)?, &mut builder)?;
        let replies = Replies::read(REPLIES.0, &text_of(REPLIES)?)?;

        // Each rule's reply must exist, or a refusal would end in an error before the user.
        for rule in &refusals {
            replies.must_have(&rule.reply, REFUSALS.0, &refusals_text)?;
        }
        for code in talk.codes() {
            replies.must_have(code, TALK.0, &talk_text)?;
        }
        replies.must_have("OUT_OF_SCOPE", REPLIES.0, "")?;
        let lexicon = builder.build();
        Ok(Self { lexicon, topics, refusals, talk, scope, follow_ups, asking, offers, scan, replies })
    }
}

fn text_of(dir: Option<&Path>, name: &str, own: &str) -> Result<String, RulesError> {
    let Some(dir) = dir else { return Ok(own.to_owned()) };
    match fs::read_to_string(dir.join(name)) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(own.to_owned()),
        Err(source) => Err(RulesError::Unreadable { file: name.to_owned(), source }),
    }
}
