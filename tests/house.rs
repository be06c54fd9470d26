//! The house: what docs/ARCHITECTURE.md says about crates and folders, held by the build.
//!
//! Two sources are read: `cargo metadata` for who depends on whom, and the Rust files themselves for
//! what only one place may do. A test that fails here means that either the code or that page is wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Which of our crates each crate may use. A crate that isn't here has no place in the house yet.
const MAY_USE: [(&str, &[&str]); 18] = [
    ("text", &[]),
    ("domain", &[]),
    ("measure", &["text"]),
    ("store", &[]),
    ("seal", &["store"]),
    ("engine", &["domain", "seal", "store"]),
    ("accounts", &["domain", "seal", "store"]),
    ("modules", &["domain", "engine", "seal", "store"]),
    ("people", &["domain", "seal", "store"]),
    ("guard", &["store", "text"]),
    ("dialogue", &["text"]),
    ("llm", &[]),
    ("knowledge", &["dialogue", "guard", "llm", "store", "text"]),
    ("ingest", &["knowledge", "store"]),
    ("evals", &["knowledge", "measure", "store", "text"]),
    ("chat", &["guard", "knowledge", "store"]),
    ("scripted-model", &[]),
    ("dangwutong", &["chat", "dialogue", "evals", "guard", "ingest", "knowledge", "llm", "measure", "seal", "store"]),
];

/// Crates that only some of ours may use, and why.
const KEPT_TO: [(&str, &[&str], &str); 10] = [
    ("axum", &["dangwutong", "scripted-model"], "only the server knows HTTP"),
    ("tower-http", &["dangwutong"], "only the server knows HTTP"),
    ("utoipa-axum", &["dangwutong"], "only the server has routes"),
    ("anyhow", &["dangwutong"], "libraries have error enums with codes"),
    ("clap", &["dangwutong", "scripted-model"], "only the program has a command line"),
    ("figment", &["dangwutong"], "only src/config reads the configuration"),
    (
        "sqlx",
        &["store", "engine", "people", "accounts", "modules", "seal", "guard", "knowledge", "chat", "evals"],
        "ingest and evals go through knowledge",
    ),
    ("tantivy", &["knowledge"], "the indexes are knowledge's own"),
    ("qdrant-client", &["knowledge"], "the indexes are knowledge's own"),
    ("async-openai", &["llm", "knowledge"], "models are reached in one crate, embedders in one folder"),
];

/// Folders without Rust of ours: what is built, and the front ends.
const NOT_OURS: [&str; 4] = ["target", "node_modules", "widgets", "console"];

/// Longest file, in lines: past it there is a second idea in it.
const LONGEST: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Our crates with the names of what they need to run (not what their tests need).
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(|package| (text(&package["name"]), needs(package))).collect()
}

fn needs(package: &Value) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().expect("dependencies");
    // The kind of a normal dependency is null; tests and build scripts have names.
    all.iter().filter(|one| one["kind"].is_null()).map(|one| text(&one["name"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// A Rust file: its path below the root, with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Whether it goes into the product: in a `src` folder, and not only there for tests.
    fn is_product(&self) -> bool {
        let in_src = self.path.starts_with("src/") || self.path.contains("/src/");
        let for_tests = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        // The harness that gives tests of other crates their databases is compiled for tests alone, and so is
        // the peer that stands in for a model service.
        let harness = self.path == "store/src/testing.rs" || self.path.starts_with("tests/scripted-model/");
        in_src && !for_tests && !harness
    }

    /// Lines of code with their numbers from 1: without comments, and without the unit tests that
    /// stand at the end of a file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate();
        lines.map(|(index, line)| (index + 1, line)).filter(|(_, line)| !is_comment(line))
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Every Rust file of ours, sorted by path.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(root(), &mut found);
    found.sort();
    let sources: Vec<Source> = found
        .into_iter()
        .map(|path| Source {
            text: fs::read_to_string(&path).expect("readable"),
            path: path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/"),
        })
        .collect();
    // A walk that finds nothing would make every test below pass.
    for must in ["src/main.rs", "store/src/db.rs", "knowledge/src/lib.rs", "tests/house.rs"] {
        assert!(sources.iter().any(|source| source.path == must), "{must} was not found");
    }
    sources
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if path.is_dir() {
            if !name.starts_with('.') && !NOT_OURS.contains(&name.as_str()) {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// Fails when the product's code says one of `words` anywhere but where `home` allows it.
fn only_in(words: &[&str], home: impl Fn(&str) -> bool, reason: &str) {
    let mut strangers = Vec::new();
    for source in sources().iter().filter(|source| source.is_product() && !home(&source.path)) {
        for (number, line) in source.code() {
            if words.iter().any(|word| line.contains(word)) {
                strangers.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(strangers.is_empty(), "{reason}:\n{}", strangers.join("\n"));
}

#[test]
fn crates_depend_downwards_only() {
    let allowed = BTreeMap::from(MAY_USE);
    let crates = crates();
    for (name, needs) in &crates {
        let may: BTreeSet<&str> = allowed
            .get(name.as_str())
            .unwrap_or_else(|| panic!("{name} has no place in the house"))
            .iter()
            .copied()
            .collect();
        let ours: BTreeSet<&str> = needs.iter().map(String::as_str).filter(|it| crates.contains_key(*it)).collect();
        assert!(ours.is_subset(&may), "{name} uses {:?}", ours.difference(&may).collect::<Vec<_>>());
    }
    assert_eq!(crates.len(), allowed.len(), "a crate of the list is gone");
}

#[test]
fn crates_with_one_home_stay_there() {
    let crates = crates();
    for (foreign, homes, reason) in KEPT_TO {
        for (name, needs) in &crates {
            assert!(!needs.contains(foreign) || homes.contains(&name.as_str()), "{name} uses {foreign}: {reason}");
        }
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace_and_they_forbid_unsafe() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).expect("readable");
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    let folder = |name: &str| match name {
        "dangwutong" => ".".to_owned(),
        "domain" | "engine" | "people" | "accounts" | "modules" => format!("admin/{name}"),
        "scripted-model" => format!("tests/{name}"),
        _ => name.to_owned(),
    };
    for folder in crates().keys().map(|name| folder(name)) {
        let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml")).expect("readable");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{folder} has lints of its own");
    }
    // The lint can't see a file that no target compiles.
    let word = concat!("un", "safe ");
    for source in sources() {
        for (number, line) in source.code() {
            let found = line.find(word).is_some_and(|at| {
                let rest = &line[at + word.len()..];
                ["{", "fn ", "impl ", "trait ", "extern "].iter().any(|next| rest.starts_with(next))
            });
            assert!(!found, "{}:{number}: {line}", source.path);
        }
    }
}

#[test]
fn only_store_knows_that_there_are_two_databases() {
    let home = |path: &str| path.starts_with("store/");
    only_in(&["sqlx::query", "PgPool", "SqlitePool", "Dialect::"], home, "SQL goes through store::Db");
}

#[test]
fn only_the_http_surface_knows_status_codes() {
    only_in(&["StatusCode"], |path| path.starts_with("src/http"), "a status is the surface's business");
}

#[test]
fn only_the_configuration_reads_the_environment() {
    let home = |path: &str| path == "src/config.rs" || path.starts_with("src/config/");
    only_in(&["env::var", "var_os(", "option_env!"], home, "settings are parameters");
}

#[test]
fn one_file_speaks_to_chat_services_and_one_to_embedders() {
    let home = |path: &str| matches!(path, "llm/src/provider.rs" | "knowledge/src/index/embed/openai.rs");
    only_in(&["async_openai"], home, "models stay behind a trait");
}

#[test]
fn libraries_neither_print_nor_leave_work_undone() {
    let program = |path: &str| path.starts_with("src/");
    only_in(&["println!(", "eprintln!(", "dbg!("], program, "a library doesn't know its terminal");
    let nowhere = |_: &str| false;
    only_in(&[concat!("to", "do!("), concat!("unimpl", "emented!(")], nowhere, "unfinished code");
}

#[test]
fn no_test_is_switched_off() {
    let switch = concat!("#[ig", "nore");
    for source in sources() {
        assert!(!source.code().any(|(_, line)| line.trim_start().starts_with(switch)), "{}", source.path);
    }
}

#[test]
fn files_are_short_and_have_names_that_say_something() {
    let empty = ["utils", "util", "helpers", "helper", "common", "misc", "manager"];
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", source.path);
        let mut parts = source.path.trim_end_matches(".rs").split('/');
        assert!(!parts.any(|part| empty.contains(&part)), "{} says nothing", source.path);
    }
}

#[test]
fn a_tenth_of_the_lines_are_comments() {
    let sources = sources();
    let lines = || sources.iter().flat_map(|source| source.text.lines());
    let all = lines().count();
    let comments = lines().filter(|line| is_comment(line)).count();
    assert!(comments * 10 >= all, "{comments} of {all} lines");
}
