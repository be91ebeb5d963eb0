//! Closing lines as patterns: literal text with `{count}` and `{sum}` in it.

/// What a line says that fits a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stated {
    pub count: Option<String>,
    pub sum: Option<String>,
}

/// The numbers of a line at the pattern's places; `None` if the line does not fit. What stands behind
/// the pattern's end is not looked at.
pub(super) fn fits(pattern: &str, line: &str) -> Option<Stated> {
    let mut stated = Stated::default();
    let (mut pattern, mut line) = (pattern, line.trim());
    loop {
        let Some((before, name, after)) = place(pattern) else {
            return line.starts_with(pattern).then_some(stated);
        };
        line = line.strip_prefix(before)?;
        let end =
            line.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | ',')).unwrap_or(line.len());
        let (number, rest) = line.split_at_checked(end)?;
        if number.is_empty() {
            return None;
        }
        let slot = if name == "count" { &mut stated.count } else { &mut stated.sum };
        *slot = Some(number.replace(',', ""));
        (pattern, line) = (after, rest);
    }
}

/// The first place of a pattern: what stands before it, its name, what stands behind it.
fn place(pattern: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = pattern.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    matches!(name, "count" | "sum").then_some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_at_their_places() {
        let pattern = "#交易合计：{count}笔，商家实收共{sum}元";
        let stated =
            fits(pattern, "#交易合计：2笔，商家实收共-1,234.56元，商家优惠共0.00元\t").unwrap();
        assert_eq!(stated.count.unwrap(), "2");
        assert_eq!(stated.sum.unwrap(), "-1234.56");
        assert_eq!(fits(pattern, "#退款合计：2笔"), None);
        assert_eq!(fits(pattern, "#交易合计：笔，商家实收共1元"), None);
        assert_eq!(fits("a{b", "a{bc").unwrap(), Stated::default());
    }
}
