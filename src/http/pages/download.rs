//! One version of a regulation as a file, with its source, version and dates at the head.

use std::{fmt::Write as _, io::Cursor};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use docx_rs::{AlignmentType, Docx, PageMargin, Paragraph, Run, RunFonts};
use knowledge::regulation::NodeKind;
use serde::Deserialize;

use super::words;
use crate::{
    app::{ReadingNode, RegulationView},
    http::{
        Surface,
        extract::{ApiPath, ApiQuery},
        problem::{Kind, Problem},
    },
};

/// Which kind of file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FormatQuery {
    format: Option<String>,
}

/// The whole text of one version as an attachment.
pub(super) async fn download(
    State(surface): State<Surface>,
    ApiPath((id, version)): ApiPath<(String, String)>,
    ApiQuery(query): ApiQuery<FormatQuery>,
) -> Result<Response, Problem> {
    let format = query.format.as_deref().unwrap_or("txt");
    if !["txt", "md", "docx"].contains(&format) {
        return Err(Problem::new(Kind::BAD_QUERY, "format 应为 txt、md 或 docx").at("format"));
    }
    let view = surface.core.regulation(id, Some(version), None).await?;
    let head = head(&view, &surface.clock.today().to_string());
    let (kind, body) = match format {
        "txt" => ("text/plain; charset=utf-8", plain(&view, &head).into_bytes()),
        "md" => ("text/markdown; charset=utf-8", markdown(&view, &head).into_bytes()),
        _ => ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", word(&view, &head)?),
    };
    let name = format!("{}（{}）.{format}", view.shown.title, view.shown.label);
    // Old clients read the plain name; the others the one in UTF-8 (RFC 6266).
    let attachment = format!(
        "attachment; filename=\"{}-{}.{format}\"; filename*=UTF-8''{}",
        view.id,
        view.shown.label,
        words::percent(&name)
    );
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, attachment),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// Source, version and dates, one to a line.
fn head(view: &RegulationView, today: &str) -> Vec<String> {
    let version = &view.shown;
    let date = |day: Option<chrono::NaiveDate>| words::day(day.map(|it| it.to_string()).as_deref());
    let mut lines = vec![
        format!("版本：{}", words::version_note(version)),
        format!("制定机关：{}", version.issuer.as_deref().unwrap_or("未知")),
        format!("发布：{}　施行：{}", date(version.published_on), date(version.effective_on)),
    ];
    if let Some(number) = &version.doc_no {
        lines.insert(1, format!("文号：{number}"));
    }
    if let Some(source) = &version.source_url {
        lines.push(format!("来源：{source}"));
    }
    lines.push(format!("下载：党务通法规库，{}；引用前请核对官方发布文本。", words::day(Some(today))));
    lines
}

/// What a node is in a document.
enum Line<'a> {
    /// A heading with its depth, 1 编, 2 章, 3 节.
    Heading(usize, &'a str),
    /// Words, with what of them is the number of an article.
    Text(&'a str, &'a str),
}

fn lines(nodes: &[ReadingNode]) -> impl Iterator<Item = Line<'_>> {
    nodes.iter().flat_map(|node| {
        let depth = match node.kind {
            NodeKind::Part => Some(1),
            NodeKind::Chapter | NodeKind::Attachment => Some(2),
            NodeKind::Section => Some(3),
            _ => None,
        };
        let heading =
            depth.filter(|_| !node.heading.is_empty()).map(|depth| Line::Heading(depth, node.heading.as_str()));
        let text =
            if heading.is_some() { node.text.strip_prefix(&node.heading).unwrap_or(&node.text) } else { &node.text };
        let rows = text.lines().map(str::trim).filter(|row| !row.is_empty()).map(|row| match row.find('条') {
            // 第十三条　… : the first words of an article.
            Some(at)
                if row.starts_with('第')
                    && row[..at].chars().count() < 12
                    && opens(node, &row[..at + '条'.len_utf8()]) =>
            {
                row.split_at(at + '条'.len_utf8())
            }
            _ => ("", row),
        });
        heading.into_iter().chain(rows.map(|(number, rest)| Line::Text(number, rest)))
    })
}

/// Whether `number` is the article's own, not a reference at the beginning of a line.
fn opens(node: &ReadingNode, number: &str) -> bool {
    node.label.starts_with(number)
}

fn plain(view: &RegulationView, head: &[String]) -> String {
    let mut text = format!("{}\r\n\r\n{}\r\n", view.shown.title, head.join("\r\n"));
    for line in lines(&view.nodes) {
        match line {
            Line::Heading(_, heading) => {
                let _ = write!(text, "\r\n{}\r\n\r\n", heading.replace('\n', " "));
            }
            Line::Text(number, rest) => {
                let _ = write!(text, "{number}{rest}\r\n");
            }
        }
    }
    text
}

fn markdown(view: &RegulationView, head: &[String]) -> String {
    let quoted: Vec<String> = head.iter().map(|line| format!("> {}", escaped(line))).collect();
    let mut text = format!("# {}\n\n{}\n", escaped(&view.shown.title), quoted.join("  \n"));
    for line in lines(&view.nodes) {
        match line {
            Line::Heading(depth, heading) => {
                let _ = write!(text, "\n{} {}\n", "#".repeat(depth + 1), escaped(&heading.replace('\n', " ")));
            }
            Line::Text("", rest) => {
                let _ = write!(text, "\n{}\n", escaped(rest));
            }
            Line::Text(number, rest) => {
                let _ = write!(text, "\n**{number}**{}\n", escaped(rest));
            }
        }
    }
    text
}

/// A text in which Markdown sees no signs of its own, and HTML no tags.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// A Word document with the measures of official papers (GB/T 9704): A4, title in size 二号, text in
/// 三号 with two characters of indent. Fonts that a computer lacks are replaced by its own.
fn word(view: &RegulationView, head: &[String]) -> Result<Vec<u8>, Problem> {
    let run = |text: &str, font: &str, size: usize| {
        Run::new().add_text(text).size(size).fonts(RunFonts::new().ascii("Times New Roman").east_asia(font))
    };
    let centred = |text: &str, font: &str, size: usize| {
        Paragraph::new().align(AlignmentType::Center).add_run(run(text, font, size).bold())
    };
    // Margins in twentieths of a point: 37, 35, 28 and 26 mm.
    let margin = PageMargin::new().top(2098).bottom(1984).left(1587).right(1474);
    let mut document = Docx::new().page_size(11906, 16838).page_margin(margin);
    document = document.add_paragraph(centred(&view.shown.title, "方正小标宋简体", 44));
    for line in head {
        document = document.add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(run(line, "楷体", 24)));
    }
    for line in lines(&view.nodes) {
        document = document.add_paragraph(match line {
            Line::Heading(depth, heading) => {
                centred(&heading.replace('\n', " "), "黑体", 32).outline_lvl(depth).keep_next(true)
            }
            Line::Text(number, rest) => {
                let indented = Paragraph::new().first_line_chars(200);
                let numbered = if number.is_empty() { indented } else { indented.add_run(run(number, "黑体", 32)) };
                numbered.add_run(run(rest, "仿宋", 32))
            }
        });
    }
    let mut file = Cursor::new(Vec::new());
    document.build().pack(&mut file).map_err(|error| {
        tracing::error!(%error, "a document was not written");
        Problem::new(Kind::INTERNAL, "文件生成失败，已记录")
    })?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_signs_as_they_are() {
        assert_eq!(escaped("<b>*甲*</b>[1]"), "\\<b\\>\\*甲\\*\\</b\\>\\[1\\]");
    }
}
