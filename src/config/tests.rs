use super::*;

const EXAMPLE: &str = include_str!("../../dangwutong.example.toml");

/// No variable of ours: tests must not depend on the environment.
fn no_env() -> Env {
    Env::prefixed("DANGWUTONG_TEST_NOTHING_")
}

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::from_sources(Path::new("t.toml"), text, &no_env())
}

fn message(text: &str) -> String {
    read(text).expect_err("must be refused").to_string()
}

/// Dotted paths of all keys of a table.
fn keys(value: &serde_json::Value, above: &str, into: &mut Vec<String>) {
    for (name, below) in value.as_object().expect("a table") {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        if below.is_object() { keys(below, &path, into) } else { into.push(path) }
    }
}

#[test]
fn the_example_covers_every_key_and_holds_the_defaults() {
    assert_eq!(read(EXAMPLE).expect("the example parses"), Config::default());
    let stated: serde_json::Value = Figment::from(Toml::string(EXAMPLE)).extract().expect("a table");
    let known = serde_json::to_value(Config::default()).expect("serialises");
    let (mut in_example, mut in_code) = (Vec::new(), Vec::new());
    keys(&stated, "", &mut in_example);
    keys(&known, "", &mut in_code);
    in_example.sort();
    in_code.sort();
    assert_eq!(in_example, in_code);
    assert!(in_code.len() > 30, "{}", in_code.len());
}

#[test]
fn every_key_of_the_example_has_a_comment_above_it() {
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#')) {
        assert!(lines[index - 1].starts_with('#'), "第 {} 行没有说明：{line}", index + 1);
    }
}

#[test]
fn wrong_keys_and_values_are_named_with_their_place() {
    let cases = [
        ("[server]\nlistn = 1", "server.listn", "第 2 行"),
        ("[sever]\n", "sever", "第 1 行"),
        ("[server]\n\nlisten = \"here\"", "server.listen", "第 3 行"),
        ("[server]\nmax_body_bytes = \"big\"", "server.max_body_bytes", "不小于 0 的整数"),
        ("[server]\nmax_body_bytes = 0", "server.max_body_bytes", "大于 0"),
        ("[embedding]\nkind = \"magic\"", "embedding.kind", "builtin、local、openai"),
        ("[embedding]\nkind = \"local\"", "embedding.path", "必须填写"),
        ("[rerank]\nkind = \"local\"", "rerank.path", "必须填写"),
        ("[database]\nurl = \"mysql://h\"", "database.url", "sqlite:"),
        ("[retrieval]\ngate = 1.5", "retrieval.gate", "第 2 行"),
        ("[retrieval.weights]\nword = -1", "retrieval.weights.word", "不小于 0"),
        ("[retrieval.weights]\nwrod = 1", "retrieval.weights.wrod", "没有这个配置项"),
        ("[chunk]\npart = 2000", "chunk.part", "不应大于"),
        ("server = 3", "server", "第 1 行"),
    ];
    for (text, key, word) in cases {
        let said = message(text);
        assert!(said.contains(key) && said.contains(word), "{text:?} → {said}");
    }
}

#[test]
fn what_is_not_toml_is_refused_with_the_line() {
    let said = message("[server\nlisten = ");
    assert!(said.starts_with("CFG-003") && said.contains("line 1"), "{said}");
}

#[test]
#[expect(clippy::result_large_err, reason = "the type of figment's test jail")]
fn the_environment_beats_the_file_and_is_named_when_wrong() {
    figment::Jail::expect_with(|jail| {
        jail.create_file("c.toml", "[server]\nmax_body_bytes = 5\nqueue_wait_ms = 7")?;
        jail.set_env("DANGWUTONG_SERVER__MAX_BODY_BYTES", 9);
        jail.set_env("DANGWUTONG_EMBEDDING__API_KEY", 123_456);
        let config = Config::load(Some(Path::new("c.toml"))).expect("good");
        assert_eq!((config.server.max_body_bytes, config.server.queue_wait_ms), (9, 7));
        assert_eq!(config.embedding.api_key.expose(), "123456");
        jail.set_env("DANGWUTONG_SERVER__LISTN", "x");
        let said = Config::load(None).expect_err("wrong").to_string();
        assert!(said.contains("DANGWUTONG_SERVER__LISTN"), "{said}");
        Ok(())
    });
}

#[test]
fn a_named_file_must_be_there() {
    let said = Config::load(Some(Path::new("/nonexistent/x.toml"))).expect_err("missing").to_string();
    assert!(said.starts_with("CFG-001"), "{said}");
}

#[test]
fn secrets_are_never_shown() {
    let config = read(
        "[database]\nurl = \"postgres://u:p@ss/w@db:5432/d\"\n[embedding]\napi_key = \"sk-verysecret\"\n\
         [qdrant]\nurl = \"https://q:hunter2@q.example\"\napi_key = \"alsosecret\"",
    )
    .expect("good");
    for shown in [format!("{config:?}"), serde_json::to_string(&config).expect("serialises")] {
        for secret in ["p@ss", "sk-verysecret", "hunter2", "alsosecret"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("db:5432/d"), "{shown}");
    }
    assert_eq!(config.database.url.expose(), "postgres://u:p@ss/w@db:5432/d");
}
