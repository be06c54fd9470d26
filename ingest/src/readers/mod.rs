//! Readers: bytes of one format to plain text, one paragraph a line.

mod docx;
mod docx_numbers;
mod html;
mod markdown;
mod pdf;
mod pdf_lines;
mod plain;

use crate::{Error, format::Format};

/// What a reader gives.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub text: String,
    /// What the format itself marks as the title.
    pub title: Option<String>,
    /// Things the curator should know.
    pub notes: Vec<String>,
}

/// Reads `bytes` as `format`.
pub(crate) fn read(format: Format, bytes: &[u8]) -> Result<Reading, Error> {
    match format {
        Format::Markdown => plain::read(bytes).map(|it| Reading { text: markdown::strip(&it.text), ..it }),
        Format::Plain => plain::read(bytes),
        Format::Html => plain::decode_html(bytes).and_then(|text| html::read(&text)),
        Format::Docx => docx::read(bytes),
        Format::Pdf => pdf::read(bytes),
    }
}
