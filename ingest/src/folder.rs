//! A file or a folder of files to outcomes, one a file.
//!
//! One broken file must not stop a batch of hundreds, so every failure is an outcome with its path.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use knowledge::regulation::Draft;

use crate::{
    Error, MetaArgs, compare,
    format::Format,
    meta::instruments,
    parse::{LARGEST_FILE, file_name, parse_bytes},
};

/// Deepest folder that is searched.
const DEEPEST: usize = 16;
/// Differences that a report lists in full.
const MOST_DIFFERENCES: usize = 10;
/// Formats people keep regulations in that can't be read; they are refused, not passed over.
const REFUSED: [&str; 5] = ["doc", "wps", "rtf", "ofd", "odt"];

/// What became of one file.
#[derive(Debug)]
pub struct Outcome {
    /// The file.
    pub path: PathBuf,
    /// Its draft, or why it was refused.
    pub result: Result<Draft, Error>,
}

/// Reads a file, or all regulations of a folder and the folders in it, sorted by path. A broken file
/// is refused whole; the rest goes on. Files that are no regulations (README, JSONL, pictures) are
/// not in the answer. An `instruments.json` gives metadata to the files next to it; `overrides` goes
/// before everything. Where one version comes in two files, the later one's report lists the
/// differences.
pub fn read_path(path: &Path, overrides: &MetaArgs) -> Vec<Outcome> {
    let mut files = Vec::new();
    let mut outcomes = Vec::new();
    if path.is_dir() {
        collect(path, 0, &mut files, &mut outcomes);
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    let mut sidecars = Sidecars::default();
    for file in files {
        let args = overrides.clone().or(&sidecars.of(&file, &mut outcomes));
        let result = read_file(&file).and_then(|bytes| parse_bytes(&file_name(&file), &bytes, &args));
        outcomes.push(Outcome { path: file, result });
    }
    outcomes.sort_by(|a, b| a.path.cmp(&b.path));
    note_differences(&mut outcomes);
    outcomes
}

/// The system's words for what went wrong, in Chinese where they are common.
fn unreadable(error: &io::Error) -> Error {
    Error::Unreadable(match error.kind() {
        io::ErrorKind::NotFound => "文件不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        _ => error.to_string(),
    })
}

/// Reads a file whole, unless it is too large to be a regulation.
fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let size = fs::metadata(path).map_err(|error| unreadable(&error))?.len();
    if size > LARGEST_FILE as u64 {
        return Err(Error::TooLarge { part: "文件".to_owned(), limit: format!("{} MiB", LARGEST_FILE >> 20) });
    }
    fs::read(path).map_err(|error| unreadable(&error))
}

/// Gathers the regulations below `folder`; folders that can't be read become outcomes.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>, outcomes: &mut Vec<Outcome>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            outcomes.push(Outcome { path: folder.to_owned(), result: Err(unreadable(&error)) });
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        // Links to folders are not followed: they may lead in a circle.
        if kind.is_dir() && depth < DEEPEST && !file_name(&path).starts_with('.') {
            collect(&path, depth + 1, files, outcomes);
        } else if !kind.is_dir() && path.is_file() && is_regulation(&path) {
            files.push(path);
        }
    }
}

/// Whether the name is that of a text that someone wants imported.
fn is_regulation(path: &Path) -> bool {
    let name = file_name(path).to_lowercase();
    // ~$ are lock files of Word.
    if name.starts_with(['.', '~']) || ["readme", "license", "changelog"].iter().any(|it| name.starts_with(it)) {
        return false;
    }
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    Format::of_name(&name).is_some() || REFUSED.contains(&extension.as_str())
}

/// The sidecars of the folders met so far.
#[derive(Default)]
struct Sidecars(HashMap<PathBuf, HashMap<String, MetaArgs>>);

impl Sidecars {
    /// Metadata for `file`. A broken sidecar becomes an outcome of its own, once.
    fn of(&mut self, file: &Path, outcomes: &mut Vec<Outcome>) -> MetaArgs {
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let entries = self.0.entry(folder).or_insert_with_key(|folder| {
            let path = folder.join(instruments::FILE_NAME);
            if !path.is_file() {
                return HashMap::new();
            }
            read_file(&path).and_then(|bytes| instruments::read(&bytes)).unwrap_or_else(|error| {
                outcomes.push(Outcome { path, result: Err(error) });
                HashMap::new()
            })
        });
        let key = file.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        entries.get(&key).cloned().unwrap_or_default()
    }
}

/// Notes where a file says something else than an earlier one of the same title and label.
fn note_differences(outcomes: &mut [Outcome]) {
    let mut first: HashMap<(String, String), usize> = HashMap::new();
    for index in 0..outcomes.len() {
        let Ok(draft) = &outcomes[index].result else { continue };
        let key = (draft.meta.title.clone(), draft.meta.label.clone());
        let Some(earlier) = first.get(&key).copied() else {
            first.insert(key, index);
            continue;
        };
        let Ok(other) = &outcomes[earlier].result else { continue };
        let notes = notes(&file_name(&outcomes[earlier].path), &compare::compare(other, draft));
        if let Ok(draft) = &mut outcomes[index].result {
            draft.report.notes.extend(notes);
        }
    }
}

/// The first few differences, then their number.
fn notes(name: &str, differences: &[compare::Difference]) -> Vec<String> {
    if differences.is_empty() {
        return vec![format!("与“{name}”是同一版本，条文一致")];
    }
    let mut notes: Vec<String> =
        differences.iter().take(MOST_DIFFERENCES).map(|it| format!("与“{name}”不同：{it}")).collect();
    if differences.len() > MOST_DIFFERENCES {
        notes.push(format!("与“{name}”共有 {} 处不同", differences.len()));
    }
    notes
}
