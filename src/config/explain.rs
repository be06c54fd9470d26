//! Turns figment's errors into a Chinese sentence with the key and the place.
//!
//! figment names the provider of a whole table, not of a misspelt key in it, so the place is looked
//! up in the sources themselves: an environment variable if there is one, else the line of the file.

use std::path::Path;

use figment::{error::Kind, providers::Env};

use super::{ConfigError, PREFIX};

/// Where values may have come from.
pub(super) struct Sources<'a> {
    /// The TOML file (need not exist).
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
    /// The environment.
    pub env: &'a Env,
}

impl Sources<'_> {
    /// The first error of figment's chain, in words.
    pub fn explain(&self, error: &figment::Error) -> ConfigError {
        let mut path = error.path.clone();
        let reason = match &error.kind {
            Kind::UnknownField(name, known) => {
                // figment mostly has the unknown key in the path already, but not at the top.
                if path.last() != Some(name) {
                    path.push(name.clone());
                }
                format!("没有这个配置项；可用的有：{}", known.join("、"))
            }
            Kind::UnknownVariant(value, known) => format!("不接受“{value}”；可选值：{}", known.join("、")),
            Kind::InvalidType(found, wanted) => format!("类型不对：应为 {}，收到 {found}", wanted_words(wanted)),
            Kind::InvalidValue(found, wanted) => format!("取值不对：应为 {}，收到 {found}", wanted_words(wanted)),
            Kind::Message(message) if path.is_empty() => {
                return ConfigError::NotToml { path: self.path.to_owned(), reason: message.clone() };
            }
            Kind::Message(message) if message.contains("socket address") => {
                format!("应为{}", wanted_words("socket address"))
            }
            other => format!("无法识别：{other}"),
        };
        self.wrong(&path.join("."), reason)
    }

    /// An error about one key.
    pub fn wrong(&self, key: &str, reason: String) -> ConfigError {
        ConfigError::Wrong { key: key.to_owned(), place: self.place(key), reason }
    }

    fn place(&self, key: &str) -> String {
        if self.env.iter().any(|(name, _)| name.as_str() == key) {
            return format!("环境变量 {PREFIX}{}", key.to_uppercase().replace('.', "__"));
        }
        match line_of(self.text, key) {
            Some(line) => format!("{} 第 {line} 行", self.path.display()),
            None => format!("{} 或环境变量", self.path.display()),
        }
    }
}

/// The line, from 1, on which a dotted key is set in a TOML text written table by table.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut table = String::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            name.trim().clone_into(&mut table);
            if table == key {
                return Some(index + 1);
            }
        } else if let Some((name, _)) = line.split_once('=') {
            let name = name.trim();
            let full = if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") };
            if full == key {
                return Some(index + 1);
            }
        }
    }
    None
}

/// serde's words for what it wanted, in Chinese where they are common.
fn wanted_words(wanted: &str) -> &str {
    match wanted {
        "a string" | "string" => "字符串",
        "a boolean" => "true 或 false",
        "usize" | "u64" | "u32" => "不小于 0 的整数",
        "f32" | "f64" => "数字",
        "socket address" => "地址:端口，如 127.0.0.1:8080",
        other if other.starts_with("struct ") => "一个表（[名称]）",
        other => other,
    }
}
