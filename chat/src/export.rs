//! A conversation as a file, with its sources and with the marks that the labelling rules ask for
//! (人工智能生成合成内容标识办法: one that people see and one in the file's own data).

use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use knowledge::answer::model::{Answer, Citation, LABEL};

use crate::{conversation::Conversation, error::Result, turn::Turn};

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown.
    Markdown,
    /// A page that opens without network.
    Html,
    /// JSON, for programs.
    Json,
}

impl Format {
    /// By its name in a request: `md`, `html`, `json`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "md" => Some(Self::Markdown),
            "html" => Some(Self::Html),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The ending of the file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
        }
    }

    /// The content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// The file's text.
///
/// # Errors
/// None in practice: our types always serialise.
pub fn export(conversation: &Conversation, turns: &[Turn], format: Format, now: DateTime<Utc>) -> Result<String> {
    Ok(match format {
        Format::Markdown => markdown(conversation, turns, now),
        Format::Html => html(conversation, turns, now),
        Format::Json => serde_json::to_string_pretty(&serde_json::json!({
            "label": LABEL,
            "aigc": implicit(conversation),
            "exported_at": now,
            "conversation": conversation,
            "turns": turns,
        }))?,
    })
}

/// The implicit mark: who made it, what it is.
fn implicit(conversation: &Conversation) -> serde_json::Value {
    serde_json::json!({ "Label": "1", "ContentProducer": "党务通", "ProduceID": conversation.id })
}

fn moment(at: DateTime<Utc>) -> String {
    (at + Duration::hours(8)).format("%Y年%-m月%-d日 %H:%M").to_string()
}

fn markdown(conversation: &Conversation, turns: &[Turn], now: DateTime<Utc>) -> String {
    // Writing to a string can't fail.
    let mut out = format!(
        "<!-- AIGC {} -->\n\n# {}\n\n{LABEL}\n\n导出时间：{}\n",
        implicit(conversation),
        conversation.title,
        moment(now)
    );
    for turn in turns {
        let _ = write!(out, "\n## 问：{}\n\n提问时间：{}\n", turn.question.replace('\n', " "), moment(turn.asked_at));
        if let Some(condensed) = &turn.condensed {
            let _ = write!(out, "\n理解为：{condensed}\n");
        }
        let Some(answer) = &turn.answer else { continue };
        let _ = write!(out, "\n{}\n", answer.text.trim());
        sources(&mut out, answer);
    }
    out
}

fn sources(out: &mut String, answer: &Answer) {
    if !answer.citations.is_empty() {
        out.push_str("\n**引用**\n\n");
    }
    for citation in &answer.citations {
        let _ = writeln!(out, "- [{}] {}", citation.n, source(citation));
    }
    for notice in &answer.notices {
        let _ = write!(out, "\n> {}\n", notice.text);
    }
    let _ = write!(out, "\n{}\n", answer.label);
}

/// 《X》第十三条（2026年版，2026-05-11起施行）
pub fn source(citation: &Citation) -> String {
    let version = citation.version.as_ref().map(|it| format!("{it}版"));
    let from = citation.effective_on.map(|day| format!("{day}起施行"));
    let parts: Vec<String> = version.into_iter().chain(from).collect();
    if parts.is_empty() { citation.label.clone() } else { format!("{}（{}）", citation.label, parts.join("，")) }
}

fn html(conversation: &Conversation, turns: &[Turn], now: DateTime<Utc>) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"AIGC\" content=\"{}\">\n\
         <title>{}</title>\n<style>body{{max-width:44em;margin:2em auto;padding:0 1em;font:17px/1.8 serif}}\
         h2{{border-top:1px solid #ccc;padding-top:1em;font-size:1.1em}}pre{{white-space:pre-wrap;font:inherit}}\
         .n{{color:#555}}</style>\n</head>\n<body>\n<h1>{}</h1>\n<p class=\"n\">{LABEL}。导出时间：{}</p>\n",
        escaped(&implicit(conversation).to_string()),
        escaped(&conversation.title),
        escaped(&conversation.title),
        moment(now)
    );
    for turn in turns {
        let _ = write!(out, "<h2>问：{}</h2>\n<p class=\"n\">{}</p>\n", escaped(&turn.question), moment(turn.asked_at));
        if let Some(condensed) = &turn.condensed {
            let _ = writeln!(out, "<p class=\"n\">理解为：{}</p>", escaped(condensed));
        }
        let Some(answer) = &turn.answer else { continue };
        let _ = writeln!(out, "<pre>{}</pre>", escaped(answer.text.trim()));
        for citation in &answer.citations {
            let _ = writeln!(
                out,
                "<p>[{}] {}</p>\n<blockquote><pre>{}</pre></blockquote>",
                citation.n,
                escaped(&source(citation)),
                escaped(&citation.text)
            );
        }
        for notice in &answer.notices {
            let _ = writeln!(out, "<p class=\"n\">{}</p>", escaped(&notice.text));
        }
        let _ = writeln!(out, "<p class=\"n\">{}</p>", escaped(&answer.label));
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
