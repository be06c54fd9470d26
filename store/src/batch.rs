//! Statements over many rows with a fixed number of placeholders: written once, prepared once.
//!
//! One statement per row costs a round trip per row; a statement as long as the data would be
//! prepared anew each time. So a batch is cut into pages of one fixed size, and what is left over
//! goes row by row (inserts) or is padded (look-ups).

use crate::{Result, Tx, Value};

/// An insert or upsert of many rows.
#[derive(Debug)]
pub struct Rows {
    many: &'static str,
    one: &'static str,
    count: usize,
}

impl Rows {
    /// `head` is `insert into t (a, b) values`, `columns` how many there are, `count` how many rows
    /// one statement carries, `tail` what follows, e.g. `on conflict …`. To be kept in a static:
    /// the texts live as long as the process.
    pub fn new(head: &str, columns: usize, count: usize, tail: &str) -> Self {
        Self { many: values(head, columns, count, tail), one: values(head, columns, 1, tail), count }
    }

    /// Writes `rows`, each with a value for every column; gives the number of rows touched.
    pub async fn execute(&self, tx: &mut Tx, rows: Vec<Vec<Value>>) -> Result<u64> {
        let mut touched = 0;
        let mut rest = rows.into_iter().peekable();
        while rest.peek().is_some() {
            let page: Vec<Vec<Value>> = rest.by_ref().take(self.count).collect();
            if page.len() == self.count {
                touched += tx.execute(self.many, page.into_iter().flatten().collect()).await?;
            } else {
                for row in page {
                    touched += tx.execute(self.one, row).await?;
                }
            }
        }
        Ok(touched)
    }

    /// Both texts, for the test that prepares every statement.
    pub fn statements(&self) -> [&'static str; 2] {
        [self.many, self.one]
    }
}

/// A look-up of many keys: `… where id in ($1, …, $n) …`.
#[derive(Debug)]
pub struct Keys {
    sql: &'static str,
    count: usize,
}

impl Keys {
    /// `head` ends with `in`, `tail` follows the bracket. To be kept in a static, as [`Rows`].
    pub fn new(head: &str, count: usize, tail: &str) -> Self {
        Self { sql: values(head, count, 1, tail), count }
    }

    /// The statement.
    pub fn sql(&self) -> &'static str {
        self.sql
    }

    /// The arguments, page by page; the last page is padded with empty keys, which nothing has.
    pub fn pages(&self, keys: &[String]) -> Vec<Vec<Value>> {
        keys.chunks(self.count)
            .map(|page| {
                let mut args: Vec<Value> = page.iter().map(Value::from).collect();
                args.resize(self.count, Value::from(""));
                args
            })
            .collect()
    }
}

/// `head ($1, $2), ($3, $4) tail`, for ever.
fn values(head: &str, columns: usize, rows: usize, tail: &str) -> &'static str {
    let row = |n: usize| {
        let places: Vec<String> = (n * columns + 1..=(n + 1) * columns).map(|place| format!("${place}")).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{head} {} {tail}", rows.join(", ")).leak()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_through() {
        let rows = Rows::new("insert into t (a, b) values", 2, 2, "on conflict do nothing");
        let expected = "insert into t (a, b) values ($1, $2), ($3, $4) on conflict do nothing";
        assert_eq!(rows.statements()[0], expected);
    }

    #[test]
    fn the_last_page_is_padded() {
        let keys = Keys::new("select a from t where id in", 2, "");
        let pages = keys.pages(&["x".into(), "y".into(), "z".into()]);
        assert_eq!(pages, vec![vec!["x".into(), "y".into()], vec!["z".into(), Value::from("")]]);
    }
}
