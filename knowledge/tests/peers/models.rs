//! The local models, with the tiny ones that `tests/models/make_tiny_bert.py` makes, against what
//! ONNX Runtime gave in Python.

use std::{fs, path::PathBuf};

use knowledge::index::{
    embed::{
        self, Embedder, Role,
        fastembed::{LocalModel, LocalModelConfig, Pooling},
    },
    onnx::LocalFolder,
    rerank::{self, LocalReranker, Reranker},
};
use serde_json::Value;

use crate::variable;

/// Folder of the models and ONNX Runtime's library, where `make test` has put them.
fn local(model: &str) -> Option<LocalFolder> {
    let models = variable("DANGWUTONG_TEST_MODELS")?;
    let library = variable("DANGWUTONG_TEST_ORT")?;
    Some(LocalFolder::new(PathBuf::from(models).join(model), library))
}

fn expected(local: &LocalFolder) -> Value {
    let text = fs::read_to_string(local.folder.join("expected.json")).expect("made with the model");
    serde_json::from_str(&text).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().expect("a list").iter().map(|it| it.as_f64().expect("a number") as f32).collect()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn vectors_equal_those_of_python() {
    let Some(local) = local("embedder") else { return };
    let expected = expected(&local);
    for (pooling, name) in [(Pooling::Cls, "cls"), (Pooling::Mean, "mean")] {
        let config = LocalModelConfig { pooling, ..LocalModelConfig::new(local.clone()) };
        let model = LocalModel::load(config).expect("a model");
        assert_eq!(model.dims(), 32);
        let wanted = expected["vectors"].as_array().expect("a list");
        // All at once: padding must not change the shorter ones.
        let asked: Vec<String> = wanted.iter().map(|it| it["text"].as_str().expect("a text").to_owned()).collect();
        let found = model.embed(&asked, Role::Passage).await.expect("vectors");
        for (found, wanted) in found.iter().zip(wanted) {
            let wanted_vector = numbers(&wanted[name]);
            let furthest = found.iter().zip(&wanted_vector).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(furthest < 1e-4, "{name} {}: off by {furthest}", wanted["text"]);
            let length: f32 = found.iter().map(|it| it * it).sum();
            assert!((length - 1.0).abs() < 1e-5);
        }
    }
}

#[tokio::test]
async fn an_id_names_folder_weights_and_pooling() {
    let Some(local) = local("embedder") else { return };
    let model = LocalModel::load(LocalModelConfig::new(local.clone())).expect("a model");
    let (name, hash) = model.id().rsplit_once(':').expect("three parts");
    assert_eq!(name, "local:embedder");
    assert!(hash.len() == 8 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{hash}");
    let mean = LocalModelConfig { pooling: Pooling::Mean, ..LocalModelConfig::new(local) };
    let mean = LocalModel::load(mean).expect("a model");
    assert_eq!(mean.id(), format!("{}:mean", model.id()));
}

#[tokio::test]
async fn a_prefix_goes_before_questions_only() {
    let Some(local) = local("embedder") else { return };
    let plain = LocalModel::load(LocalModelConfig::new(local.clone())).expect("a model");
    let prefixed = LocalModelConfig { query_prefix: "问".to_owned(), ..LocalModelConfig::new(local) };
    let prefixed = LocalModel::load(prefixed).expect("a model");
    let by_hand = plain.embed(&texts(&["问党员"]), Role::Passage).await.expect("vectors");
    assert_eq!(prefixed.embed(&texts(&["党员"]), Role::Query).await.expect("vectors"), by_hand);
    let without = plain.embed(&texts(&["党员"]), Role::Query).await.expect("vectors");
    assert_eq!(prefixed.embed(&texts(&["党员"]), Role::Passage).await.expect("vectors"), without);
    assert_ne!(by_hand, without);
}

#[tokio::test]
async fn odd_texts_get_vectors_too() {
    let Some(local) = local("embedder") else { return };
    let model = LocalModel::load(LocalModelConfig::new(local)).expect("a model");
    assert_eq!(model.embed(&[], Role::Query).await.expect("no vectors"), Vec::<Vec<f32>>::new());
    let long = "党".repeat(10_000);
    let odd = texts(&["", " ", "\u{0}\u{7}", "😀", &long]);
    let found = model.embed(&odd, Role::Passage).await.expect("vectors");
    assert!(found.iter().all(|vector| vector.len() == 32 && vector.iter().all(|it| it.is_finite())));
}

#[tokio::test]
async fn many_callers_share_few_sessions() {
    let Some(local) = local("embedder") else { return };
    let model = LocalModel::load(LocalModelConfig::new(LocalFolder { sessions: 2, batch: 3, ..local }));
    let model = std::sync::Arc::new(model.expect("a model"));
    let asked: Vec<String> = (0..7).map(|i| "一二三四五六七"[..3 * (i + 1)].to_owned()).collect();
    let alone = model.embed(&asked, Role::Passage).await.expect("vectors");
    let callers = (0..16).map(|_| {
        let (model, asked) = (std::sync::Arc::clone(&model), asked.clone());
        tokio::spawn(async move { model.embed(&asked, Role::Passage).await.expect("vectors") })
    });
    for found in futures::future::join_all(callers).await {
        assert_eq!(found.expect("no panic"), alone);
    }
}

#[tokio::test]
async fn scores_equal_those_of_python_and_keep_their_order() {
    let Some(local) = local("reranker") else { return };
    let expected = expected(&local);
    let model = LocalReranker::load(&local).expect("a model");
    assert!(model.id().starts_with("local:reranker:"));
    let question = expected["question"].as_str().expect("a text");
    let passages: Vec<String> = expected["passages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it.as_str().expect("a text").to_owned())
        .collect();
    let found = model.rerank(question, &passages).await.expect("scores");
    let wanted = numbers(&expected["scores"]);
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(&wanted) {
        assert!((found - wanted).abs() < 1e-4, "{found} should be {wanted}");
    }
    assert!(!wanted.is_sorted_by(|a, b| a >= b), "the sample would not notice scores sorted by value");
    assert_eq!(model.rerank(question, &[]).await.expect("no scores"), Vec::<f32>::new());
}

#[test]
fn a_reranker_with_another_output_is_refused_when_loaded() {
    for model in ["flat-reranker", "embedder"] {
        let Some(local) = local(model) else { return };
        let error = LocalReranker::load(&local).expect_err("not a reranker");
        assert!(matches!(error, rerank::Error::Load(_)), "{model}: {error}");
    }
}

#[test]
fn a_folder_that_lacks_a_file_or_holds_nonsense_is_refused_by_name() {
    let Some(local) = local("embedder") else { return };
    let files = ["model.onnx", "tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"];
    for broken in files {
        for nonsense in [false, true] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            for file in files.iter().filter(|file| **file != broken) {
                fs::copy(local.folder.join(file), folder.path().join(file)).expect("a copy");
            }
            if nonsense {
                fs::write(folder.path().join(broken), "nonsense").expect("a file");
            }
            let config = LocalModelConfig::new(LocalFolder { folder: folder.path().to_owned(), ..local.clone() });
            let error = LocalModel::load(config).expect_err("refused");
            let embed::Error::Load(why) = error else { panic!("{broken}: {error}") };
            assert!(nonsense || why.contains(broken), "{broken}: {why}");
        }
    }
}
