//! A bill that is being read.

use std::io::{BufReader, Read};
use std::sync::Arc;

use super::bad::{BadRow, Fault, Finding, What, Why};
use super::facts::Facts;
use super::grammar::Grammar;
use super::notes::{Claim, Notes};
use super::pieces::{Cut, Pieces};
use super::profile::{Profile, Rows};
use super::row::BillRow;
use super::sniff::{Format, Head, leshua_delimiter};
use super::{
    alipay, alipay_account, alipay_trade, backtick, lcsw, leshua, payout, unionpay, wechat,
    wechat_fund,
};

/// A recognised bill: an iterator over its rows, in bounded memory.
///
/// A row that cannot be used is an `Err` and does not end it. After the last row, [`Bill::findings`]
/// tells whether the sums that the file states are those of its rows.
pub struct Bill {
    source: Arc<str>,
    format: Format,
    pieces: Pieces<BufReader<Box<dyn Read + Send>>>,
    grammar: Box<dyn Grammar>,
    notes: Notes,
    ended: bool,
}

impl Bill {
    pub(super) fn new(
        source: Arc<str>,
        (format, profile): (Format, Option<Arc<Profile>>),
        head: &Head<'_>,
        reader: Box<dyn Read + Send>,
        facts: &Arc<Facts>,
    ) -> Self {
        let (cut, grammar) = grammar(&source, &format, profile, head, facts);
        let pieces = Pieces::new(BufReader::with_capacity(64 * 1024, reader), cut);
        Self { notes: Notes::new(source.clone()), source, format, pieces, grammar, ended: false }
    }

    /// The file, and its member behind a `!`.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// What it is.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// What is odd about it, as far as it was read.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.notes.findings()
    }

    pub(super) fn claims(&self) -> &[Claim] {
        &self.notes.claims
    }

    fn bad(&mut self, line: u64, fault: Fault) -> BadRow {
        self.notes.rejected += 1;
        BadRow { source: self.source.clone(), line, fault }
    }
}

impl Iterator for Bill {
    type Item = Result<BillRow, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let piece = match self.pieces.next() {
                Ok(Some(piece)) => piece,
                Ok(None) => {
                    self.ended = true;
                    self.grammar.end(&mut self.notes);
                    break;
                }
                Err(error) => {
                    // What the rows add up to is not the whole: nothing is compared.
                    self.ended = true;
                    self.notes.at(0);
                    self.notes.push(What::Unreadable(error.to_string()));
                    break;
                }
            };
            self.notes.at(piece.line);
            if piece.too_long {
                return Some(Err(self.bad(piece.line, Fault::row(Why::TooLong))));
            }
            match self.grammar.piece(self.pieces.bytes(), &mut self.notes) {
                Ok(None) => {}
                Ok(Some(mut row)) => {
                    (row.source, row.line) = (self.source.clone(), piece.line);
                    return Some(Ok(row));
                }
                Err(fault) => return Some(Err(self.bad(piece.line, fault))),
            }
        }
        None
    }
}

/// How a format is cut, and who reads it.
fn grammar(
    source: &str,
    format: &Format,
    profile: Option<Arc<Profile>>,
    head: &Head<'_>,
    facts: &Arc<Facts>,
) -> (Cut, Box<dyn Grammar>) {
    let encoding = head.encoding;
    let date = || unionpay::clearing_date(source);
    let lines = |grammar: Box<dyn Grammar>| (Cut::Lines, grammar);
    match format {
        Format::WechatTrade => {
            let body = wechat::Trade::new(facts.clone());
            lines(Box::new(backtick::Backtick::new(encoding, body)))
        }
        Format::WechatFund => {
            lines(Box::new(backtick::Backtick::new(encoding, wechat_fund::Fund::default())))
        }
        Format::AlipayTrade => {
            lines(Box::new(alipay::Hashed::new(encoding, alipay_trade::Trade::default())))
        }
        Format::AlipayTradeSummary => {
            lines(Box::new(alipay::Hashed::new(encoding, alipay_trade::Summary::default())))
        }
        Format::AlipayAccount => {
            let account = alipay_account::Account::new(facts.clone());
            lines(Box::new(alipay::Hashed::new(encoding, account)))
        }
        Format::AlipayAccountSummary => {
            lines(Box::new(alipay::Hashed::new(encoding, alipay_account::Summary::default())))
        }
        Format::LeshuaTrade => {
            let encoding = facts.leshua.encoding.of(head.bytes);
            let delimiter = match facts.leshua.delimiter.as_str() {
                "auto" => leshua_delimiter(head).unwrap_or_else(|| ",".into()),
                known => known.to_string(),
            };
            lines(Box::new(leshua::Trade::new(encoding, delimiter)))
        }
        Format::LeshuaPayout => (Cut::Objects, Box::new(payout::Payouts::new(facts.clone()))),
        Format::Lcsw => {
            let encoding = facts.lcsw.encoding.of(head.bytes);
            lines(Box::new(lcsw::Orders::new(facts.clone(), encoding)))
        }
        Format::UnionpayTrade => lines(Box::new(unionpay::Trades::new(facts.clone(), date()))),
        Format::UnionpayError => lines(Box::new(unionpay::Errors::new(date()))),
        Format::UnionpaySummary => lines(Box::<unionpay::Summary>::default()),
        Format::Profile(_) => match profile {
            Some(profile) => {
                let cut = Rows::cut(&profile);
                (cut, Box::new(Rows::new(profile, head.bytes)))
            }
            None => lines(Box::new(lcsw::Orders::new(facts.clone(), encoding))),
        },
    }
}
