//! The rows of a file that a profile describes.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::Offset;

use super::super::bad::{Fault, What, Why};
use super::super::fields::{Cells, Col, Encoding, Fields, Heads, normal, split, trim};
use super::super::grammar::Grammar;
use super::super::notes::Notes;
use super::super::pieces::Cut;
use super::super::row::{BillRow, Flow, Kind, Method, Payout, PayoutState, State};
use super::super::{currency, value};
use super::quoted::Splitter;
use super::{FeeSign, Footer, Header, Name, Profile, Sign, Unit, UnknownColumns, footer};

pub(in super::super) struct Rows {
    profile: Arc<Profile>,
    encoding: Encoding,
    offset: Offset,
    splitter: Option<Splitter>,
    body: Body,
    lines: u64,
    ended: bool,
    lost: bool,
    footers_seen: usize,
}

/// What the rows need; apart from the splitter, which the cells borrow.
struct Body {
    heads: Option<(Heads, At)>,
    /// For every closing line: rows and minor units of the kinds that it sums up.
    sums: Vec<(i128, i128)>,
}

/// Where our columns are.
struct At(Vec<(Name, Col)>);

impl At {
    fn get(&self, name: Name) -> Col {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map_or(Col::nth(0, ""), |(_, col)| *col)
    }
}

impl Rows {
    pub fn new(profile: Arc<Profile>, head: &[u8]) -> Self {
        let splitter = match (profile.delimiter.as_bytes(), profile.quote.as_bytes()) {
            (&[delimiter], &[quote]) => Some(Splitter::new(delimiter, quote)),
            _ => None,
        };
        let sums = vec![(0, 0); profile.footers.len()];
        let mut rows = Self {
            encoding: profile.encoding.of(head),
            // `Profile::read` has looked at the zone.
            offset: zone(&profile.time.zone).unwrap_or(Offset::UTC),
            splitter,
            body: Body { heads: None, sums },
            lines: 0,
            ended: false,
            lost: false,
            footers_seen: 0,
            profile,
        };
        let names: Vec<String> = match &rows.profile.header {
            Header::Names(names) => names.clone(),
            _ => rows.profile.fixed.iter().map(|field| field.name.clone()).collect(),
        };
        if !names.is_empty() {
            let heads = Heads::of(names.iter().map(String::as_str));
            rows.body.heads = at(&rows.profile, &heads).ok().map(|at| (heads, at));
            rows.lost = rows.body.heads.is_none();
        }
        rows
    }

    /// How the file is cut into rows.
    pub fn cut(profile: &Profile) -> Cut {
        match (profile.delimiter.as_bytes(), profile.quote.as_bytes()) {
            (&[delimiter], &[quote]) if profile.fixed.is_empty() => {
                Cut::Quoted { delimiter, quote }
            }
            _ => Cut::Lines,
        }
    }

    /// Whether a file begins as the profile says.
    pub fn looks_like(profile: &Profile, head: &[u8]) -> bool {
        let text = profile.encoding.of(head).text(head);
        match &profile.header {
            Header::Contains(names) => text.lines().take(64).any(|line| contains(line, names)),
            Header::Line(number) => {
                let at = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
                let names: Vec<String> = profile.columns.values().cloned().collect();
                text.lines().take(64).nth(at).is_some_and(|line| contains(line, &names))
            }
            // Nothing in the file tells: the profile was given for it.
            Header::Names(_) => !text.trim().is_empty(),
        }
    }

    fn header(&mut self, line: &str, notes: &mut Notes) {
        let is_it = match &self.profile.header {
            Header::Contains(names) => contains(line, names),
            Header::Line(number) => self.lines == *number,
            Header::Names(_) => false,
        };
        if !is_it {
            return;
        }
        let cells = match &mut self.splitter {
            Some(splitter) => splitter.split(line).ok(),
            None => split(line, &self.profile.delimiter),
        };
        let heads = Heads::of(cells.unwrap_or_default().iter().copied());
        match at(&self.profile, &heads) {
            Ok(at) => self.body.heads = Some((heads, at)),
            Err(missing) => {
                notes.push(What::NoColumn(missing));
                self.lost = true;
            }
        }
    }

    fn footer(&mut self, line: &str, notes: &mut Notes) -> bool {
        let places =
            usize::from(currency::of(&self.profile.money.currency).map_or(2, |c| c.exponent()));
        for (Footer { text, .. }, (rows, minor)) in self.profile.footers.iter().zip(&self.body.sums)
        {
            let Some(stated) = footer::fits(text, line) else { continue };
            self.footers_seen += 1;
            if let Some(count) = stated.count {
                notes.tie(text, 0, value::decimal(&count, 0).map(i128::from), *rows);
            }
            if let Some(sum) = stated.sum {
                let stated = match self.profile.money.unit {
                    Unit::Yuan => value::decimal(&sum, places),
                    Unit::Fen => value::decimal(&sum, 0),
                };
                // Whether a sum of refunds has a sign, differs.
                let stated = stated.map(|stated| i128::from(stated).abs());
                notes.tie(text, places as u8, stated, minor.abs());
            }
            return true;
        }
        false
    }
}

impl Grammar for Rows {
    fn piece(&mut self, bytes: &[u8], notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        self.lines += 1;
        let line = self.encoding.text(bytes);
        if self.lost || line.trim().is_empty() || self.footer(&line, notes) {
            return Ok(None);
        }
        let has = |mark: &str| !mark.is_empty();
        let profile = self.profile.clone();
        if has(&profile.comment_prefix) && line.starts_with(&profile.comment_prefix) {
            return Ok(None);
        }
        if has(&profile.end_marker) && line.contains(&profile.end_marker) {
            self.ended = true;
        }
        if self.ended {
            return Ok(None);
        }
        if self.body.heads.is_none() {
            self.header(&line, notes);
            return Ok(None);
        }
        let slices: Vec<Cow<'_, str>>;
        let cells = if !profile.fixed.is_empty() {
            slices = fixed(&profile, bytes, self.encoding);
            slices.iter().map(AsRef::as_ref).collect()
        } else if let Some(splitter) = &mut self.splitter {
            splitter.split(&line)?
        } else {
            split(&line, &profile.delimiter).ok_or_else(|| {
                Fault::row(Why::Columns {
                    found: super::super::fields::MOST_COLUMNS + 1,
                    wanted: 0,
                })
            })?
        };
        self.body.row(&profile, self.offset, cells)
    }

    fn end(&mut self, notes: &mut Notes) {
        notes.at(0);
        if self.body.heads.is_none() && !self.lost {
            notes.push(What::NoColumn(
                self.profile.columns.values().next().cloned().unwrap_or_default(),
            ));
        }
        if self.footers_seen < self.profile.footers.len() {
            notes.push(What::NoFooter);
        }
    }
}

impl Body {
    fn row(
        &mut self,
        profile: &Profile,
        offset: Offset,
        mut cells: Cells<'_>,
    ) -> Result<Option<BillRow>, Fault> {
        let Some((heads, at)) = &self.heads else { return Ok(None) };
        if cells.len() != heads.len() {
            return Err(Fault::row(Why::Columns { found: cells.len(), wanted: heads.len() }));
        }
        for cell in &mut cells {
            let bare = cell.strip_prefix(profile.value_prefix.as_str()).unwrap_or(cell);
            let bare = trim(bare);
            *cell = if profile.nulls.iter().any(|null| null == bare) { "" } else { bare };
        }
        if let Some(filter) = &profile.filter {
            let position =
                (0..heads.len()).find(|at| heads.name(*at) == Some(&normal(&filter.column)));
            if position.and_then(|at| cells.get(at)).is_none_or(|cell| *cell != filter.is) {
                return Ok(None);
            }
        }
        let row = read(profile, offset, at, &Fields { cells: &cells, nulls: &[] })?;
        for (footer, sum) in profile.footers.iter().zip(&mut self.sums) {
            if footer.kinds.is_empty() || footer.kinds.contains(&row.kind) {
                *sum = (sum.0 + 1, sum.1 + row.signed_amount());
            }
        }
        Ok(Some(row))
    }
}

/// One row: what its columns say, by the profile's tables.
fn read(profile: &Profile, offset: Offset, at: &At, f: &Fields<'_>) -> Result<BillRow, Fault> {
    let col = |name| at.get(name);
    let letters = match f.text(col(Name::Currency)) {
        "" => profile.money.currency.as_str(),
        letters => letters,
    };
    let unknown = || f.fault(col(Name::Currency), Why::Unknown("ISO 4217"));
    let currency = currency::of(letters).ok_or_else(unknown)?;
    let places = match profile.money.unit {
        Unit::Yuan => usize::from(currency.exponent()),
        Unit::Fen => 0,
    };
    let (flow, amount) = amount(profile, at, f, places)?;
    let kind = kind(profile, f, col(Name::Kind))?;

    let mut row = BillRow::new(kind, amount);
    row.flow = match f.text(col(Name::Flow)) {
        "" => flow.unwrap_or(row.flow),
        word => {
            Flow::of_name(word).ok_or_else(|| f.fault(col(Name::Flow), Why::Unknown("flow")))?
        }
    };
    row.currency = currency;
    row.raw_kind = f.text(col(Name::Kind)).into();
    row.raw_state = f.text(col(Name::State)).into();
    row.state = state(profile, f, col(Name::State))?;
    row.method = method(profile, f, col(Name::Method))?;
    let (time, said) = time(f.need(col(Name::Time))?, &profile.time.format)
        .ok_or_else(|| f.fault(col(Name::Time), Why::NotATime))?;
    (row.time, row.offset) = (Some(time), said.unwrap_or(offset));
    let day = f.text(col(Name::ClearingDate));
    if !day.is_empty() {
        let date = value::date(day);
        row.clearing_date =
            Some(date.ok_or_else(|| f.fault(col(Name::ClearingDate), Why::NotATime))?);
    }
    let fee = f.money(col(Name::Fee), places)?;
    match profile.money.fee_sign {
        FeeSign::Kind => row.set_fee(fee),
        FeeSign::Printed => row.fee = fee,
    }
    row.net = f.money(col(Name::Net), places)?;

    let keys = &mut row.keys;
    keys.order_no = f.owned(col(Name::OrderNo))?;
    keys.original_order_no = f.owned(col(Name::OriginalOrderNo))?;
    keys.refund_no = f.owned(col(Name::RefundNo))?;
    keys.channel_ref = f.owned(col(Name::ChannelRef))?;
    keys.acquirer_ref = f.owned(col(Name::AcquirerRef))?;
    keys.mid = f.owned(col(Name::Mid))?;
    keys.tid = f.owned(col(Name::Tid))?;
    keys.batch = f.owned(col(Name::Batch))?;
    keys.stan = f.owned(col(Name::Stan))?;
    keys.rrn = f.owned(col(Name::Rrn))?;
    keys.auth_code = f.owned(col(Name::AuthCode))?;
    // Never more of a card number than that, whatever the column holds.
    keys.pan_first6 = f.owned(col(Name::PanFirst6))?.map(|pan| pan.chars().take(6).collect());
    keys.pan_last4 = f.owned(col(Name::PanLast4))?.map(|pan| {
        let skipped = pan.chars().count().saturating_sub(4);
        pan.chars().skip(skipped).collect()
    });
    keys.card_type = f.owned(col(Name::CardType))?;
    if kind == Kind::Payout {
        let state = match row.state {
            State::Final => PayoutState::Paid,
            State::Pending => PayoutState::Pending,
            State::Failed => PayoutState::Failed,
            State::Held => PayoutState::Held,
        };
        let reason = f.words(col(Name::PayoutReason));
        let (planned, withheld, repeats, created) = (None, None, None, None);
        row.payout = Some(Box::new(Payout { state, reason, planned, withheld, repeats, created }));
    }
    Ok(row)
}

/// The amount, and its direction where the row says it.
fn amount(
    profile: &Profile,
    at: &At,
    f: &Fields<'_>,
    places: usize,
) -> Result<(Option<Flow>, i64), Fault> {
    let direction = |amount: i64| match amount.signum() {
        1 => Flow::In,
        -1 => Flow::Out,
        _ => Flow::None,
    };
    let col = at.get(Name::Amount);
    if !col.exists() {
        let income = f.money(at.get(Name::Income), places)?.unwrap_or(0);
        let expense = f.money(at.get(Name::Expense), places)?.unwrap_or(0);
        return match (income, expense) {
            (income, 0) => Ok((Some(direction(income)), income)),
            (0, expense) => Ok((Some(Flow::Out), expense)),
            _ => Err(f.fault(at.get(Name::Expense), Why::BothWays)),
        };
    }
    let wrong = || f.fault(col, Why::NotMoney);
    match profile.money.sign {
        Sign::Kind => Ok((None, f.need_money(col, places)?)),
        Sign::Signed => f.need_money(col, places).map(|amount| (Some(direction(amount)), amount)),
        Sign::Letter => {
            let text = f.need(col)?;
            let (flow, digits) = match text.split_at_checked(1) {
                Some(("C", digits)) => (Flow::In, digits),
                Some(("D", digits)) => (Flow::Out, digits),
                _ => return Err(wrong()),
            };
            let amount = value::decimal(digits, places).filter(|amount| *amount >= 0);
            Ok((Some(flow), amount.ok_or_else(wrong)?))
        }
    }
}

fn kind(profile: &Profile, f: &Fields<'_>, col: Col) -> Result<Kind, Fault> {
    let word = f.text(col);
    let own = || Kind::ALL.into_iter().find(|kind| kind.names().0 == word);
    let found = match (profile.kind, word) {
        (Some(kind), _) if !col.exists() => Some(kind),
        (_, word) if profile.kinds.is_empty() => own().filter(|_| !word.is_empty()),
        (_, word) => profile.kinds.get(word).copied(),
    };
    found.ok_or_else(|| f.fault(col, Why::Unknown("[kinds]")))
}

fn state(profile: &Profile, f: &Fields<'_>, col: Col) -> Result<State, Fault> {
    let all = [State::Final, State::Pending, State::Failed, State::Held];
    let found = match f.text(col) {
        "" if !profile.states.contains_key("") => Some(State::Final),
        word if profile.states.is_empty() => all.into_iter().find(|state| state.name() == word),
        word => profile.states.get(word).copied(),
    };
    found.ok_or_else(|| f.fault(col, Why::Unknown("[states]")))
}

fn method(profile: &Profile, f: &Fields<'_>, col: Col) -> Result<Option<Method>, Fault> {
    let found = match f.text(col) {
        "" => return Ok(None),
        word if profile.methods.is_empty() => Method::of_name(word),
        word => profile.methods.get(word).copied(),
    };
    found.map(Some).ok_or_else(|| f.fault(col, Why::Unknown("[methods]")))
}

/// Local time, and the offset where the text has one.
fn time(text: &str, format: &str) -> Option<(DateTime, Option<Offset>)> {
    let parts = BrokenDownTime::parse(format, text).ok()?;
    let time = parts.to_datetime().or_else(|_| parts.to_date().map(|date| date.at(0, 0, 0, 0)));
    Some((time.ok()?, parts.offset()))
}

/// `+08:00`.
pub(super) fn zone(text: &str) -> Option<Offset> {
    BrokenDownTime::parse("%:z", text).ok()?.offset()
}

fn contains(line: &str, names: &[String]) -> bool {
    let line = normal(line);
    !names.is_empty() && names.iter().all(|name| line.contains(&normal(name)))
}

/// The profile's columns in this header.
fn at(profile: &Profile, heads: &Heads) -> Result<At, String> {
    let wanted: Vec<String> = profile.columns.values().map(|name| normal(name)).collect();
    if profile.unknown_columns == UnknownColumns::Fail {
        let unknown = (0..heads.len())
            .filter_map(|at| heads.name(at))
            .find(|head| !wanted.iter().any(|name| name == head));
        if let Some(unknown) = unknown {
            return Err(unknown.to_string());
        }
    }
    let mut out = Vec::new();
    for ((name, theirs), normal) in profile.columns.iter().zip(&wanted) {
        let position = (0..heads.len()).find(|at| heads.name(*at) == Some(normal));
        match (position, name) {
            (Some(at), _) => out.push((*name, Col::nth(at + 1, ours(*name)))),
            (None, Name::Amount | Name::Time | Name::Kind | Name::Income | Name::Expense) => {
                return Err(theirs.clone());
            }
            (None, _) => {}
        }
    }
    Ok(At(out))
}

/// What a column is called in messages.
fn ours(name: Name) -> &'static str {
    match name {
        Name::Kind => "kind",
        Name::State => "state",
        Name::Flow => "flow",
        Name::Amount => "amount",
        Name::Income => "income",
        Name::Expense => "expense",
        Name::Fee => "fee",
        Name::Net => "net",
        Name::Currency => "currency",
        Name::Time => "time",
        Name::ClearingDate => "clearing_date",
        Name::Method => "method",
        Name::OrderNo => "order_no",
        Name::OriginalOrderNo => "original_order_no",
        Name::RefundNo => "refund_no",
        Name::ChannelRef => "channel_ref",
        Name::AcquirerRef => "acquirer_ref",
        Name::Mid => "mid",
        Name::Tid => "tid",
        Name::Batch => "batch",
        Name::Stan => "stan",
        Name::Rrn => "rrn",
        Name::AuthCode => "auth_code",
        Name::PanFirst6 => "pan_first6",
        Name::PanLast4 => "pan_last4",
        Name::CardType => "card_type",
        Name::PayoutReason => "payout_reason",
    }
}

/// The cells of a row with fixed columns. Bytes are cut, not characters.
fn fixed<'a>(profile: &Profile, bytes: &'a [u8], encoding: Encoding) -> Vec<Cow<'a, str>> {
    let cell = |field: &super::Fixed| {
        let end = (field.offset + field.width).min(bytes.len());
        encoding.text(bytes.get(field.offset..end).unwrap_or_default())
    };
    profile.fixed.iter().take(super::super::fields::MOST_COLUMNS).map(cell).collect()
}
