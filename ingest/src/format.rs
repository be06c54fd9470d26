//! Which reader a file needs: by its first bytes, then by its name.

use std::path::Path;

use crate::Error;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `.md`
    Markdown,
    /// `.txt` in any encoding
    Plain,
    /// Web pages
    Html,
    /// Word since 2007
    Docx,
    /// With a text layer
    Pdf,
}

impl Format {
    /// The name in [`knowledge::regulation::Draft::source_format`].
    pub const fn code(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Plain => "txt",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
        }
    }

    /// The format that `name` promises.
    pub fn of_name(name: &str) -> Option<Self> {
        let extension = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "md" | "markdown" => Self::Markdown,
            "txt" | "text" => Self::Plain,
            "html" | "htm" | "xhtml" => Self::Html,
            "docx" => Self::Docx,
            "pdf" => Self::Pdf,
            _ => return None,
        })
    }
}

/// Formats people send that can't be read, by their first bytes.
const FOREIGN: [(&[u8], &str); 8] = [
    (&[0xd0, 0xcf, 0x11, 0xe0], "DOC 等旧版 Office 文件，请另存为 DOCX"),
    (b"{\\rtf", "RTF，请另存为 DOCX"),
    (&[0x89, b'P', b'N', b'G'], "PNG 图片"),
    (&[0xff, 0xd8, 0xff], "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (&[0x1f, 0x8b], "GZIP 压缩包"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7Z 压缩包"),
];

/// Name of the stream that holds an encrypted DOCX, in UTF-16.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// Detects the format. A ZIP archive is taken for a DOCX; its reader looks inside.
pub(crate) fn detect(name: &str, bytes: &[u8]) -> Result<Format, Error> {
    if bytes.starts_with(FOREIGN[0].0) && bytes.windows(ENCRYPTED.len()).any(|it| it == ENCRYPTED) {
        return Err(Error::Encrypted);
    }
    if let Some((_, found)) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Error::UnsupportedFormat((*found).to_owned()));
    }
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|it| it == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Format::Docx);
    }
    let promised = Format::of_name(name);
    if matches!(promised, Some(Format::Docx | Format::Pdf)) && !bytes.is_empty() {
        return Err(Error::Damaged {
            place: "文件开头".to_owned(),
            reason: format!("内容不是扩展名所说的 {}", promised.map_or("", Format::code)),
        });
    }
    let start: Vec<u8> = head.iter().filter(|it| it.is_ascii_graphic()).map(u8::to_ascii_lowercase).take(15).collect();
    if start.starts_with(b"<!doctypehtml") || start.starts_with(b"<html") {
        return Ok(Format::Html);
    }
    Ok(promised.unwrap_or(Format::Plain))
}
