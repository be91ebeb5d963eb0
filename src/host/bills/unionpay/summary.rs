//! RD2010: the printed summary. It has no rows, but its totals must be those of ZM beside it.

use super::super::bad::{Fault, What, Why};
use super::super::fields::Encoding;
use super::super::grammar::Grammar;
use super::super::notes::Notes;
use super::super::row::BillRow;
use super::super::value::decimal;

pub(in super::super) const TITLE: &str = "中国银联全渠道商户交易汇总表";

pub(super) const ROWS: &str = "UnionPay 交易笔数";
pub(super) const GROSS: &str = "UnionPay 交易金额";
pub(super) const FEE: &str = "UnionPay 费用";
pub(super) const NET: &str = "UnionPay 资金清算差额";

/// Count and, in fen, amount, fee, net; each credit less debit.
type Totals = [i128; 4];

#[derive(Default)]
pub(in super::super) struct Summary {
    /// The line 总计 of each table: by type, and by kind of card.
    totals: Vec<Totals>,
}

/// What a line of values is called stands in its first bytes.
const LABEL: std::ops::Range<usize> = 0..20;
const COUNT: std::ops::Range<usize> = 20..28;
/// Amount, fee, net: debit, and credit behind it.
const PAIRS: [(usize, &str); 3] = [(28, "交易金额"), (60, "费用"), (92, "资金清算差额")];
const WIDTH: usize = 16;

impl Grammar for Summary {
    fn piece(&mut self, line: &[u8], _notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let label = Encoding::Gbk.text(line.get(LABEL).unwrap_or_default());
        if label.trim() == "总计" {
            self.totals.push(totals(line)?);
        }
        Ok(None)
    }

    fn end(&mut self, notes: &mut Notes) {
        notes.at(0);
        let Some(first) = self.totals.first() else {
            notes.push(What::NoFooter);
            return;
        };
        // Which of debit and credit a sale is in, is not known: the differences must agree.
        let names = [(ROWS, 0), (GROSS, 2), (FEE, 2), (NET, 2)];
        for ((name, places), value) in names.into_iter().zip(first) {
            notes.claim(name, places, value.abs(), true);
        }
        for other in self.totals.iter().skip(1) {
            for ((name, places), (value, other)) in names.into_iter().zip(first.iter().zip(other)) {
                notes.tie(name, places, Some(*value), *other);
            }
        }
    }
}

fn totals(line: &[u8]) -> Result<Totals, Fault> {
    let number = |at: usize, width: usize, places: usize, name: &str| {
        let bytes = line.get(at..(at + width).min(line.len())).unwrap_or_default();
        let text: String =
            String::from_utf8_lossy(bytes).chars().filter(|c| !matches!(c, ' ' | ',')).collect();
        let text = if text.is_empty() { "0" } else { &text };
        let value = decimal(text, places).map(i128::from);
        value.ok_or_else(|| Fault::of(at, name, text, Why::NotMoney))
    };
    let mut out = [number(COUNT.start, COUNT.len(), 0, "交易笔数")?, 0, 0, 0];
    for (sum, (at, name)) in out.iter_mut().skip(1).zip(PAIRS) {
        *sum = number(at + WIDTH, WIDTH, 2, name)? - number(at, WIDTH, 2, name)?;
    }
    Ok(out)
}
