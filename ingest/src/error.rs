//! Why a file is refused: every code of this crate stands in this one table.

use std::fmt;

/// A file that can't become a regulation. The whole file is refused: nothing of it is kept.
///
/// A code means one thing for ever; texts may be reworded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// REG-001
    #[error("第{line}行有密级标志“{marking}”：本系统不处理涉密文件，已拒绝导入")]
    Classified {
        /// 绝密, 机密 or 秘密.
        marking: &'static str,
        /// Line of the marking, from 1.
        line: usize,
    },
    /// REG-002
    #[error("条号重复：{}。请核对原文后再导入", Joined(.0))]
    DuplicateArticles(Vec<Duplicate>),
    /// REG-003
    #[error("文件里没有可读文字")]
    NoText,
    /// REG-004
    #[error("{part}解压后超过{limit}的上限，疑似压缩炸弹")]
    TooLarge {
        /// Which part of which container.
        part: String,
        /// The limit, with its unit.
        limit: String,
    },
    /// REG-005
    #[error("PDF 没有文字层（共{pages}页，可能是扫描件），请先做文字识别（OCR）")]
    PdfNeedsOcr {
        /// Pages of the document.
        pages: usize,
    },
    /// REG-006
    #[error("文件已加密，请先解除密码")]
    Encrypted,
    /// REG-007
    #[error("不支持的文件格式（{0}）；可导入 Markdown、纯文本、HTML、DOCX、带文字层的 PDF")]
    UnsupportedFormat(String),
    /// REG-008
    #[error("无法识别文字编码：第{offset}字节起既不是 UTF-8，也不是 UTF-16 或 GB18030")]
    BadEncoding {
        /// First byte that is no UTF-8, from 0.
        offset: usize,
    },
    /// REG-009
    #[error("{place}已损坏：{reason}")]
    Damaged {
        /// Which part of the file.
        place: String,
        /// What the reader stumbled over.
        reason: String,
    },
    /// REG-010
    #[error("找不到标题，请用参数或元数据给出")]
    NoTitle,
    /// REG-011
    #[error("元数据有误（{place}）：{reason}")]
    BadMetadata {
        /// File, field or line.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// REG-012
    #[error("无法读取：{0}")]
    Unreadable(String),
}

/// All codes with what they mean, for the documentation of the product.
pub const CODES: [(&str, &str); 12] = [
    ("REG-001", "文件带密级标志"),
    ("REG-002", "条号重复"),
    ("REG-003", "没有可读文字"),
    ("REG-004", "文件或压缩包过大"),
    ("REG-005", "PDF 没有文字层，需要文字识别"),
    ("REG-006", "文件已加密"),
    ("REG-007", "不支持的文件格式"),
    ("REG-008", "文字编码无法识别"),
    ("REG-009", "文件已损坏"),
    ("REG-010", "缺少标题"),
    ("REG-011", "元数据有误"),
    ("REG-012", "文件无法读取"),
];

impl Error {
    /// The stable code, e.g. `REG-002`.
    pub const fn code(&self) -> &'static str {
        let row = match self {
            Self::Classified { .. } => 0,
            Self::DuplicateArticles(_) => 1,
            Self::NoText => 2,
            Self::TooLarge { .. } => 3,
            Self::PdfNeedsOcr { .. } => 4,
            Self::Encrypted => 5,
            Self::UnsupportedFormat(_) => 6,
            Self::BadEncoding { .. } => 7,
            Self::Damaged { .. } => 8,
            Self::NoTitle => 9,
            Self::BadMetadata { .. } => 10,
            Self::Unreadable(_) => 11,
        };
        CODES[row].0
    }
}

/// An article number that occurs twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The number as people write it, e.g. 第三条.
    pub label: String,
    /// Line of its first occurrence in the normalised source, from 1.
    pub first_line: usize,
    /// Line of the second.
    pub second_line: usize,
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}出现在第{}行和第{}行", self.label, self.first_line, self.second_line)
    }
}

struct Joined<'a>(&'a [Duplicate]);

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, duplicate) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("；")?;
            }
            duplicate.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_number_and_places() {
        let duplicate = Duplicate { label: "第三条".to_owned(), first_line: 5, second_line: 9 };
        let error = Error::DuplicateArticles(vec![duplicate]);
        assert_eq!(error.code(), "REG-002");
        assert_eq!(error.to_string(), "条号重复：第三条出现在第5行和第9行。请核对原文后再导入");
    }
}
