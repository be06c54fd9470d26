//! Progress on stderr.

use std::{sync::Mutex, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::Progress;

/// A bar per stage; where stderr is no terminal, indicatif draws nothing and notes are plain lines.
#[derive(Default)]
pub(super) struct Bar(Mutex<Option<ProgressBar>>);

impl Bar {
    /// Ends the last stage.
    pub fn done(&self) {
        if let Some(bar) = self.current().take() {
            bar.finish();
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        // A panic while drawing leaves a bar that can still be used.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, total: Option<u64>) {
        self.done();
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = if total.is_some() {
            "{msg} [{bar:30}] {pos}/{len} {elapsed_precise} 剩余 {eta}"
        } else {
            "{spinner} {msg} {pos} {elapsed_precise}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        *self.current() = Some(bar);
    }

    fn at(&self, done: u64) {
        if let Some(bar) = self.current().as_ref() {
            bar.set_position(done);
        }
    }

    fn note(&self, line: &str) {
        match self.current().as_ref() {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}
