//! What answers are made of beside texts and settings: two runs are of one configuration only if these agree.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::Path,
};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

/// Version of the program and the beginning of its SHA-256: its rules, glossary and prompts are in it.
///
/// # Errors
/// The program's file can't be read.
pub fn code() -> anyhow::Result<String> {
    let path = std::env::current_exe().context("找不到程序文件")?;
    let hash = of_file(&path).with_context(|| format!("无法读取 {}", path.display()))?;
    Ok(format!("{}+{}", env!("CARGO_PKG_VERSION"), &hash[..12]))
}

/// SHA-256 of each file in a curator's folder of dialogue rules, by `rules/NAME`; none where there is no
/// folder.
///
/// # Errors
/// The folder or a file in it can't be read.
pub fn rule_files(folder: &str) -> anyhow::Result<BTreeMap<String, String>> {
    if folder.is_empty() {
        return Ok(BTreeMap::new());
    }
    let unreadable = || format!("无法读取对话规则目录 {folder}（配置项 chat.rules_dir）");
    let mut hashes = BTreeMap::new();
    for entry in Path::new(folder).read_dir().with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        if entry.file_type().with_context(unreadable)?.is_file() {
            let name = format!("rules/{}", entry.file_name().to_string_lossy());
            hashes.insert(name, of_file(&entry.path()).with_context(unreadable)?);
        }
    }
    Ok(hashes)
}

fn of_file(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (fs::File::open(path)?, Sha256::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex::encode(hash.finalize())),
            length => hash.update(&piece[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_and_the_rules_are_told_by_their_content() {
        let code = code().expect("read");
        assert!(code.starts_with(env!("CARGO_PKG_VERSION")) && code.len() > 12, "{code}");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_str().expect("a path");
        fs::write(folder.path().join("scope.toml"), "a").expect("written");
        let before = rule_files(path).expect("read");
        assert_eq!(before.keys().collect::<Vec<_>>(), ["rules/scope.toml"]);
        fs::write(folder.path().join("scope.toml"), "b").expect("written");
        assert_ne!(rule_files(path).expect("read"), before);
        assert!(rule_files("").expect("nothing to read").is_empty());
        assert!(rule_files("/nonexistent").is_err());
    }
}
