//! How much a provider may still be used today.

use futures::future::BoxFuture;

/// Keeps the tokens that were used, by provider and day. Which day it is, is the keeper's business.
pub trait Budget: Send + Sync {
    /// Tokens used of `provider` today.
    fn spent<'a>(&'a self, provider: &'a str) -> BoxFuture<'a, Result<u64, String>>;

    /// Adds one call and its tokens to today's.
    fn add<'a>(&'a self, provider: &'a str, tokens: u64) -> BoxFuture<'a, Result<(), String>>;
}

/// Keeps nothing: for providers without a limit, and for tests.
#[derive(Debug, Clone, Copy)]
pub struct NoBudget;

impl Budget for NoBudget {
    fn spent<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<u64, String>> {
        Box::pin(async { Ok(0) })
    }

    fn add<'a>(&'a self, _: &'a str, _: u64) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }
}

/// Tokens of `text` where nobody counts them: one for a Chinese character, one for four others. Rather too
/// many than too few.
pub fn estimate(text: &str) -> u64 {
    let (mut wide, mut narrow) = (0u64, 0u64);
    for c in text.chars() {
        if c.is_ascii() {
            narrow += 1;
        } else {
            wide += 1;
        }
    }
    wide + narrow.div_ceil(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_counts_characters() {
        // 4 Chinese characters, 5 letters: 4 + ⌈5 ÷ 4⌉.
        assert_eq!(estimate("党务问答abcde"), 6);
        assert_eq!(estimate(""), 0);
    }
}
