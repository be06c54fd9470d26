//! The ranker beside a generation's indexes: read, replaced whole, and picked up while in use.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use arc_swap::ArcSwapOption;

use super::vector::local::write_whole;
use crate::{
    error::{Error, Result},
    search::ranker::{FILE, Ranker, RankerFile},
};

/// See the module.
pub struct Trained {
    path: PathBuf,
    embedder: String,
    ranker: ArcSwapOption<Ranker>,
    /// When the file that was read last was written.
    seen: Mutex<Option<SystemTime>>,
}

impl Trained {
    /// Reads the file in `folder`, if it is there; one that doesn't fit is left aside with a warning.
    pub fn open(folder: &Path, embedder: &str) -> Self {
        let trained = Self {
            path: folder.join(FILE),
            embedder: embedder.to_owned(),
            ranker: ArcSwapOption::empty(),
            seen: Mutex::new(None),
        };
        trained.refresh();
        trained
    }

    /// What is in use.
    pub fn ranker(&self) -> Option<Arc<Ranker>> {
        self.ranker.load_full()
    }

    /// The file's bytes; empty where there is none.
    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap_or_default()
    }

    /// Looks whether the file is another than before; costs one look at the folder.
    pub fn refresh(&self) {
        let written = std::fs::metadata(&self.path).and_then(|it| it.modified()).ok();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == written {
            return;
        }
        *seen = written;
        let ranker = written.and_then(|_| match Ranker::read(&self.bytes(), &self.embedder) {
            Ok(ranker) => Some(Arc::new(ranker)),
            Err(reason) => {
                tracing::warn!(%reason, path = %self.path.display(), "the trained ranker is left aside");
                None
            }
        });
        self.ranker.store(ranker);
    }

    /// Writes the file whole and uses it.
    ///
    /// # Errors
    /// [`Error::Index`] when it doesn't fit this generation; the old one stays.
    pub fn keep(&self, file: &RankerFile) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(file).map_err(|error| Error::Index(error.to_string()))?;
        Ranker::read(&bytes, &self.embedder).map_err(|error| Error::Index(error.to_string()))?;
        write_whole(&self.path, &bytes)?;
        self.refresh();
        Ok(())
    }
}
