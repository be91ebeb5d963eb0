//! What is answered to which message.
//!
//! | message | answer |
//! |---|---|
//! | 0100, 0200, 0220, 0221 | by the rules below; the same one once more: the same answer |
//! | 0100 with DE3 330000 | what became of an order |
//! | 0400, 0401 | 00, also the second time; 25 if the original never came, and it is refused when it comes |
//! | 0320 | 00: the payment is in the capture again |
//! | 0500 with DE3 920000 | 00, or 95: send the payments |
//! | 0500 with DE3 960000 | 00, or 77: closed with a difference |
//! | 0800 | 00, with the time |
//!
//! | amount ends in | it is answered |
//! |---|---|
//! | 05, 43, 51, 58, 91 or 92, no advice | that |
//! | 53, an advice | 57 the first time, 00 after that: somebody has mended the contract |

use super::Failure;
use super::books::{Books, Entry, Page, Side, Standing, key};
use crate::terminal::iso8583::Message;

/// Of so many payments one is missing in the capture until it is uploaded.
const MISSED: u64 = 1_200;

/// What is answered to amounts that end so.
const PLANTED: [(u64, &str); 6] =
    [(5, "05"), (43, "43"), (51, "51"), (58, "58"), (91, "91"), (92, "92")];

pub struct Host {
    pub books: Books,
}

/// What a message says about who sent it and what it is about.
struct Said<'a> {
    message: &'a Message,
    terminal: &'a str,
    batch: u32,
    stan: u32,
    processing: u32,
}

impl Host {
    /// The answer. None: it cannot be read as a request.
    pub fn answer(
        &self,
        message: &Message,
        now: u64,
        issuer_is_down: bool,
    ) -> Result<Option<Message>, Failure> {
        let answer = message.answer();
        if message.mti() == "0800" {
            return Ok(Some(answer.with(39, "00").with(48, now)));
        }
        let said = || {
            Some(Said {
                message,
                terminal: message.get(41)?,
                batch: message.number(60)? as u32,
                stan: message.number(11)? as u32,
                processing: message.number(3)? as u32,
            })
        };
        let Some(said) = said() else { return Ok(None) };
        self.books.write(message.mti() == "0500", |page| {
            let answered = match message.mti() {
                "0100" if said.processing == 330_000 => inquiry(page, &said)?,
                "0100" | "0200" | "0220" | "0221" => {
                    let entry = pay(page, &said, now, issuer_is_down)?;
                    let answer = answer
                        .with(39, &entry.code)
                        .with(37, &entry.rrn)
                        .digits(15, date(entry.at));
                    return Ok(Some(match entry.code.as_str() {
                        "00" => answer.with(38, &entry.auth_code),
                        _ => answer,
                    }));
                }
                "0400" | "0401" => reverse(page, &said)?,
                "0320" => upload(page, &said)?,
                "0500" => settle(page, &said)?,
                _ => "12",
            };
            Ok(Some(answer.with(39, answered)))
        })
    }
}

/// MMDD.
fn date(at: u64) -> u64 {
    crate::terminal::message::civil(at as i64).0
}

fn pay(page: &mut Page<'_>, said: &Said<'_>, now: u64, down: bool) -> Result<Entry, Failure> {
    let (message, own) = (said.message, key(said.terminal, said.batch, said.stan));
    if let Some(mut known) = page.get(&own)? {
        // The refund of an order that was told as failed bears the order's own number.
        if known.processing != said.processing && said.processing == 200_000 {
            known.standing = Standing::Reversed;
            page.put(&known)?;
            return Ok(Entry { code: "00".into(), ..known });
        }
        // A copy of what was reversed in between is not approved again.
        let code =
            if known.standing == Standing::Reversed { "12".into() } else { known.code.clone() };
        return Ok(Entry { code, ..known });
    }
    let text = |element: u8| message.get(element).unwrap_or_default();
    let number = u64::from(said.stan) + 1_000_000 * u64::from(said.batch % 1_000);
    let digits = |range: std::ops::Range<usize>| said.terminal.get(range).unwrap_or("0");
    let card = message
        .get(2)
        .and_then(|pan| Some(format!("{}{}", pan.get(..6)?, pan.get(pan.len() - 4..)?)));
    let mut entry = Entry {
        terminal: said.terminal.into(),
        merchant: text(42).trim_end().into(),
        batch: said.batch,
        stan: said.stan,
        sent_at: text(7).into(),
        mti: if message.mti() == "0221" { "0220".into() } else { message.mti().into() },
        processing: said.processing,
        amount: message.number(4).unwrap_or_default(),
        code: String::new(),
        rrn: format!("{}{}{number:09}", digits(0..1), digits(6..8)),
        auth_code: format!("{:06}", (number * 7_919) % 1_000_000),
        standing: Standing::Declined,
        captured: !spread(&own).is_multiple_of(MISSED),
        original: None,
        followed_by: None,
        refunded: 0,
        order: message.get(48).map(str::to_owned),
        card,
        at: now,
    };
    let barred = page.is_marked(&format!("barred {own} {}", entry.sent_at))?;
    entry.code = match () {
        () if barred => "12".into(),
        () => judge(page, said, &mut entry, down)?.into(),
    };
    if entry.code == "00" {
        entry.standing = Standing::Stands;
    }
    // What the contract does not allow yet was not booked, nor what no issuer has decided.
    if !matches!(entry.code.as_str(), "57" | "91" | "92") {
        page.put(&entry)?;
    }
    Ok(entry)
}

/// A number that looks drawn and is always the same for one payment.
fn spread(key: &str) -> u64 {
    key.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    }) >> 17
}

/// DE39.
fn judge(
    page: &mut Page<'_>,
    said: &Said<'_>,
    entry: &mut Entry,
    down: bool,
) -> Result<&'static str, Failure> {
    let (message, amount) = (said.message, entry.amount);
    let advice = entry.mti == "0220" && said.processing == 0;
    if advice && amount % 100 == 53 && !page.mark(&format!("refused {}", entry.key()))? {
        return Ok("57");
    }
    let planted = PLANTED.into_iter().find(|(cents, _)| *cents == amount % 100);
    if let Some((_, code)) = planted.filter(|_| !advice && said.processing == 0) {
        return Ok(code);
    }
    if down && !advice {
        return Ok("91");
    }
    let Some(rrn) = message.get(37) else {
        return Ok(if said.processing == 0 { "00" } else { "25" });
    };
    let Some(mut original) = page.by_reference(rrn)?.filter(Entry::stands) else { return Ok("25") };
    let follower = match &original.followed_by {
        Some(key) => page.get(key)?.filter(Entry::stands),
        None => None,
    };
    let is_hold = original.mti == "0100";
    let allowed = follower.is_none()
        && match said.processing {
            0 => is_hold && amount <= original.amount * 115 / 100,
            20_000 => {
                !is_hold
                    && original.batch == said.batch
                    && original.amount == amount
                    && original.refunded == 0
            }
            _ => !is_hold && original.refunded + amount <= original.amount,
        };
    if !allowed {
        return Ok("25");
    }
    match said.processing {
        200_000 => original.refunded += amount,
        _ => original.followed_by = Some(entry.key()),
    }
    entry.original = Some(original.key());
    page.put(&original)?;
    Ok("00")
}

fn inquiry(page: &mut Page<'_>, said: &Said<'_>) -> Result<&'static str, Failure> {
    Ok(match page.get(&key(said.terminal, said.batch, said.stan))? {
        None => "25",
        Some(entry) if entry.stands() => "00",
        Some(_) => "05",
    })
}

/// DE90 names the original: STAN and time of its first message.
fn reverse(page: &mut Page<'_>, said: &Said<'_>) -> Result<&'static str, Failure> {
    let original = said.message.get(90).unwrap_or_default();
    let (Some(stan), Some(sent_at)) = (original.get(4..10), original.get(10..20)) else {
        return Ok("30");
    };
    let key = key(said.terminal, said.batch, stan.parse()?);
    match page.get(&key)? {
        Some(mut entry) if entry.sent_at == sent_at && entry.standing != Standing::Declined => {
            entry.standing = Standing::Reversed;
            page.put(&entry)?;
            Ok("00")
        }
        _ => {
            page.mark(&format!("barred {key} {sent_at}"))?;
            Ok("25")
        }
    }
}

fn upload(page: &mut Page<'_>, said: &Said<'_>) -> Result<&'static str, Failure> {
    let key = key(said.terminal, said.batch, said.stan);
    match page
        .get(&key)?
        .filter(|entry| entry.stands() && said.message.number(4) == Some(entry.amount))
    {
        Some(mut entry) => {
            entry.captured = true;
            page.put(&entry)?;
        }
        None => page.find(&format!("{key} was uploaded and is not in the books"))?,
    }
    Ok("00")
}

/// DE74, 76, 86, 88: credits and debits.
fn settle(page: &mut Page<'_>, said: &Said<'_>) -> Result<&'static str, Failure> {
    let entries = page.batch(said.terminal, said.batch)?;
    let [mut credits, mut debits] = [(0u64, 0u64); 2];
    for entry in entries.iter().filter(|entry| entry.stands() && entry.captured) {
        let voided = match &entry.followed_by {
            Some(key) => page.get(key)?.is_some_and(|by| by.stands() && by.processing == 20_000),
            None => false,
        };
        let side = match entry.side() {
            _ if voided => continue,
            Side::Out => &mut credits,
            Side::In => &mut debits,
            Side::None => continue,
        };
        side.0 += 1;
        side.1 += entry.amount;
    }
    let sums = [credits.0, debits.0, credits.1, debits.1];
    let claimed = [74, 76, 86, 88].map(|element| said.message.number(element).unwrap_or_default());
    let ended = said.processing == 960_000;
    match (claimed == sums, ended) {
        (true, _) => Ok("00"),
        (false, false) => Ok("95"),
        (false, true) => {
            let (terminal, batch) = (said.terminal, said.batch);
            page.find(&format!("{terminal}/{batch:06} was closed with a difference: {claimed:?} claimed, {sums:?} booked"))?;
            Ok("77")
        }
    }
}
