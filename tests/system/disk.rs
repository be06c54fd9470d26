//! A disk that takes no more: the work fails with a reason, what was there stays, and it works again
//! when there is room.
//!
//! The disk is a limit on the size of every file that the process writes (`ulimit -f`). With the
//! signal ignored, a write beyond it fails as on a full disk.

#![cfg(unix)]

use std::{fmt::Write as _, process::Command};

use serde_json::{Value, json};

use crate::{
    place::{Ended, Place, demo},
    server::text,
};

/// Runs the program in a shell that lets no file grow beyond so many blocks of 512 bytes.
fn cramped(place: &Place, blocks: u32, arguments: &[&str]) -> Ended {
    let whole = place.command(arguments);
    let script = format!("trap '' XFSZ; ulimit -f {blocks} || exit 99; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(whole.get_program()).args(whole.get_args()).current_dir(place.folder());
    for (name, value) in whole.get_envs() {
        if value.is_none() {
            command.env_remove(name);
        }
    }
    let output = command.output().expect("a shell");
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Failed with words of our own, and not by a panic or a signal.
fn failed_clearly(ended: &Ended, what: &str) {
    assert_eq!(ended.code, Some(1), "{what}: {ended:?}");
    assert!(ended.stderr.contains("失败："), "{what}: {}", ended.stderr);
    assert!(!ended.stderr.contains("panicked"), "{what}: {}", ended.stderr);
    eprintln!("{what}: {}", ended.stderr.trim().lines().last().unwrap_or_default());
}

fn corpus(place: &Place) -> String {
    let lines = (0..3_000).fold(String::new(), |mut lines, at| {
        let text = format!("第{at}期简报：示例街道党群站本周开放，石榴树下的第{at}次读书会照常举行，由值班党员主持。");
        let line = json!({ "id": format!("d{at}"), "title": format!("简报{at}"), "text": text });
        writeln!(lines, "{line}").expect("a string takes everything");
        lines
    });
    place.file("corpus.jsonl", &lines).display().to_string()
}

/// What an answer says first: its state, and what it quotes first. More may be listed after it, for
/// what was saved before the disk was full comes into the indexes at the next start.
fn answered(stdout: &str) -> (String, String) {
    let answer: Value = serde_json::from_str(stdout).unwrap_or_else(|it| panic!("{it}: {stdout}"));
    (text(&answer["state"]).to_owned(), answer["citations"][0].to_string())
}

#[tokio::test]
async fn a_full_disk_stops_the_work_and_harms_nothing() {
    for place in Place::all().await {
        place.run(&["ingest", "regulations", &format!("{}/regulations", demo())]).fine(place.name);
        let question = ["ask", "流动党员到示例市以后多久内要报到？", "--as-of", "2026-11-01", "--json"];
        let before = answered(&place.run(&question).fine(place.name).stdout);

        // What is imported does not fit: the documents with SQLite, their indexes with PostgreSQL.
        let file = corpus(&place);
        let imported = cramped(&place, 300, &["ingest", "corpus", &file]);
        failed_clearly(&imported, &format!("{} ingest", place.name));
        assert_eq!(answered(&place.run(&question).fine(place.name).stdout), before, "{}", place.name);

        // There is room again.
        place.run(&["ingest", "corpus", &file]).fine(place.name);
        // A new index does not fit; the old one answers on.
        let search = ["search", "石榴树下的第2999次读书会", "--json"];
        let rebuilt = cramped(&place, 300, &["reindex"]);
        failed_clearly(&rebuilt, &format!("{} reindex", place.name));
        let found = place.run(&search).fine(place.name);
        assert!(found.stdout.contains("石榴树下的第2999次读书会"), "{}: {}", place.name, found.stdout);
        place.run(&["reindex"]).fine(place.name);
        let again = place.run(&["ingest", "corpus", &file]).fine(place.name);
        assert!(again.stdout.contains("写入 0 篇，无变化 3000 篇"), "{}: {}", place.name, again.stdout);
        let found = place.run(&search).fine(place.name);
        assert!(found.stdout.contains("石榴树下的第2999次读书会"), "{}: {}", place.name, found.stdout);
    }
}
