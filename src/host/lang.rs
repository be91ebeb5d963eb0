//! The language of what is told to people.

/// English or Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese (简体中文).
    Zh,
}

impl Lang {
    /// What was asked for, or the language of the locale: the first of `LC_ALL`, `LC_MESSAGES` and
    /// `LANG` that is set and not empty.
    #[must_use]
    pub fn or_locale(asked: Option<Self>) -> Self {
        let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        asked.unwrap_or_else(|| {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
            Self::of_locale(&locale.unwrap_or_default())
        })
    }

    /// The language of a locale's name: `zh_CN.UTF-8` is Chinese.
    #[must_use]
    pub fn of_locale(name: &str) -> Self {
        if name.starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// The text in this language.
    #[must_use]
    pub const fn pick<T: Copy>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_chooses_unless_somebody_did() {
        assert_eq!(Lang::of_locale("zh_CN.UTF-8"), Lang::Zh);
        assert_eq!(Lang::of_locale("C"), Lang::En);
        assert_eq!(Lang::or_locale(Some(Lang::Zh)), Lang::Zh);
        assert_eq!(Lang::Zh.pick("yes", "是"), "是");
    }
}
