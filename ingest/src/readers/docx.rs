//! DOCX: a ZIP archive whose parts are read under a limit, never trusting the sizes it states.
//!
//! Rows of tables become lines with a space between cells. Deleted words (tracked changes) are left
//! out, inserted ones stay. Notes go behind the text as an appendix, so that they are kept without
//! standing in the middle of an article.

use std::io::{Cursor, Read};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};
use zip::{ZipArchive, result::ZipError};

use super::{Reading, docx_numbers::Numbers};
use crate::Error;

/// Most bytes of one unpacked part.
const LARGEST_PART: u64 = 32 << 20;
/// Most entries of the archive.
const MOST_ENTRIES: usize = 5_000;
const BODY: &str = "word/document.xml";

/// Reads body, tables, automatic numbers and notes.
pub(super) fn read(bytes: &[u8]) -> Result<Reading, Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged("DOCX 压缩包", &error))?;
    if archive.len() > MOST_ENTRIES {
        return Err(Error::TooLarge { part: "DOCX 压缩包".to_owned(), limit: format!("{MOST_ENTRIES} 个文件") });
    }
    let Some(body) = part(&mut archive, BODY)? else {
        return Err(Error::UnsupportedFormat("ZIP 压缩包，不是 DOCX".to_owned()));
    };
    let mut numbers = Numbers::default();
    if let Some(numbering) = part(&mut archive, "word/numbering.xml")? {
        numbers.read_definitions(&numbering).map_err(|error| damaged("word/numbering.xml", &error))?;
    }
    if let Some(styles) = part(&mut archive, "word/styles.xml")? {
        numbers.read_styles(&styles).map_err(|error| damaged("word/styles.xml", &error))?;
    }
    let mut text = paragraphs(&body, &mut numbers).map_err(|error| damaged(BODY, &error))?;
    let mut found = Vec::new();
    for name in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(xml) = part(&mut archive, name)? {
            let notes = paragraphs(&xml, &mut Numbers::default()).map_err(|error| damaged(name, &error))?;
            found.extend(notes.lines().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned));
        }
    }
    let mut notes = Vec::new();
    if !found.is_empty() {
        notes.push(format!("文件有 {} 条脚注或尾注，已作为附录放在正文之后", found.len()));
        text.push_str("附录：脚注\n\n");
        text.push_str(&found.join("\n\n"));
    }
    Ok(Reading { text, notes, ..Reading::default() })
}

/// The part that can't be read, and why.
fn damaged(place: &str, error: &impl ToString) -> Error {
    Error::Damaged { place: place.to_owned(), reason: error.to_string() }
}

/// Unpacks one part; `None` if there is none of that name.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Error> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(Error::Encrypted),
        Err(error) => return Err(damaged(name, &error)),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST_PART + 1).read_to_end(&mut bytes).map_err(|error| damaged(name, &error))?;
    if bytes.len() as u64 > LARGEST_PART {
        return Err(Error::TooLarge { part: name.to_owned(), limit: format!("{} MiB", LARGEST_PART >> 20) });
    }
    String::from_utf8(bytes).map(Some).map_err(|_| damaged(name, &"不是 UTF-8 编码"))
}

/// The value of the attribute with this local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().flatten().find(|it| it.key.local_name().as_ref() == name).map(|it| it.value.into_owned())
}

/// The walk over a part's XML.
#[derive(Default)]
struct Body {
    /// Finished paragraphs.
    done: String,
    paragraph: String,
    /// Style of the paragraph: it may carry a number.
    style: Option<String>,
    /// List and level of its own number.
    number: Option<(String, usize)>,
    level: usize,
    /// Depth of tables around the paragraph, and the row under way.
    tables: usize,
    row: Vec<String>,
    /// Inside `w:t`.
    in_text: bool,
    /// Depth within something that isn't shown.
    skipped: usize,
    /// The run has `w:vanish`.
    hidden_run: bool,
}

/// The paragraphs of a part, a blank line between them.
fn paragraphs(xml: &str, numbers: &mut Numbers) -> Result<String, quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let mut body = Body::default();
    loop {
        match reader.read_event()? {
            Event::Eof => break,
            Event::Start(element) => body.open(&element),
            Event::Empty(element) => {
                body.open(&element);
                body.close(element.local_name().as_ref(), numbers);
            }
            Event::End(element) => body.close(element.local_name().as_ref(), numbers),
            Event::Text(text) if body.shows() => body.paragraph.push_str(&text.xml10_content()),
            Event::CData(text) if body.shows() => body.paragraph.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if body.shows() => body.paragraph.extend(character(&reference)),
            _ => {}
        }
    }
    Ok(body.done)
}

/// The character of `&lt;` or `&#x4e00;`. Others are not defined in DOCX.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

impl Body {
    /// Whether characters at this place are the document's words.
    fn shows(&self) -> bool {
        self.in_text && self.skipped == 0 && !self.hidden_run
    }

    /// Takes the start of an element. Local names only: prefixes differ between writers.
    fn open(&mut self, element: &BytesStart<'_>) {
        let value = || attribute(element, "val");
        match element.local_name().as_ref() {
            // The same words again for old programs; separators between text and notes.
            "Fallback" => self.skipped += 1,
            "r" => self.hidden_run = false,
            "vanish" => self.hidden_run = value().is_none_or(|it| it != "0" && it != "false"),
            "t" => self.in_text = true,
            "tab" if self.skipped == 0 && self.number_is_done() => self.paragraph.push('\t'),
            "br" | "cr" if self.skipped == 0 => self.paragraph.push('\n'),
            "noBreakHyphen" => self.paragraph.push('-'),
            "pStyle" => self.style = value(),
            "ilvl" => self.level = value().and_then(|it| it.parse().ok()).unwrap_or(0),
            "numId" => self.number = value().map(|it| (it, self.level)),
            "tbl" => self.tables += 1,
            _ => {}
        }
    }

    /// `w:tab` also stands in the list of tab stops, before any words.
    fn number_is_done(&self) -> bool {
        !self.paragraph.is_empty()
    }

    /// Takes the end of an element.
    fn close(&mut self, name: &str, numbers: &mut Numbers) {
        match name {
            "Fallback" => self.skipped = self.skipped.saturating_sub(1),
            "t" => self.in_text = false,
            "p" if self.skipped == 0 => self.end_paragraph(numbers),
            "tr" if !self.row.is_empty() => {
                let row = std::mem::take(&mut self.row).join(" ");
                self.emit(&row);
            }
            "tbl" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
    }

    /// Writes the paragraph with its automatic number; within a table it is a cell of the row.
    /// An empty paragraph counts no number up.
    fn end_paragraph(&mut self, numbers: &mut Numbers) {
        let text = std::mem::take(&mut self.paragraph);
        let number = self.number.take();
        let style = self.style.take();
        self.level = 0;
        if text.trim().is_empty() {
            return;
        }
        let prefix = numbers.next(number, style.as_deref());
        let text = format!("{prefix}{text}");
        if self.tables > 0 {
            self.row.push(text.trim().replace('\n', " "));
        } else {
            self.emit(&text);
        }
    }

    fn emit(&mut self, text: &str) {
        self.done.push_str(text);
        self.done.push_str("\n\n");
    }
}
