//! One way to write an enum whose values have a code and a Chinese name.

/// Defines an enum with, for every value, the code that JSON and SQL keep and the name that pages show, so
/// that the three can't drift apart. Each value's comment is its documentation.
macro_rules! coded {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])+ $variant:ident = $code:literal $title:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$inner])+ #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the source.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code in JSON and SQL.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The Chinese name that pages show.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// The value with this code; `None` for any other text.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.code() == code)
            }
        }

        impl std::fmt::Display for $name {
            /// The Chinese name.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.title())
            }
        }
    };
}

pub(crate) use coded;

#[cfg(test)]
mod tests {
    coded! {
        /// A light.
        Light {
            /// Stop.
            Red = "red" "红",
            /// Go.
            DarkGreen = "dark_green" "深绿",
        }
    }

    #[test]
    fn code_json_and_name_agree() {
        for light in Light::ALL {
            assert_eq!(Light::from_code(light.code()), Some(*light));
            assert_eq!(serde_json::to_string(light).unwrap(), format!("\"{}\"", light.code()));
        }
        assert_eq!(serde_json::from_str::<Light>("\"dark_green\"").unwrap(), Light::DarkGreen);
        assert_eq!(Light::Red.to_string(), "红");
        assert_eq!(Light::from_code("green"), None);
    }
}
