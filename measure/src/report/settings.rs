//! With what it was measured, and how to measure it again.

use super::{Subject, page::Page, words};

/// The section.
pub(super) fn section(page: &mut Page, subject: &Subject<'_>) {
    let head = &subject.run.head;
    page.raw("<section id=\"settings\"><h2>设置与复现</h2><h3>怎样再跑一次</h3><pre>");
    page.text(&command(subject))
        .raw("</pre><p class=\"note\">程序、语料、索引、题库、设置都相同时，结果指纹应当一字不差：");
    page.raw("<code>").text(&subject.run.fingerprint()).raw("</code>（用时不计在内）。</p>");

    page.raw("<h3>指纹</h3><div class=\"scroll\"><table class=\"plain\"><tbody>");
    let mut row = |name: &'static str, value: &str| {
        page.raw("<tr><th>").raw(name).raw("<td><code>").text(value).raw("</code>");
    };
    row("程序版本", &head.code);
    row("语料", &head.corpus);
    row("索引", &head.index);
    row("开始", &head.started_at.to_rfc3339());
    row("结束", &head.finished_at.map_or("没有跑完".to_owned(), |it| it.to_rfc3339()));
    for (id, hash) in &head.prompts {
        row("提示词", &format!("{id} {hash}"));
    }
    page.raw("</tbody></table></div><h3>题库</h3><div class=\"scroll\"><table class=\"plain\"><thead><tr><th>题库");
    page.raw("<th>版本<th>指纹<th>来源<th>许可</thead><tbody>");
    for suite in &head.suites {
        page.raw("<tr><th>").text(&suite.title).raw(" <small>").text(&suite.name).raw("</small><td>");
        page.text(&suite.version).raw("<td><code>").text(&words::short(&suite.fingerprint)).raw("</code><td>");
        page.text(&suite.origin).raw("<td>").text(&suite.licence);
    }
    page.raw("</tbody></table></div><h3>设置</h3><div class=\"scroll\"><table class=\"plain\"><tbody>");
    for (name, value) in &head.settings {
        page.raw("<tr><th><code>").text(name).raw("</code><td><code>").text(&value.to_string()).raw("</code>");
    }
    page.raw("</tbody></table></div></section>");
}

/// The command that runs the same suites with the same settings.
fn command(subject: &Subject<'_>) -> String {
    let head = &subject.run.head;
    let mut words = vec!["dangwutong eval run".to_owned()];
    words.extend(head.suites.iter().map(|it| it.name.clone()));
    words.extend(subject.comparison.map(|it| format!("--against {}", it.before.id)));
    words.extend(head.settings.iter().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-+/".contains(c);
        let quoted = if value.chars().all(plain) { value } else { format!("'{}'", value.replace('\'', "'\\''")) };
        format!("\\\n  --set {name}={quoted}")
    }));
    words.join(" ")
}
