//! `ask` and `search`

use anyhow::bail;
use knowledge::{
    answer::{
        assistant::Asked,
        model::{Answer, State},
        pieces::Pieces,
    },
    search::model::{Retrieved, Scope},
};

use super::Question;
use super::progress::Bar;
use crate::{app::Ask, config::Config, http::question::clean, wiring};

/// Asks a question and prints the answer.
pub(super) async fn ask(config: Config, question: Question) -> anyhow::Result<()> {
    let wired = wiring::open(&config, &wiring::FirstStart::default(), &Bar::default()).await?;
    let Ask { question: text, scope, as_of } = to_ask(&question)?;
    let asked = Asked { question: guard::personal::mask(&text), scope, as_of, earlier: Vec::new() };
    let reply = wired.assistant.answer(asked, Pieces::unheard()).await?;
    if question.json {
        println!("{}", serde_json::to_string_pretty(&reply.answer)?);
    } else {
        print!("{}", in_words(&reply.answer));
    }
    Ok(())
}

/// Prints what is found for a question.
pub(super) async fn search(config: Config, question: Question) -> anyhow::Result<()> {
    let wired = wiring::open(&config, &wiring::FirstStart::default(), &Bar::default()).await?;
    let retrieved = wired.core.retrieve(to_ask(&question)?).await?;
    if question.json {
        println!("{}", serde_json::to_string_pretty(&retrieved)?);
    } else {
        print!("{}", list(&retrieved));
    }
    Ok(())
}

fn to_ask(question: &Question) -> anyhow::Result<Ask> {
    let cleaned = match clean(&question.text) {
        Ok(cleaned) => cleaned,
        Err(problem) => bail!("{} {}", problem.kind.code, problem.detail),
    };
    Ok(Ask { question: cleaned, scope: Scope::default(), as_of: question.as_of })
}

const fn state_words(state: State) -> &'static str {
    match state {
        State::Grounded => "有依据",
        State::NoMatch => "未找到依据",
        State::Unavailable => "系统部分不可用",
        State::NeedsHuman => "需由人工答复",
    }
}

/// The answer for a terminal.
fn in_words(answer: &Answer) -> String {
    let mut lines = vec![format!("【{}】按 {} 的规定", state_words(answer.state), answer.as_of), answer.text.clone()];
    if !answer.citations.is_empty() {
        lines.push("\n依据：".to_owned());
    }
    for citation in &answer.citations {
        let version = citation.version.as_deref().unwrap_or("版本未知");
        lines.push(format!(
            "[{}] {}（{version}）\n    {}",
            citation.n,
            citation.label,
            citation.text.replace('\n', "\n    ")
        ));
    }
    if !answer.related.is_empty() {
        lines.push("\n相关条文：".to_owned());
        lines.extend(answer.related.iter().map(|citation| format!("- {}", citation.label)));
    }
    lines.extend(answer.notices.iter().map(|notice| format!("\n注意：{}", notice.text)));
    lines.join("\n") + "\n"
}

/// The candidates for a terminal.
fn list(retrieved: &Retrieved) -> String {
    let gate = if retrieved.gate.open { "开" } else { "关" };
    let mut lines = vec![format!(
        "按 {} 检索“{}”：{} 条，依据门槛{gate}（{:.2} / {:.2}，{}），{} 毫秒",
        retrieved.as_of,
        retrieved.searched,
        retrieved.candidates.len(),
        retrieved.gate.confidence,
        retrieved.gate.threshold,
        retrieved.gate.reason,
        retrieved.timings.total / 1_000
    )];
    for (index, candidate) in retrieved.candidates.iter().enumerate() {
        let start: String = candidate.text.chars().take(60).collect();
        lines.push(format!(
            "{:>2}. {:.3} {}\n    {}",
            index + 1,
            candidate.score,
            candidate.label,
            start.replace('\n', " ")
        ));
    }
    lines.join("\n") + "\n"
}
