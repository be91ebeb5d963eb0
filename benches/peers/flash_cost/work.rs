//! The works, and the rows that they fill.

pub mod boot;
pub mod day;
pub mod files;
pub mod hold;

/// One number, or a word where there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Word(String),
}

#[derive(Clone, Debug)]
pub struct Row {
    pub store: String,
    pub work: String,
    pub part: String,
    pub metric: String,
    pub value: Value,
}

/// Everything that was measured.
#[derive(Default)]
pub struct Rows(pub Vec<Row>);

/// Where rows go: which store did what on which part.
pub struct Sheet<'r> {
    rows: &'r mut Rows,
    store: String,
    work: &'static str,
    part: &'static str,
}

impl Rows {
    pub fn sheet(&mut self, store: &str, work: &'static str, part: &'static str) -> Sheet<'_> {
        Sheet { rows: self, store: store.into(), work, part }
    }

    pub fn get(&self, work: &str, part: &str, store: &str, metric: &str) -> Option<&Value> {
        let same = |row: &&Row| {
            row.work == work && row.part == part && row.store == store && row.metric == metric
        };
        self.0.iter().find(same).map(|row| &row.value)
    }

    /// The stores of a work on a part, in the order in which they ran.
    pub fn stores(&self, work: &str, part: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for row in self.0.iter().filter(|row| row.work == work && row.part == part) {
            if !names.contains(&row.store) {
                names.push(row.store.clone());
            }
        }
        names
    }
}

impl Sheet<'_> {
    pub fn number(&mut self, metric: impl Into<String>, value: f64) {
        self.put(metric.into(), Value::Number(value));
    }

    pub fn result(&mut self, result: Result<(), String>) {
        self.put("result".into(), Value::Word(result.err().unwrap_or_else(|| "ok".into())));
    }

    /// In place of a number: why there is none.
    pub fn word(&mut self, metric: impl Into<String>, why: String) {
        self.put(metric.into(), Value::Word(why));
    }

    fn put(&mut self, metric: String, value: Value) {
        let (store, work, part) = (self.store.clone(), self.work.into(), self.part.into());
        self.rows.0.push(Row { store, work, part, metric, value });
    }
}

pub const W1: &str = "W1";
pub const HELD: &str = "W1 held";
pub const W2: &str = "W2";
pub const W4: &str = "W4";

/// A part with its names.
pub const SPI: &str = "a";
pub const CHIP: &str = "b";
pub const H7: &str = "h7";
pub const FILE: &str = "file";
