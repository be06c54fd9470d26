//! A report: one HTML file that opens without network, or Markdown for terminals and pull requests.
//!
//! The order follows the reader's questions: may it go out, what got worse, which cases, where, how are
//! the figures spread, and with what was it measured.

mod cases;
mod charts;
mod distributions;
mod explain;
mod head;
mod markdown;
mod page;
mod settings;
mod tables;
mod words;

use std::collections::BTreeMap;

pub use markdown::markdown;

use crate::{
    compare::{CaseChange, Comparison},
    gate::Verdict,
    run::Run,
    summary::Summary,
};
use page::Page;

/// What a report is about.
struct Subject<'a> {
    run: &'a Run,
    /// `None` where the run has no figures; the error says why.
    summary: Option<&'a Summary>,
    error: Option<String>,
    comparison: Option<&'a Comparison>,
    verdict: Option<&'a Verdict>,
    /// The comparison's changes by suite and case.
    changes: BTreeMap<(&'a str, &'a str), &'a CaseChange>,
}

impl<'a> Subject<'a> {
    /// The title of a suite; its name where the run doesn't know it.
    fn suite<'b>(&'b self, name: &'b str) -> &'b str {
        self.run.head.suites.iter().find(|it| it.name == name).map_or(name, |it| it.title.as_str())
    }

    fn new(
        run: &'a Run,
        summary: Result<&'a Summary, String>,
        comparison: Option<&'a Comparison>,
        verdict: Option<&'a Verdict>,
    ) -> Self {
        let changes = comparison.iter().flat_map(|it| &it.changes);
        let (summary, error) = match summary {
            Ok(summary) => (Some(summary), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            run,
            summary,
            error,
            comparison,
            verdict,
            changes: changes.map(|it| ((it.suite.as_str(), it.case.as_str()), it)).collect(),
        }
    }
}

/// The report on a run as one HTML file: Chinese, printable, without network, and usable without script.
/// A run without any judged case gives a report that says so instead of figures.
pub fn html(run: &Run, comparison: Option<&Comparison>, verdict: Option<&Verdict>) -> String {
    let summary = Summary::of(run).map_err(|it| it.to_string());
    let subject = Subject::new(run, summary.as_ref().map_err(Clone::clone), comparison, verdict);
    let mut page = Page::default();
    page.raw("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    // Nothing is fetched, whatever a text may hold.
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">");
    page.raw("<title>评测报告 ").text(&run.head.id).raw("</title><style>");
    page.raw(include_str!("style.css")).raw("</style></head><body>");
    head::top(&mut page, &subject);
    page.raw("<main>");
    head::section(&mut page, &subject);
    cases::failing(&mut page, &subject);
    tables::section(&mut page, &subject);
    distributions::section(&mut page, &subject);
    cases::rest(&mut page, &subject);
    settings::section(&mut page, &subject);
    page.raw("</main><script>").raw(include_str!("script.js")).raw("</script></body></html>\n");
    page.into_text()
}

#[cfg(test)]
mod tests;
