//! The program as a process.

use std::process::{Command, Output};

/// Runs the program in an empty folder, without our variables.
fn run(args: &[&str], variables: &[(&str, &str)]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_dangwutong"));
    command.args(args).current_dir(folder.path()).envs(variables.iter().copied());
    (command.output().expect("the program runs"), folder)
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn openapi_needs_neither_configuration_nor_database() {
    let (output, folder) = run(&["openapi"], &[("DANGWUTONG_SERVER__LISTN", "x")]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0, "nothing was written");
}

#[test]
fn a_wrong_configuration_stops_the_start_and_is_named() {
    for (args, variables, words) in [
        (vec!["serve"], vec![("DANGWUTONG_SERVER__LISTN", "x")], ["CFG-002", "DANGWUTONG_SERVER__LISTN"]),
        (vec!["check"], vec![("DANGWUTONG_SERVER__LISTEN", "here")], ["server.listen", "地址:端口"]),
        (vec!["serve", "--config", "nowhere.toml"], vec![], ["CFG-001", "nowhere.toml"]),
    ] {
        let (output, folder) = run(&args, &variables);
        let error = said(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(words.iter().all(|word| error.contains(word)), "{words:?}: {error}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0, "nothing was written");
    }
}

#[test]
fn check_shows_the_configuration_without_secrets() {
    let (output, _folder) = run(&["check"], &[("DANGWUTONG_QDRANT__API_KEY", "hunter2")]);
    let text = said(&output.stdout);
    assert!(
        text.contains("server.listen = \"127.0.0.1:8080\"") && text.contains("qdrant.api_key = \"******\""),
        "{text}"
    );
    assert!(!text.contains("hunter2"));
}

#[test]
fn help_is_chinese() {
    let (output, _folder) = run(&["--help"], &[]);
    let text = said(&output.stdout);
    for words in ["用法：", "命令:", "选项:", "启动服务", "重建索引", "显示帮助"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let (output, _folder) = run(&["eval", "retrieval", "--help"], &[]);
    assert!(said(&output.stdout).contains("--known-qrels"), "{}", said(&output.stdout));
}
