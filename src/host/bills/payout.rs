//! Leshua's payout records (打款单): JSON objects in any envelope. Account and holder are never read.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::bad::{Fault, What, Why};
use super::facts::Facts;
use super::grammar::Grammar;
use super::notes::Notes;
use super::row::{BillRow, Flow, Kind, Payout};
use super::value::{date, date_time};

/// The records of payouts.
pub(super) struct Payouts {
    facts: Arc<Facts>,
}

impl Payouts {
    pub fn new(facts: Arc<Facts>) -> Self {
        Self { facts }
    }
}

/// By which a payout's object is told from what stands round it.
pub(super) const MARK: &str = "billId";

impl Grammar for Payouts {
    fn piece(&mut self, bytes: &[u8], notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let excerpt =
            || String::from_utf8_lossy(bytes.get(..64.min(bytes.len())).unwrap_or_default());
        let Ok(object) = serde_json::from_slice::<Map<String, Value>>(bytes) else {
            return Err(Fault::of(0, "", &excerpt(), Why::NotJson));
        };
        if !object.contains_key(MARK) {
            return Ok(None);
        }
        let record = Record { object };
        let printed = record.text("state");
        let state = self.facts.payout.states.get(&printed).copied();
        let state = state.ok_or_else(|| record.fault("state", Why::Unknown("[payout.states]")))?;
        let paid = record.money("realAmount")?;
        let planned = record.money("planAmount")?;
        let withheld = record.money("suspendAmount")?;
        if let (Some(planned), Some(withheld), Some(paid)) = (planned, withheld, paid)
            && planned.checked_sub(withheld) != Some(paid)
        {
            notes.push(What::Arithmetic {
                computed: planned.saturating_sub(withheld),
                stated: paid,
            });
        }
        let amount = paid.ok_or_else(|| record.fault("realAmount", Why::Missing))?;

        let mut row = BillRow::new(Kind::Payout, amount);
        row.state = state.row_state();
        row.flow = Flow::Out;
        row.raw_kind = record.text("settType");
        row.raw_state = printed;
        let created = record.time("createTime")?;
        row.time = record.time("bankretTime")?.or(created);
        if row.time.is_none() {
            return Err(record.fault("createTime", Why::Missing));
        }
        row.clearing_date = match record.some("settDate") {
            None => None,
            Some(text) => Some(date(&text).ok_or_else(|| record.fault("settDate", Why::NotATime))?),
        };
        row.keys.acquirer_ref = record.key(MARK)?;
        row.keys.mid = record.key("merchantId")?;
        row.payout = Some(Box::new(Payout {
            state,
            reason: record.some("failReason"),
            planned,
            withheld,
            repeats: bill_number(&record.text("remark")),
            created,
        }));
        Ok(Some(row))
    }

    fn end(&mut self, _notes: &mut Notes) {}
}

/// The number of the payout that a remark names: 20 digits.
fn bill_number(remark: &str) -> Option<String> {
    let numbers = remark.split(|c: char| !c.is_ascii_digit());
    numbers.into_iter().find(|digits| digits.len() == 20).map(str::to_string)
}

struct Record {
    object: Map<String, Value>,
}

impl Record {
    /// A text or a number as a text; nothing for anything else.
    fn text(&self, name: &str) -> String {
        match self.object.get(name) {
            Some(Value::String(text)) => text.trim().to_string(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// What rows are found by holds no character that stands for one nobody could read.
    fn key(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.some(name) {
            Some(text) if text.contains('\u{fffd}') => Err(self.fault(name, Why::NotText)),
            text => Ok(text),
        }
    }

    fn money(&self, name: &str) -> Result<Option<i64>, Fault> {
        let Some(text) = self.some(name) else { return Ok(None) };
        let value = super::value::decimal(&text, 0);
        value.map(Some).ok_or_else(|| self.fault(name, Why::NotMoney))
    }

    fn time(&self, name: &str) -> Result<Option<jiff::civil::DateTime>, Fault> {
        let Some(text) = self.some(name) else { return Ok(None) };
        date_time(&text).map(Some).ok_or_else(|| self.fault(name, Why::NotATime))
    }

    fn fault(&self, name: &str, why: Why) -> Fault {
        Fault::of(0, name, &self.text(name), why)
    }
}
