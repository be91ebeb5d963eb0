//! Which file a row belongs in. A part is what some dumps that follow each other have to say: one worker
//! writes it alone, so that its files are the same however many workers there are.
//!
//! | bound | why |
//! |---|---|
//! | rows that wait | memory: the largest lot is written when there are more |
//! | files that are open | an operating system has a limit, and a damaged dump may name any day |
//! | days of a part | the same: further days go where rows without a day go |

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use super::schema::{Row, Table};
use super::sink::{Sink, date};
use super::{How, Partition};

const MOST_ROWS: usize = 32 * 1024;
const MOST_OPEN: usize = 64;
const MOST_DAYS: usize = 500;
/// What Hive calls a value that is not known.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// Where rows belong together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    table: Table,
    terminal: Option<String>,
    day: Option<i32>,
}

/// Rows of a place.
#[derive(Default)]
struct Lot {
    rows: Vec<Row>,
    sink: Option<Sink>,
    /// Files that were written and closed.
    files: u32,
    /// When it was written last.
    used: u64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub rows: [u64; Table::ALL.len()],
    pub files: [u64; Table::ALL.len()],
    pub bytes: [u64; Table::ALL.len()],
}

/// A part that is being written.
pub(super) struct Part<'a> {
    how: &'a How<'a>,
    number: usize,
    lots: BTreeMap<Place, Lot>,
    days: BTreeSet<i32>,
    waiting: usize,
    turn: u64,
    tally: Tally,
}

impl<'a> Part<'a> {
    pub fn new(how: &'a How<'a>, number: usize) -> Self {
        Part {
            how,
            number,
            lots: BTreeMap::new(),
            days: BTreeSet::new(),
            waiting: 0,
            turn: 0,
            tally: Tally::default(),
        }
    }

    pub fn put(
        &mut self,
        table: Table,
        terminal: &str,
        day: Option<i32>,
        row: Row,
    ) -> io::Result<()> {
        let day = day.filter(|day| self.days.contains(day) || self.days.len() < MOST_DAYS);
        self.days.extend(day);
        let (terminal, day) = match (table, self.how.partition) {
            (Table::Dumps, _) => (None, None),
            (_, Partition::TerminalDay) => (Some(terminal.to_string()), day),
            (_, Partition::Day) => (None, day),
        };
        self.lots.entry(Place { table, terminal, day }).or_default().rows.push(row);
        self.waiting += 1;
        if self.waiting >= MOST_ROWS {
            let largest = self.lots.iter().max_by_key(|(_, lot)| lot.rows.len());
            let largest = largest.map(|(place, _)| place.clone());
            largest.map_or(Ok(()), |place| self.write(&place))?;
        }
        Ok(())
    }

    /// Writes what waits, and says what was written in all.
    pub fn finish(mut self) -> io::Result<Tally> {
        let places: Vec<Place> = self.lots.keys().cloned().collect();
        for place in &places {
            self.write(place)?;
            self.close(place)?;
        }
        Ok(self.tally)
    }

    fn write(&mut self, place: &Place) -> io::Result<()> {
        self.make_room()?;
        let dir = self.dir(place);
        let Some(lot) = self.lots.get_mut(place) else { return Ok(()) };
        let rows = std::mem::take(&mut lot.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let sink = match &mut lot.sink {
            Some(sink) => sink,
            none => {
                let stem = match lot.files {
                    0 => format!("part-{:06}", self.number),
                    more => format!("part-{:06}-{more}", self.number),
                };
                none.insert(Sink::create(&dir, &stem, place.table, self.how.format)?)
            }
        };
        sink.write(&rows)?;
        self.turn += 1;
        lot.used = self.turn;
        self.waiting -= rows.len();
        if let Some(sum) = self.tally.rows.get_mut(place.table as usize) {
            *sum += rows.len() as u64;
        }
        Ok(())
    }

    /// Closes the file that was not written for longest, if there are too many.
    fn make_room(&mut self) -> io::Result<()> {
        let open = || self.lots.iter().filter(|(_, lot)| lot.sink.is_some());
        if open().count() < MOST_OPEN {
            return Ok(());
        }
        let oldest = open().min_by_key(|(_, lot)| lot.used).map(|(place, _)| place.clone());
        oldest.map_or(Ok(()), |place| self.close(&place))
    }

    fn close(&mut self, place: &Place) -> io::Result<()> {
        let Some(lot) = self.lots.get_mut(place) else { return Ok(()) };
        let Some(sink) = lot.sink.take() else { return Ok(()) };
        lot.files += 1;
        let bytes = sink.finish()?;
        let table = place.table as usize;
        if let (Some(files), Some(sum)) =
            (self.tally.files.get_mut(table), self.tally.bytes.get_mut(table))
        {
            *files += 1;
            *sum += bytes;
        }
        Ok(())
    }

    fn dir(&self, place: &Place) -> PathBuf {
        let mut dir = self.how.out.join(place.table.name());
        if let Some(terminal) = &place.terminal {
            dir.push(format!("terminal={}", escaped(terminal)));
        }
        if place.table != Table::Dumps {
            dir.push(format!("day={}", place.day.map_or_else(|| NULL.into(), date)));
        }
        dir
    }
}

/// A value of a path, as Hive writes it: nothing in it can lead elsewhere.
fn escaped(value: &str) -> String {
    value.bytes().fold(String::new(), |text, byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' => {
            text + &char::from(byte).to_string()
        }
        _ => text + &format!("%{byte:02X}"),
    })
}

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        let sums = [(&mut self.rows, &other.rows), (&mut self.files, &other.files)];
        for (sum, more) in sums.into_iter().chain([(&mut self.bytes, &other.bytes)]) {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_terminal_id_leads_elsewhere() {
        assert_eq!(escaped("T000_42-a"), "T000_42-a");
        assert_eq!(escaped("../../et"), "%2E%2E%2F%2E%2E%2Fet");
        assert_eq!(escaped("a=b c"), "a%3Db%20c");
    }
}
