//! The text layer of a PDF. There is no recognition of scans here: they are refused.
//!
//! lopdf decodes strings but does not say where they stand; without places neither lines nor
//! paragraphs can be told. So the text operators of each page are followed here, as far as places
//! depend on them. Text inside form objects (`Do`) is not read: there it is nearly always a stamp
//! or a watermark.

use std::{borrow::Cow, collections::BTreeMap};

use lopdf::{Document, Encoding, Object, ObjectId, content::Content};

use super::{
    Reading,
    pdf_lines::{self, Piece},
};
use crate::Error;

/// Most bytes of one unpacked stream.
const LARGEST_STREAM: usize = 32 << 20;
/// Most pages.
const MOST_PAGES: usize = 5_000;

/// Reads all pages and joins their visual lines to paragraphs.
pub(super) fn read(bytes: &[u8]) -> Result<Reading, Error> {
    let options = lopdf::LoadOptions { max_decompressed_size: Some(LARGEST_STREAM), ..Default::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| refuse(&error, "PDF"))?;
    // lopdf itself looks for a lock only where the trailer refers to one.
    let is_locked = document.trailer.get(b"Encrypt").is_ok();
    if is_locked || document.is_encrypted() || document.was_encrypted() {
        return Err(Error::Encrypted);
    }
    let pages = document.get_pages();
    if pages.len() > MOST_PAGES {
        return Err(Error::TooLarge { part: "PDF".to_owned(), limit: format!("{MOST_PAGES} 页") });
    }
    let mut all = Vec::with_capacity(pages.len());
    let mut undecoded = 0;
    for (number, id) in &pages {
        let (pieces, lost) = page(&document, *id).map_err(|error| refuse(&error, &format!("PDF 第{number}页")))?;
        undecoded += lost;
        all.push(pieces);
    }
    let text = pdf_lines::join(&all);
    if !text.chars().any(char::is_alphanumeric) {
        // Words are there, but their fonts don't say which characters the codes stand for.
        if undecoded > 0 {
            let reason = "字体没有字符映射，取不出文字，请重新导出或做文字识别（OCR）".to_owned();
            return Err(Error::Damaged { place: "PDF 文字层".to_owned(), reason });
        }
        return Err(Error::PdfNeedsOcr { pages: pages.len() });
    }
    let notes = if undecoded > 0 {
        vec![format!("PDF 有 {undecoded} 处文字缺少字符映射，未能读出，请与原文核对")]
    } else {
        Vec::new()
    };
    Ok(Reading { text, notes, ..Reading::default() })
}

/// A bomb, a lock or plain damage: the code differs.
fn refuse(error: &lopdf::Error, place: &str) -> Error {
    match error {
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => {
            Error::TooLarge { part: place.to_owned(), limit: format!("{} MiB", LARGEST_STREAM >> 20) }
        }
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => Error::Encrypted,
        _ => Error::Damaged { place: place.to_owned(), reason: error.to_string() },
    }
}

/// The pieces of text on a page, and how many could not be decoded.
fn page(document: &Document, id: ObjectId) -> Result<(Vec<Piece>, usize), lopdf::Error> {
    let mut fonts = BTreeMap::new();
    for (name, font) in document.get_page_fonts(id)? {
        if let Ok(encoding) = font.get_font_encoding_with_limit(document, LARGEST_STREAM) {
            fonts.insert(name, encoding);
        }
    }
    let content = Content::decode(&document.get_page_content_with_limit(id, LARGEST_STREAM)?)?;
    let mut pen = Pen::default();
    for operation in &content.operations {
        pen.run(&operation.operator, &operation.operands, &fonts);
    }
    Ok((pen.pieces, pen.undecoded))
}

/// The characters that a font's codes stand for. lopdf knows `ToUnicode` tables and the Unicode
/// code maps; the GBK ones of older Chinese files are read here.
fn decode(encoding: &Encoding<'_>, bytes: &[u8]) -> Option<String> {
    if let Encoding::SimpleEncoding(name) = encoding
        && name.starts_with(b"GB")
    {
        return encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned);
    }
    Document::decode_text(encoding, bytes).ok()
}

/// A transformation of the page: a b c d e f.
type Matrix = [f32; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `a`, then `b`.
fn multiply(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// Where the next glyph goes (PDF 32000-1, 9.4).
struct Pen {
    /// From the units of the content to the page.
    page: Matrix,
    /// What `q` put aside.
    saved: Vec<Matrix>,
    /// Of the next glyph.
    text: Matrix,
    /// Of the line's start.
    line: Matrix,
    /// Distance of lines for `T*`.
    leading: f32,
    size: f32,
    /// Name of the font in the page's resources.
    font: Vec<u8>,
    pieces: Vec<Piece>,
    /// Strings whose codes stand for nothing known.
    undecoded: usize,
}

impl Default for Pen {
    fn default() -> Self {
        Self {
            page: IDENTITY,
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            leading: 0.0,
            size: 12.0,
            font: Vec::new(),
            pieces: Vec::new(),
            undecoded: 0,
        }
    }
}

impl Pen {
    /// Takes one operator of the page; those that don't move or show text are passed over.
    fn run(&mut self, operator: &str, operands: &[Object], fonts: &BTreeMap<Vec<u8>, Encoding<'_>>) {
        let number = |at: usize| operands.get(at).and_then(|it| it.as_float().ok()).unwrap_or(0.0);
        let matrix = || std::array::from_fn(number);
        match operator {
            "q" => self.saved.push(self.page),
            "Q" => self.page = self.saved.pop().unwrap_or(IDENTITY),
            "cm" => self.page = multiply(matrix(), self.page),
            "BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            "Tm" => (self.text, self.line) = (matrix(), matrix()),
            // From here on, moves are relative to the start of the line, not to the last glyph.
            "Td" => self.next_line(number(0), number(1)),
            "TD" => {
                self.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            "TL" => self.leading = number(0),
            "T*" => self.next_line(0.0, -self.leading),
            "Tf" => {
                self.font = operands.first().and_then(|it| it.as_name().ok()).unwrap_or_default().to_vec();
                self.size = number(1);
            }
            "Tj" => self.show(operands, fonts),
            "TJ" => self.show_array(operands.first(), fonts),
            "'" => {
                self.next_line(0.0, -self.leading);
                self.show(operands, fonts);
            }
            "\"" => {
                self.next_line(0.0, -self.leading);
                self.show(operands.get(2..).unwrap_or_default(), fonts);
            }
            _ => {}
        }
    }

    /// Goes to the start of another line, given relative to this one's.
    fn next_line(&mut self, x: f32, y: f32) {
        self.line = multiply([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    /// `TJ`: strings, and numbers that move the pen left by thousandths of an em.
    fn show_array(&mut self, array: Option<&Object>, fonts: &BTreeMap<Vec<u8>, Encoding<'_>>) {
        for it in array.and_then(|it| it.as_array().ok()).into_iter().flatten() {
            if let Ok(shift) = it.as_float() {
                self.advance(-shift / 1000.0);
            } else {
                self.show(std::slice::from_ref(it), fonts);
            }
        }
    }

    /// Decodes a string and notes where it stands. Widths are estimated: exact ones would need
    /// the font programs, and only line ends depend on them.
    fn show(&mut self, operands: &[Object], fonts: &BTreeMap<Vec<u8>, Encoding<'_>>) {
        let Some(Object::String(bytes, _)) = operands.first() else { return };
        let Some(text) = fonts.get(&self.font).and_then(|it| decode(it, bytes)) else {
            self.undecoded += 1;
            return;
        };
        if text.contains('\u{fffd}') {
            self.undecoded += 1;
        }
        let at = multiply(self.text, self.page);
        // Words across the page at an angle are a watermark.
        let is_oblique = at[0].abs() > 0.1 * at[1].abs() && at[1].abs() > 0.1 * at[0].abs();
        let size = self.size * (at[2].powi(2) + at[3].powi(2)).sqrt();
        let width = pdf_lines::width(&text);
        if !is_oblique {
            self.pieces.push(Piece { x: at[4], y: at[5], size, text });
        }
        self.advance(width);
    }

    /// Moves right by `ems` of the font's size.
    fn advance(&mut self, ems: f32) {
        self.text = multiply([1.0, 0.0, 0.0, 1.0, ems * self.size, 0.0], self.text);
    }
}
