//! Plain text in the encodings that Chinese offices use.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::Reading;
use crate::Error;

/// Decodes UTF-8, UTF-16 (by its mark or its zero bytes) or GB18030.
pub(super) fn read(bytes: &[u8]) -> Result<Reading, Error> {
    let (text, encoding) = decode(bytes)?;
    let notes =
        if encoding == "UTF-8" { Vec::new() } else { vec![format!("文字编码为 {encoding}，已转为 UTF-8")] };
    Ok(Reading { text: text.replace("\r\n", "\n").replace('\r', "\n"), notes, ..Reading::default() })
}

/// As [`read`], but the page's own `charset` goes first.
pub(super) fn decode_html(bytes: &[u8]) -> Result<String, Error> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let named = head.find("charset=").map(|at| head[at + "charset=".len()..].trim_start_matches(['"', '\'']));
    let label: Option<String> =
        named.map(|it| it.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect());
    if let Some(encoding) = label.and_then(|it| Encoding::for_label(it.as_bytes()))
        && std::str::from_utf8(bytes).is_err()
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return Ok(text.into_owned());
    }
    decode(bytes).map(|it| it.0)
}

/// The text and the name of its encoding. A mark at the start decides; then UTF-8, which other
/// encodings hardly ever pass for; then UTF-16 if there are zero bytes; then GB18030.
fn decode(bytes: &[u8]) -> Result<(String, &'static str), Error> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes)
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes[length..])
    {
        return Ok((text.into_owned(), encoding.name()));
    }
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) if !looks_like_utf16(bytes) => return Ok((text.to_owned(), "UTF-8")),
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    };
    if bytes.contains(&0) {
        if let Some(found) = utf16(bytes) {
            return Ok(found);
        }
        return Err(Error::UnsupportedFormat("二进制文件".to_owned()));
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text.into_owned(), "GB18030")),
        None => utf16(bytes).ok_or(Error::BadEncoding { offset: valid }),
    }
}

/// ASCII in UTF-16 is also valid UTF-8 with zero bytes in it.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    bytes.len().is_multiple_of(2) && bytes.contains(&0) && utf16(bytes).is_some()
}

/// UTF-16 without a mark: whichever order gives mostly characters of Chinese texts.
fn utf16(bytes: &[u8]) -> Option<(String, &'static str)> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    [UTF_16LE, UTF_16BE].into_iter().find_map(|encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        let (all, common) = text.chars().fold((0, 0), |(all, common), c| (all + 1, common + usize::from(is_common(c))));
        (common * 10 >= all * 9).then(|| (text.into_owned(), encoding.name()))
    })
}

/// Characters that make up Chinese official texts.
fn is_common(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | ' '..='~' | '\u{2010}'..='\u{2030}' | '\u{2460}'..='\u{2473}' | '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "第一条　为了规范某项工作，制定本办法。\n第二条　（一）甲；①乙。\n";

    fn utf16_bytes(big: bool, mark: bool) -> Vec<u8> {
        let text = if mark { format!("\u{feff}{TEXT}") } else { TEXT.to_owned() };
        text.encode_utf16().flat_map(|it| if big { it.to_be_bytes() } else { it.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let gb = GB18030.encode(TEXT).0.into_owned();
        let marked = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            marked,
            gb,
            utf16_bytes(true, true),
            utf16_bytes(false, true),
            utf16_bytes(true, false),
            utf16_bytes(false, false),
        ] {
            assert_eq!(read(&bytes).expect("text").text, TEXT);
        }
        let page = [b"<meta charset=gb2312>".to_vec(), GB18030.encode("党章").0.into_owned()].concat();
        assert!(decode_html(&page).expect("text").ends_with("党章"));
    }

    #[test]
    fn rubbish_is_refused_with_its_code() {
        assert_eq!(read(&[0, 159, 146, 150, 0, 1, 2]).expect_err("binary").code(), "REG-007");
        assert_eq!(read(&[b'a', 0xff, 0xff, 0xff, b'b']).expect_err("no text").code(), "REG-008");
    }
}
