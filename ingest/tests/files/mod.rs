//! Makes HTML, DOCX and PDF files of given paragraphs.

use std::io::{Cursor, Write};

use lopdf::{Document, Object, Stream, dictionary};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A page with chrome around the text and hidden words in it.
pub fn html(paragraphs: &[&str]) -> String {
    let body: Vec<String> = paragraphs
        .iter()
        .enumerate()
        // The source wraps and hides, the page does not show it.
        .map(|(at, it)| {
            if at % 3 == 0 {
                format!("<p>{it}</p>\n")
            } else {
                format!("<div><span>{it}</span><i hidden>藏</i></div>\n")
            }
        })
        .collect();
    format!(
        "<!DOCTYPE html><html><head><title>站</title><script>1</script></head><body><nav>首页</nav>{}</body></html>",
        body.concat()
    )
}

/// An archive of named parts.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// 40 MiB of one letter in a few kilobytes.
pub fn zip_bomb() -> Vec<u8> {
    zip(&[("word/document.xml", &vec![b'x'; 40 << 20])])
}

/// The frame of `word/document.xml`.
fn document(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Each paragraph in two runs, as word processors like to cut them.
pub fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text));
    let body: Vec<String> = paragraphs
        .iter()
        .map(|it| {
            let middle = it.char_indices().nth(2).map_or(0, |it| it.0);
            format!(
                "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr>{}{}</w:p>",
                run(&it[..middle]),
                run(&it[middle..])
            )
        })
        .collect();
    zip(&[("word/document.xml", document(&body.concat()).as_bytes())])
}

/// A document whose numbers are automatic, with a footnote and words that aren't shown.
pub fn docx_numbered() -> Vec<u8> {
    let line = |level: u32, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        "<w:p><w:r><w:t>某单位示范办法</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>".to_owned(),
        line(0, "甲："),
        line(1, "乙；"),
        line(1, "丙。"),
        line(0, "丁&amp;戊："),
        line(1, "己。<!-- x -->"),
    ]
    .concat();
    let levels = "<w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCountingThousand\"/><w:lvlText w:val=\"第%1条\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:suff w:val=\"nothing\"/><w:lvlText w:val=\"（%2）\"/></w:lvl></w:abstractNum>";
    let numbering =
        format!("<w:numbering>{levels}<w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>");
    let notes = "<w:footnotes><w:footnote w:id=\"0\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:id=\"1\"><w:p><w:r><w:t>脚注一。</w:t></w:r></w:p></w:footnote></w:footnotes>";
    zip(&[
        ("word/document.xml", document(&body).as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("word/footnotes.xml", notes.as_bytes()),
    ])
}

/// Ems of a full line.
const LINE: usize = 30;
/// Lines of a page.
const PAGE: usize = 12;

/// A PDF with a CID font: codes are UTF-16 units, mapped back by a `ToUnicode` table. Paragraphs are
/// indented by two characters, wrapped at the margin, and run over page ends; pages are numbered.
pub fn pdf(paragraphs: &[&str]) -> Vec<u8> {
    let mut lines = Vec::new();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let mut rest: Vec<char> = paragraph.chars().collect();
        let mut indent = if at == 0 { 8 } else { 2 };
        while !rest.is_empty() {
            let tail = rest.split_off(fitting(&rest, LINE - indent));
            lines.push((indent, rest.iter().collect::<String>()));
            (rest, indent) = (tail, 0);
        }
    }
    let mut document = Document::with_version("1.5");
    let pages_id = document.new_object_id();
    let resources = resources(&mut document);
    let contents: Vec<String> = if lines.is_empty() {
        vec!["0 0 m 9 9 l S".to_owned()]
    } else {
        lines.chunks(PAGE).enumerate().map(|(at, it)| page(at, it)).collect()
    };
    let kids: Vec<Object> = contents
        .into_iter()
        .map(|content| {
            let mut stream = Stream::new(dictionary! {}, content.into_bytes());
            stream.compress().expect("a stream");
            let content = document.add_object(stream);
            document.add_object(dictionary! { "Type" => "Page", "Parent" => pages_id, "Contents" => content, "Resources" => resources }).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).expect("few pages");
    let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
    document.objects.insert(
        pages_id,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "MediaBox" => media }),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages_id });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a PDF");
    bytes
}

/// How many characters fit into a line of `ems`; Latin letters and digits are half as wide.
fn fitting(text: &[char], ems: usize) -> usize {
    let mut halves = 0;
    let wide = |c: char| if c.is_ascii() { 1 } else { 2 };
    text.iter()
        .take_while(|c| {
            halves += wide(**c);
            halves <= ems * 2
        })
        .count()
}

fn page(at: usize, lines: &[(usize, String)]) -> String {
    use std::fmt::Write;
    let mut content = String::from("BT /F1 16 Tf\n");
    for (row, (indent, text)) in lines.iter().enumerate() {
        let _ = writeln!(
            content,
            "1 0 0 1 {} {} Tm [{} -10 {}] TJ",
            60 + indent * 16,
            780 - row * 28,
            hex(&text[..text.char_indices().nth(1).map_or(0, |it| it.0)]),
            hex(&text[text.char_indices().nth(1).map_or(0, |it| it.0)..])
        );
    }
    let _ = write!(content, "1 0 0 1 280 40 Tm {} Tj\nET", hex(&format!("— {} —", at + 1)));
    content
}

/// A string of the content stream, in the codes of the font.
fn hex(text: &str) -> String {
    let codes: Vec<String> = text.encode_utf16().map(|it| format!("{it:04X}")).collect();
    format!("<{}>", codes.concat())
}

/// The font of all pages.
fn resources(document: &mut Document) -> lopdf::ObjectId {
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n\
        1 begincodespacerange <0000> <FFFF> endcodespacerange\n1 beginbfrange <0000> <FFFF> <0000> endbfrange\n\
        endcmap CMapName currentdict /CMap defineresource pop end end";
    let map = document.add_object(Stream::new(dictionary! {}, map.as_bytes().to_vec()));
    let cid = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "Song" });
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "Song", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![cid.into()], "ToUnicode" => map,
    });
    document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } })
}
