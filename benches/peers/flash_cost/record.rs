//! The records of a terminal day: the same for every store, drawn from one seed.

/// What names a record. Stores that number nothing themselves keep these five bytes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    pub seq: u32,
    pub kind: u8,
}

pub const INTENT: u8 = 0x81;
pub const OUTCOME: u8 = 0x02;
pub const REVERSAL: u8 = 0x83;
pub const ACK: u8 = 0x04;
pub const SETTLED: u8 = 0x05;

/// Bytes of the largest record.
pub const LARGEST: usize = 96;

impl Id {
    /// Sorted as the numbers are, for stores that sort bytes.
    pub fn bytes(self) -> [u8; 5] {
        let [a, b, c, d] = self.seq.to_be_bytes();
        [a, b, c, d, self.kind]
    }

    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (seq, rest) = bytes.split_first_chunk()?;
        Some(Id { seq: u32::from_be_bytes(*seq), kind: *rest.first()? })
    }
}

/// A record as a store hands it back.
pub fn payment_of(payload: &[u8]) -> u32 {
    payload.first_chunk().map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes))
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: Id,
    /// Begins with the number of its payment.
    pub payload: Vec<u8>,
}

/// A terminal that takes payments.
pub struct Till {
    seed: u64,
    seq: u32,
    payment: u32,
    /// Payments reversed, and the one before which their acknowledgement comes.
    reversed: Vec<(u32, u32)>,
}

impl Till {
    pub fn new(seed: u64) -> Self {
        Till { seed, seq: 1, payment: 0, reversed: Vec::new() }
    }

    /// The records of the next payment and, if one is due, the acknowledgement of an earlier reversal.
    pub fn payment(&mut self) -> Vec<Record> {
        let payment = self.payment;
        self.payment += 1;
        let mut records = Vec::new();
        if let Some(at) = self.reversed.iter().position(|&(_, due)| due <= payment) {
            let (reversed, _) = self.reversed.remove(at);
            records.push(self.record(ACK, reversed, 8));
        }
        records.push(self.record(INTENT, payment, 96));
        if self.draw().is_multiple_of(20) {
            records.push(self.record(REVERSAL, payment, 32));
            self.reversed.push((payment, payment + 10));
        } else {
            records.push(self.record(OUTCOME, payment, 24));
        }
        records
    }

    /// An intent that nobody answers.
    pub fn unanswered(&mut self) -> Record {
        let payment = self.payment;
        self.payment += 1;
        self.record(INTENT, payment, 96)
    }

    /// Acknowledgements of what is still reversed: before a settlement nothing is open.
    pub fn acknowledge_all(&mut self) -> Vec<Record> {
        let all = std::mem::take(&mut self.reversed);
        all.into_iter().map(|(payment, _)| self.record(ACK, payment, 8)).collect()
    }

    pub fn settlement(&mut self) -> Record {
        self.record(SETTLED, u32::MAX, 64)
    }

    fn record(&mut self, kind: u8, payment: u32, bytes: usize) -> Record {
        let mut payload = payment.to_le_bytes().to_vec();
        while payload.len() < bytes {
            payload.extend(self.draw().to_le_bytes());
        }
        payload.truncate(bytes);
        let id = Id { seq: self.seq, kind };
        self.seq += 1;
        Record { id, payload }
    }

    /// splitmix64.
    fn draw(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// The payments that are open after some records: those whose reversal is not acknowledged too.
pub fn open_after<'r>(records: impl IntoIterator<Item = (Id, &'r [u8])>) -> Vec<u32> {
    let mut sorted: Vec<_> =
        records.into_iter().map(|(id, payload)| (id, payment_of(payload))).collect();
    sorted.sort_unstable();
    let mut open = Vec::new();
    for (id, payment) in sorted {
        match id.kind {
            INTENT => open.push(payment),
            OUTCOME | ACK => open.retain(|&other| other != payment),
            _ => {}
        }
    }
    open
}
