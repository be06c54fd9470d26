//! From pieces of text on pages to paragraphs: a PDF knows neither lines nor paragraphs.
//!
//! Three signs end a paragraph: a line that stops before the right margin, a line that starts to
//! the right of the left one (Chinese paragraphs are indented by two characters), and a wider gap
//! or another size. Where a file indents nothing, a full line that ends a sentence ends its
//! paragraph if the next one opens an article or an item. Page ends count for nothing.

use std::collections::HashMap;

use crate::split::marks;

/// Some words at a place of a page; lengths in points, y upwards.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub x: f32,
    pub y: f32,
    pub size: f32,
    pub text: String,
}

/// A visual line: pieces at one height.
struct Row {
    left: f32,
    right: f32,
    y: f32,
    size: f32,
    text: String,
}

/// Estimated width in ems: one for Chinese characters, half for others.
pub(super) fn width(text: &str) -> f32 {
    text.chars().map(|c| if c >= '\u{2e80}' || ('\u{2018}'..='\u{201d}').contains(&c) { 1.0 } else { 0.5 }).sum()
}

/// Joins all pages to paragraphs, a blank line between them.
pub(super) fn join(pages: &[Vec<Piece>]) -> String {
    let mut pages: Vec<Vec<Row>> = pages.iter().map(|it| rows(it)).collect();
    drop_page_furniture(&mut pages);
    let rows: Vec<Row> = pages.into_iter().flatten().collect();
    let left = margin(rows.iter().map(|it| it.left), f32::min);
    let right = margin(rows.iter().map(|it| it.right), f32::max);
    let mut text = String::new();
    let mut last: Option<&Row> = None;
    for row in &rows {
        match last {
            Some(before) if goes_on(before, row, left, right) => {
                let words = |it: Option<char>| it.is_some_and(|c| c.is_ascii_alphanumeric());
                if words(text.chars().last()) && words(row.text.chars().next()) {
                    text.push(' ');
                }
            }
            Some(_) => text.push_str("\n\n"),
            None => {}
        }
        text.push_str(&row.text);
        last = Some(row);
    }
    text
}

/// The margin: the outermost place that any row reaches.
fn margin(all: impl Iterator<Item = f32>, outer: fn(f32, f32) -> f32) -> f32 {
    all.reduce(outer).unwrap_or(0.0)
}

/// Joins pieces in the order of the content, which Chinese word processors keep to the reading
/// order.
fn rows(pieces: &[Piece]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for piece in pieces.iter().filter(|it| !it.text.trim().is_empty() || it.text.contains('　')) {
        let right = piece.x + width(&piece.text) * piece.size;
        match rows.last_mut() {
            Some(row) if (row.y - piece.y).abs() < row.size * 0.5 && piece.x >= row.left => {
                // Half an em or more between two pieces is a space.
                if piece.x - row.right > piece.size * 0.45 && !row.text.ends_with(char::is_whitespace) {
                    row.text.push(' ');
                }
                row.text.push_str(&piece.text);
                row.right = right;
            }
            _ => rows.push(Row { left: piece.x, right, y: piece.y, size: piece.size, text: piece.text.clone() }),
        }
    }
    for row in &mut rows {
        // Indentation by spaces is indentation.
        let words = row.text.trim_start();
        row.left += width(&row.text[..row.text.len() - words.len()]) * row.size;
        row.text = row.text.trim().to_owned();
    }
    rows.retain(|it| !it.text.is_empty());
    rows
}

/// Takes page numbers and repeated headers and footers off the first and last row of each page.
fn drop_page_furniture(pages: &mut [Vec<Row>]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages.iter() {
        let mut ends: Vec<&str> =
            [page.first(), page.last()].into_iter().flatten().map(|it| it.text.as_str()).collect();
        ends.dedup();
        for text in ends {
            *seen.entry(text.to_owned()).or_default() += 1;
        }
    }
    let count = pages.len();
    let is_furniture =
        |row: &Row| is_page_number(&row.text) || (count >= 3 && seen.get(&row.text).is_some_and(|it| it * 2 > count));
    for page in pages.iter_mut() {
        while page.last().is_some_and(is_furniture) {
            page.pop();
        }
        let top = page.iter().take_while(|it| is_furniture(it)).count();
        page.drain(..top);
    }
}

/// 3, - 3 -, — 3 —, 第3页, 第 3 页 共 9 页.
fn is_page_number(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && !"-—–·第页共/,，".contains(*c)).collect();
    !bare.is_empty() && bare.len() <= 8 && bare.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

/// Whether `row` goes on with the paragraph of the row before.
fn goes_on(before: &Row, row: &Row, left: f32, right: f32) -> bool {
    let em = row.size.max(1.0);
    // A line that stops early ends its paragraph, a line that starts late begins one.
    let short = before.right < right - 2.5 * em;
    let indented = row.left > left + 0.8 * em;
    let other_size = (before.size - row.size).abs() > 0.15 * em;
    let gap = before.y > row.y && before.y - row.y > 2.6 * em;
    if short || indented || other_size || gap {
        return false;
    }
    // A full row may still be the last of its paragraph where paragraphs aren't indented.
    let ended = before.text.ends_with(['。', '；', '：', ';', ':']);
    !(ended && opens(&row.text))
}

/// Whether the words open an article, an item or a heading.
fn opens(text: &str) -> bool {
    marks::item(text).is_some()
        || marks::division(text).is_some()
        || marks::ordinal(text).is_some_and(|(_, rest)| rest.starts_with('条'))
        || marks::attachment(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(x: f32, y: f32, text: &str) -> Piece {
        Piece { x, y, size: 10.0, text: text.to_owned() }
    }

    #[test]
    fn rows_become_paragraphs() {
        let pages = vec![
            vec![
                piece(120.0, 700.0, "某条例"),
                piece(70.0, 680.0, "第一条　甲乙丙丁戊己"),
                piece(50.0, 660.0, "庚辛壬癸子丑寅卯辰巳午未"),
                piece(100.0, 20.0, "— 1 —"),
            ],
            vec![piece(50.0, 700.0, "申酉戌亥。"), piece(70.0, 680.0, "第二条"), piece(110.0, 680.0, "甲。")],
        ];
        assert_eq!(join(&pages), "某条例\n\n第一条　甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥。\n\n第二条 甲。");
    }

    #[test]
    fn page_numbers() {
        assert!(is_page_number("— 12 —") && is_page_number("第3页 共9页"));
        assert!(!is_page_number("第三条") && !is_page_number("2026年"));
    }
}
