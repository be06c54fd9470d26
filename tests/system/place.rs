//! A place of its own for a test: a database, an index folder, a configuration file, and the program.

#![expect(clippy::disallowed_methods, reason = "the tests read where the servers are and how long to run")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use store::testing::{self, TestStore};
use tempfile::TempDir;

/// A fresh database with an empty index folder beside it. Dropping it removes the files.
pub struct Place {
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// The connection string.
    pub url: String,
    /// Where the indexes lie.
    pub index: PathBuf,
    folder: TempDir,
    /// Keeps what belongs to a `PostgreSQL` database; `SQLite` runs without a second hand on the file.
    _store: Option<TestStore>,
}

impl Place {
    /// One place for each kind of database that is there.
    pub async fn all() -> Vec<Self> {
        let postgres = testing::stores().await.into_iter().find(|it| it.name == "postgres");
        let mut places = vec![Self::sqlite()];
        places.extend(postgres.map(|it| Self::new("postgres", it.url.clone(), Some(it))));
        places
    }

    /// A place with `SQLite`.
    pub fn sqlite() -> Self {
        Self::new("sqlite", String::new(), None)
    }

    fn new(name: &'static str, url: String, store: Option<TestStore>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = if url.is_empty() { format!("sqlite:{}", folder.path().join("db.sqlite").display()) } else { url };
        let place = Self { name, url, index: folder.path().join("index"), folder, _store: store };
        place.configure(&place.index);
        place
    }

    /// Writes the configuration, with the indexes in `index`.
    pub fn configure(&self, index: &Path) {
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nshutdown_grace_s = 1\nmax_concurrent_retrievals = 64\nqueue_wait_ms = 20000\n\n\
             [database]\nurl = \"{}\"\n\n[index]\ndir = \"{}\"\n\n[log]\nlevel = \"warn\"\n\n[limits]\naddress_minute = 0\nchannel_minute = 0\nchannel_day = 0\n",
            self.url,
            index.display()
        );
        std::fs::write(self.folder.path().join("dangwutong.toml"), text).expect("the configuration");
    }

    /// A folder for files of the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the test and gives its path.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// The program, ready to start here: nothing of the tester's own configuration reaches it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dangwutong"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DANGWUTONG_") {
                command.env_remove(name);
            }
        }
        let config = self.folder.path().join("dangwutong.toml");
        command.arg("--config").arg(config).args(arguments).current_dir(self.folder.path());
        command.stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().expect("the program starts");
        Ended::of(&output)
    }

    /// Runs the program to its end, off the runtime's threads.
    pub async fn run_beside(&self, arguments: &[&str]) -> Ended {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("not cancelled");
        Ended::of(&output.expect("the program starts"))
    }
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when it was killed.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Ended {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The same, after checking that it went well.
    pub fn fine(self, what: &str) -> Self {
        assert_eq!(self.code, Some(0), "{what}: {}{}", self.stdout, self.stderr);
        self
    }
}

/// The demonstration knowledge of this repository.
pub fn demo() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").display().to_string()
}

/// The folder of the regulations' real texts, which lies beside the repository or further up, if it is
/// there. A test that needs it says that it was left out.
pub fn texts() -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = root.ancestors().map(|it| it.join("shared/data/party_regs_texts")).find(|it| it.is_dir());
    if found.is_none() {
        eprintln!("left out: shared/data/party_regs_texts is not there");
    }
    found.map(|it| it.display().to_string())
}

/// A whole number from the environment.
pub fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise)
}

/// The text of a small regulation. `articles` are the articles' words, in order.
pub fn regulation(title: &str, doc_kind: &str, articles: &[String]) -> String {
    let head = format!(
        "---\ntitle: {title}\nlabel: 2026\ndoc_kind: {doc_kind}\nauthority: normative\nissuer: 示例市委党务工作办公室\n\
         published_on: 2026-02-01\neffective_on: 2026-03-01\nsample: true\ntopics: org_life\n---\n\n# {title}\n\n"
    );
    articles.iter().fold(head, |text, article| text + article + "\n\n")
}
