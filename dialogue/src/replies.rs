//! Fixed replies, in minijinja.

use std::collections::BTreeMap;

use minijinja::Environment;
use serde::{Deserialize, Serialize};

use crate::error::{RulesError, parse, wrong};

/// A reply, filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Its code, e.g. `OTHERS_DATA`.
    pub code: String,
    /// `no_match`, `needs_human` or `notice`.
    pub state: String,
    /// Somebody should look at it at once.
    pub urgent: bool,
    /// In Chinese.
    pub text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyFile {
    state: String,
    #[serde(default)]
    urgent: bool,
    placeholders: Vec<String>,
    text: toml::Spanned<String>,
}

/// States that a reply may have.
const STATES: [&str; 3] = ["no_match", "needs_human", "notice"];

/// All replies, compiled.
#[derive(Debug)]
pub(crate) struct Replies {
    templates: Environment<'static>,
    /// Code → state and urgency.
    about: BTreeMap<String, (String, bool)>,
}

impl Replies {
    /// Reads the file; a template that doesn't compile, names something that isn't among its
    /// placeholders, or has an unknown state is an error.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        let replies: BTreeMap<String, ReplyFile> = parse(file, text)?;
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let mut about = BTreeMap::new();
        for (code, reply) in replies {
            let span = Some(reply.text.span());
            if !STATES.contains(&reply.state.as_str()) {
                return Err(wrong(file, text, span, format!("回复 {code} 的 state 只能是 {}", STATES.join("、"))));
            }
            templates
                .add_template_owned(code.clone(), reply.text.into_inner())
                .map_err(|error| wrong(file, text, span.clone(), format!("回复 {code} 的模板写错了：{error}")))?;
            let used = templates.get_template(&code).map(|it| it.undeclared_variables(false)).unwrap_or_default();
            if let Some(name) = used.iter().find(|name| !reply.placeholders.contains(name)) {
                return Err(wrong(file, text, span, format!("回复 {code} 用了没有列在 placeholders 里的“{name}”")));
            }
            about.insert(code, (reply.state, reply.urgent));
        }
        Ok(Self { templates, about })
    }

    /// An error at the place in `text` (of `file`) that names `code`, if there is no such reply.
    pub(crate) fn must_have(&self, code: &str, file: &str, text: &str) -> Result<(), RulesError> {
        if self.about.contains_key(code) {
            return Ok(());
        }
        let span = text.find(&format!("\"{code}\"")).map(|at| at..at);
        Err(wrong(file, text, span, format!("replies.toml 里没有编号为 {code} 的回复")))
    }

    /// Whether the reply with this code is urgent.
    pub(crate) fn is_urgent(&self, code: &str) -> bool {
        self.about.get(code).is_some_and(|(_, urgent)| *urgent)
    }

    /// The reply with its placeholders filled in; values that it doesn't name are left aside.
    pub(crate) fn fill(&self, code: &str, values: &impl Serialize) -> Result<Reply, RulesError> {
        let no_reply = || RulesError::NoReply { code: code.to_owned() };
        let (state, urgent) = self.about.get(code).ok_or_else(no_reply)?;
        let template = self.templates.get_template(code).map_err(|_| no_reply())?;
        let text = template
            .render(minijinja::value::Serde(values))
            .map_err(|source| RulesError::Filling { code: code.to_owned(), source: Box::new(source) })?;
        Ok(Reply { code: code.to_owned(), state: state.clone(), urgent: *urgent, text })
    }
}
