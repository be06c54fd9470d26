//! Prompts: files with a head (TOML between `+++` lines) and two minijinja bodies, system and user.
//!
//! ```text
//! +++
//! id = "answer"
//! version = 1
//! inputs = ["question"]
//! description = "…"
//! +++
//! === system ===
//! …
//! === user ===
//! …{{ question }}…
//! ```
//!
//! They are built in and may be replaced by a curator's files of the same names. The SHA-256 of the file goes
//! with everything that is written from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use minijinja::{Environment, UndefinedBehavior, syntax::SyntaxConfig, value::Serde};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::LlmError;

/// The built-in files.
const BUILT_IN: [(&str, &str); 2] = [
    ("answer.md", include_str!("../../prompts/answer.md")),
    ("condense.md", include_str!("../../prompts/condense.md")),
];

const FENCE: &str = "+++\n";
const SYSTEM: &str = "=== system ===\n";
const USER: &str = "=== user ===\n";

/// The head of a prompt's file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What it is asked for by.
    pub id: String,
    /// Rises with every change of meaning.
    pub version: u32,
    /// Names of the values that it is filled in with, all of them needed.
    pub inputs: BTreeSet<String>,
    /// What it is for.
    pub description: String,
}

/// A prompt as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Id of the prompt.
    pub id: String,
    /// Version of the prompt.
    pub version: u32,
    /// SHA-256 of its file, hex.
    pub hash: String,
    /// What the model is told by us.
    pub system: String,
    /// What it is given.
    pub user: String,
}

/// All prompts, ready to be filled in.
#[derive(Debug)]
pub struct Prompts {
    prompts: BTreeMap<String, (Head, String)>,
    bodies: Environment<'static>,
}

impl Prompts {
    /// The files that the program was built with.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn built_in() -> Result<Self, LlmError> {
        let files = BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Self::from_files(files.collect())
    }

    /// A curator's files of the same names, the built-in ones where there are none.
    ///
    /// # Errors
    /// [`LlmError::PromptFile`] names the file and what is wrong with it.
    pub fn from_folder(folder: &Path) -> Result<Self, LlmError> {
        let mut files = Vec::new();
        for (name, text) in BUILT_IN {
            let path = folder.join(name);
            let shown = path.display().to_string();
            files.push(match fs::read_to_string(&path) {
                Ok(text) => (shown, text),
                Err(error) if error.kind() == io::ErrorKind::NotFound => (name.to_owned(), text.to_owned()),
                Err(error) => return Err(LlmError::PromptFile { file: shown, reason: error.to_string() }),
            });
        }
        let prompts = Self::from_files(files)?;
        // A prompt under another id would never be asked for, and its built-in one would be missed.
        for (name, text) in BUILT_IN {
            let id = parse(text).map(|it| it.0.id).unwrap_or_default();
            if !prompts.prompts.contains_key(&id) {
                let file = folder.join(name).display().to_string();
                return Err(LlmError::PromptFile { file, reason: format!("id 应为 {id}") });
            }
        }
        Ok(prompts)
    }

    fn from_files(files: Vec<(String, String)>) -> Result<Self, LlmError> {
        let mut prompts = BTreeMap::new();
        let mut bodies = Environment::new();
        bodies.set_undefined_behavior(UndefinedBehavior::Strict);
        // A line of a block is a line of the prompt, and no block leaves an empty one.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        bodies.set_syntax(
            syntax.map_err(|error| LlmError::PromptFile { file: String::new(), reason: error.to_string() })?,
        );
        for (file, text) in files {
            let text = text.replace("\r\n", "\n");
            let wrong = |reason: String| LlmError::PromptFile { file: file.clone(), reason };
            let (head, system, user) = parse(&text).map_err(wrong)?;
            for (part, body) in [("system", system), ("user", user)] {
                let name = format!("{}.{part}", head.id);
                bodies.add_template_owned(name.clone(), body.to_owned()).map_err(|error| wrong(error.to_string()))?;
                let names = bodies.get_template(&name).map(|it| it.undeclared_variables(false));
                let names = names.map_err(|error| wrong(error.to_string()))?;
                if let Some(stranger) = names.iter().find(|it| !head.inputs.contains(*it)) {
                    return Err(wrong(format!("{part} 部分用了 inputs 里没有的 {stranger}")));
                }
            }
            let hash = hex::encode(Sha256::digest(text.as_bytes()));
            prompts.insert(head.id.clone(), (head, hash));
        }
        Ok(Self { prompts, bodies })
    }

    /// SHA-256 (hex) of each template, by its id.
    pub fn hashes(&self) -> BTreeMap<String, String> {
        self.prompts.iter().map(|(id, (_, hash))| (id.clone(), hash.clone())).collect()
    }

    /// The heads, by id.
    pub fn heads(&self) -> impl Iterator<Item = &Head> {
        self.prompts.values().map(|it| &it.0)
    }

    /// Fills in the prompt `id` with `values`.
    ///
    /// # Errors
    /// [`LlmError::PromptUnknown`], or [`LlmError::PromptRender`] where a value is missing.
    pub fn render(&self, id: &str, values: &impl Serialize) -> Result<Rendered, LlmError> {
        let (head, hash) = self.prompts.get(id).ok_or_else(|| LlmError::PromptUnknown(id.to_owned()))?;
        let fill = |part: &str| {
            let body = self.bodies.get_template(&format!("{id}.{part}"));
            let filled = body.and_then(|it| it.render(Serde(values)));
            let wrong =
                |error: minijinja::Error| LlmError::PromptRender { id: id.to_owned(), reason: error.to_string() };
            filled.map(|it| it.trim().to_owned()).map_err(wrong)
        };
        let (system, user) = (fill("system")?, fill("user")?);
        Ok(Rendered { id: id.to_owned(), version: head.version, hash: hash.clone(), system, user })
    }
}

/// Head, system and user part of a file.
fn parse(text: &str) -> Result<(Head, &str, &str), String> {
    let rest = text.strip_prefix(FENCE).ok_or("第一行应为 +++")?;
    let (head, body) = rest.split_once(FENCE).ok_or("文件头没有以 +++ 结束")?;
    let head: Head = toml::from_str(head).map_err(|error| error.to_string())?;
    let (_, parts) = body.split_once(SYSTEM).ok_or("缺少 === system === 一行")?;
    let (system, user) = parts.split_once(USER).ok_or("缺少 === user === 一行")?;
    Ok((head, system, user))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Values for every input that any prompt has.
    fn values() -> serde_json::Value {
        json!({
            "boundary": "b1f2", "question": "\"预备期多长？\"", "day": "2026年11月1日", "none": "没有写明。",
            "passages": ["{\"编号\":1,\"原文\":\"预备期为一年。\"}"],
            "earlier": ["{\"问\":\"甲\",\"答\":\"乙\"}"],
        })
    }

    #[test]
    fn every_prompt_is_filled_in() {
        let prompts = Prompts::built_in().expect("good files");
        assert_eq!(prompts.heads().count(), BUILT_IN.len());
        for head in prompts.heads() {
            let filled = prompts.render(&head.id, &values()).expect("filled in");
            assert_eq!((filled.version, filled.hash.len()), (head.version, 64));
            assert!(filled.user.contains("预备期多长") && !filled.user.contains("{{"), "{}", filled.user);
            assert!(filled.system.chars().count() > 50 && !filled.system.contains("{%"), "{}", filled.system);
            assert!(!head.description.is_empty());
        }
    }

    #[test]
    fn a_missing_value_is_an_error() {
        let prompts = Prompts::built_in().expect("good files");
        let error = prompts.render("answer", &json!({ "question": "甲" })).expect_err("refused");
        assert_eq!(error.code(), "MODEL-023", "{error}");
        assert_eq!(prompts.render("poem", &json!({})).expect_err("refused").code(), "MODEL-022");
    }

    #[test]
    fn a_curators_file_takes_the_place_of_the_built_in_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let before =
            Prompts::from_folder(folder.path()).expect("built-in").render("answer", &values()).expect("filled");
        let own = "+++\nid = \"answer\"\nversion = 9\ninputs = [\"question\"]\ndescription = \"自拟\"\n+++\n\
                   === system ===\n只看资料。\n=== user ===\n问：{{ question }}\n";
        fs::write(folder.path().join("answer.md"), own).expect("written");
        let after = Prompts::from_folder(folder.path()).expect("good").render("answer", &values()).expect("filled");
        assert_eq!((after.version, after.user.as_str()), (9, "问：\"预备期多长？\""));
        assert_ne!(after.hash, before.hash);

        for (bad, word) in [
            (own.replace("+++\nid", "id"), "+++"),
            (own.replace("version = 9\n", ""), "version"),
            (own.replace("{{ question }}", "{{ passages }}"), "passages"),
            (own.replace("{{ question }}", "{{ question"), "answer.md"),
            (own.replace("=== user ===", "=== users ==="), "user"),
            (own.replace("\"answer\"", "\"other\""), "answer"),
        ] {
            fs::write(folder.path().join("answer.md"), bad).expect("written");
            let error = Prompts::from_folder(folder.path()).expect_err("refused");
            assert_eq!(error.code(), "MODEL-021");
            assert!(error.to_string().contains(word) && error.to_string().contains("answer.md"), "{error}");
        }
    }
}
