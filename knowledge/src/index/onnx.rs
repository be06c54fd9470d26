//! What the local models share: ONNX Runtime, the files of a model's folder, a pool of sessions.
//!
//! Failures are given as Chinese sentences; the embedder and the reranker wrap them in their errors.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use fastembed::TokenizerFiles;
use ort::environment::Environment;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where a model and its runtime are, and what they may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFolder {
    /// Folder with `model.onnx`, `tokenizer.json`, `config.json`, `special_tokens_map.json` and
    /// `tokenizer_config.json`, as exported for fastembed.
    pub folder: PathBuf,
    /// ONNX Runtime's shared library, 1.24 or newer. The first one loaded serves the whole process.
    pub onnxruntime: PathBuf,
    /// Sessions that work at the same time, at least 1. Each holds the weights once.
    pub sessions: usize,
    /// Texts are cut after this many tokens.
    pub max_tokens: usize,
    /// Texts given to the model at once, at least 1.
    pub batch: usize,
}

impl LocalFolder {
    /// Two sessions, 512 tokens, batches of 32.
    pub fn new(folder: impl Into<PathBuf>, onnxruntime: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), onnxruntime: onnxruntime.into(), sessions: 2, max_tokens: 512, batch: 32 }
    }

    /// Cores for each session.
    pub(super) fn threads(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        (cores / self.sessions.max(1)).max(1)
    }
}

/// Loads ONNX Runtime, once for the process. fastembed would panic over a missing library, so this
/// comes before anything else of it.
pub(super) fn runtime(library: &Path) -> Result<Environment, String> {
    static LOADED: Mutex<Option<Environment>> = Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = &*loaded {
        return Ok(environment.clone());
    }
    let shown = library.display();
    let path = fs::canonicalize(library).map_err(|error| format!("找不到 ONNX Runtime 库 {shown}：{error}"))?;
    let builder = ort::init_from(&path).map_err(|error| format!("无法装载 ONNX Runtime 库 {shown}：{error}"))?;
    let environment =
        builder.with_telemetry(false).build().map_err(|error| format!("ONNX Runtime 无法启动：{error}"))?;
    Ok(loaded.insert(environment).clone())
}

/// The files of a model's folder.
pub(super) struct ModelFiles {
    /// `local:<folder name>:<first 8 hex digits of the SHA-256 of the weights>`.
    pub(super) id: String,
    /// `model.onnx`.
    pub(super) onnx: Vec<u8>,
    /// Weights kept beside it (`*.onnx_data`, `*.onnx.data`), by file name.
    pub(super) weights: Vec<(String, Vec<u8>)>,
    /// The tokenizer.
    pub(super) tokenizer: TokenizerFiles,
}

impl ModelFiles {
    /// Reads them all.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        let onnx = read(&folder.join("model.onnx"))?;
        let weights = external_weights(folder)?;
        let mut hash = Sha256::new();
        hash.update(&onnx);
        for (_, bytes) in &weights {
            hash.update(bytes);
        }
        let digest = hex::encode(&hash.finalize()[..4]);
        let whole = fs::canonicalize(folder).map_err(|error| format!("无法读取 {}：{error}", folder.display()))?;
        let name = whole.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy());
        Ok(Self { id: format!("local:{name}:{digest}"), onnx, weights, tokenizer: tokenizer(folder)? })
    }
}

fn tokenizer(folder: &Path) -> Result<TokenizerFiles, String> {
    Ok(TokenizerFiles {
        tokenizer_file: read(&folder.join("tokenizer.json"))?,
        config_file: read(&folder.join("config.json"))?,
        special_tokens_map_file: read(&folder.join("special_tokens_map.json"))?,
        tokenizer_config_file: read(&folder.join("tokenizer_config.json"))?,
    })
}

/// Models over 2 GB keep their weights in files beside the graph.
fn external_weights(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let listed = fs::read_dir(folder).map_err(|error| format!("无法读取 {}：{error}", folder.display()))?;
    let mut names: Vec<String> = listed
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".onnx_data") || name.ends_with(".onnx.data"))
        .collect();
    names.sort_unstable();
    names.into_iter().map(|name| Ok((name.clone(), read(&folder.join(name))?))).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("无法读取 {}：{error}", path.display()))
}

/// Sessions that are lent to one blocking task each.
pub(super) struct Pool<T> {
    shared: Arc<Shared<T>>,
    permits: Arc<Semaphore>,
}

struct Shared<T> {
    free: Mutex<Vec<T>>,
}

/// A session out on loan. It comes back when dropped: also after a panic, and when nobody waits
/// for the answer any more.
struct Lent<T> {
    session: Option<T>,
    shared: Arc<Shared<T>>,
    _permit: OwnedSemaphorePermit,
}

impl<T> Drop for Lent<T> {
    fn drop(&mut self) {
        let mut free = self.shared.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.extend(self.session.take());
    }
}

impl<T: Send + 'static> Pool<T> {
    /// Holds these sessions.
    pub(super) fn new(sessions: Vec<T>) -> Self {
        let permits = Arc::new(Semaphore::new(sessions.len()));
        Self { shared: Arc::new(Shared { free: Mutex::new(sessions) }), permits }
    }

    /// Runs `work` on a free session, off the async threads; waits for one if all are busy. A panic
    /// in the model's code is an error, not the end of the server.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut T) -> Result<R, String> + Send + 'static,
    ) -> Result<R, String> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|error| error.to_string())?;
        let shared = Arc::clone(&self.shared);
        let task = tokio::task::spawn_blocking(move || {
            let session = shared.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut lent = Lent { session, shared, _permit: permit };
            let session = lent.session.as_mut().ok_or("没有空闲的模型实例")?;
            work(session)
        });
        task.await.unwrap_or_else(|error| Err(format!("模型运行中断：{error}")))
    }
}

/// Runs what may panic inside a model's library while it is being loaded.
pub(super) fn guarded<R>(work: impl FnOnce() -> Result<R, String>) -> Result<R, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("模型的输出形状不符合要求".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sessions_come_back_after_success_failure_and_panic() {
        let pool = Pool::new(vec![0_u32]);
        assert_eq!(pool.run(|it| Ok(std::mem::replace(it, 1))).await, Ok(0));
        assert_eq!(pool.run(|_| Err::<(), _>("no".to_owned())).await, Err("no".to_owned()));
        let panicked: Result<(), String> = pool.run(|_| panic!("as a model might")).await;
        assert!(panicked.is_err());
        assert_eq!(pool.run(|it| Ok(*it)).await, Ok(1), "the only session is still there");
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_takes_no_session_with_it() {
        let pool = Pool::new(vec![0_u32]);
        let (release, released) = std::sync::mpsc::channel::<()>();
        let waiting = pool.run(move |_| released.recv().map_err(|error| error.to_string()));
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), waiting).await.is_err());
        release.send(()).expect("the task still runs");
        assert_eq!(pool.run(|it| Ok(*it)).await, Ok(0));
    }

    #[test]
    fn a_missing_or_wrong_library_is_an_error() {
        assert!(runtime(Path::new("/no/such/libonnxruntime.so")).is_err_and(|why| why.contains("找不到")));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("libonnxruntime.so");
        fs::write(&file, "no library").expect("a file");
        assert!(runtime(&file).is_err_and(|why| why.contains("无法装载")));
    }
}
