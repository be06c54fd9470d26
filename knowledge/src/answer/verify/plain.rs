//! Source text shown in an answer: it is data and must not become Markdown or HTML.

/// `text` with the characters that Markdown or HTML would act on replaced by their full-width twins
/// (`<` → ＜, `[` → ［). The twins are equal under [`crate::text::normalize()`], so a quotation of the result
/// still verifies, whatever renders it.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut starts_line = true;
    for c in text.chars() {
        let acts = matches!(c, '<' | '>' | '[' | ']' | '`' | '*' | '_' | '~' | '\\' | '|' | '&' | '!')
            || starts_line && matches!(c, '#' | '-' | '+' | '=');
        // The printable ASCII range has its full-width twins at a fixed distance.
        let twin = char::from_u32(u32::from(c) + 0xfee0).filter(|_| acts);
        shown.push(twin.unwrap_or(c));
        starts_line = c == '\n' || starts_line && (c.is_whitespace() || acts);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalize;

    #[test]
    fn nothing_active_is_left_and_the_words_stay() {
        let source = "# 标题\n> 引用 [1](http://x) <script>`a`</script>\n- 项";
        let shown = plain(source);
        assert!(!shown.contains(['<', '>', '[', ']', '`', '#', '-']), "{shown}");
        assert_eq!(normalize(&shown), normalize(source));
        assert_eq!(plain("第十三条　应当公示。"), "第十三条　应当公示。");
    }
}
