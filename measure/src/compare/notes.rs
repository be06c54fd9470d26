//! What else differs between two runs, in Chinese: a figure is explained by what was changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::RunHead;

/// One note for each thing that differs; `changed` cases ask or expect something else.
pub(super) fn of(before: &RunHead, after: &RunHead, changed: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if before.corpus != after.corpus {
        let (old, new) = (short(&before.corpus), short(&after.corpus));
        notes.push(format!("语料不同（{old} → {new}）：分数的变化可能来自语料，两次运行不可直接比较"));
    }
    if before.index != after.index {
        notes.push(format!("索引不同（{} → {}）", short(&before.index), short(&after.index)));
    }
    if before.code != after.code {
        notes.push(format!("程序版本不同（{} → {}）", before.code, after.code));
    }
    let settings = differing(&before.settings, &after.settings, ToString::to_string);
    if !settings.is_empty() {
        notes.push(format!("设置不同：{}", settings.join("；")));
    }
    let prompts = differing(&before.prompts, &after.prompts, |it| short(it));
    if !prompts.is_empty() {
        notes.push(format!("提示词不同：{}", prompts.join("；")));
    }
    for suite in &after.suites {
        match before.suites.iter().find(|it| it.name == suite.name) {
            None => notes.push(format!("题库 {} 只在本次运行中", suite.name)),
            Some(old) if old.fingerprint != suite.fingerprint => notes.push(format!(
                "题库 {} 的内容变过（{} → {}）：只比较题目与依据都没有变的题",
                suite.name,
                short(&old.fingerprint),
                short(&suite.fingerprint)
            )),
            Some(_) => {}
        }
    }
    if changed > 0 {
        notes.push(format!("{changed} 题的题目或依据变过，没有比较"));
    }
    notes
}

/// `name 旧 → 新` for each name whose values differ.
fn differing<T: PartialEq>(
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    words: impl Fn(&T) -> String,
) -> Vec<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let say = |value: Option<&T>| value.map_or("（无）".to_owned(), &words);
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| format!("{name} {} → {}", say(before.get(name)), say(after.get(name))))
        .collect()
}

/// The beginning of a fingerprint.
fn short(fingerprint: &str) -> String {
    fingerprint.chars().take(8).collect()
}
