//! Personal data in questions is masked before anything is stored: identity and mobile numbers.

/// `text` with the middle of every run of digits that can be a resident identity number (18 digits, the
/// last may be X; 15 in the old form) or a mobile number (11 digits from 1) replaced by asterisks.
pub fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut masked = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        let end = at + chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let with_x = end + usize::from(end - at == 17 && matches!(chars.get(end), Some('x' | 'X')));
        let is_mobile = end - at == 11 && chars[at] == '1';
        if matches!(with_x - at, 15 | 18) || is_mobile {
            let (front, back) = if is_mobile { (3, 4) } else { (6, 2) };
            masked[at + front..with_x - back].fill('*');
        }
        at = with_x.max(at + 1);
    }
    masked.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn numbers_of_persons_are_masked_and_others_are_not() {
        assert_eq!(mask("我的号码13800138000，谢谢"), "我的号码138****8000，谢谢");
        assert_eq!(mask("身份证31019919900101001X"), "身份证310199**********1X");
        assert_eq!(mask("第32条，2026年，12388"), "第32条，2026年，12388");
    }
}
