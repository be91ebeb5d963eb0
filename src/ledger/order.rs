//! The number under which a QR order that was told as failed is refunded.

use crate::record::{Intent, OrderNumber, Seq};

/// The refund number of a QR order: the order number itself, character by character.
///
/// It is fixed by the intent, so that every repeat names the same refund. An order that was told as
/// failed is refunded once and wholly, and wallets number refunds apart from orders: so no second
/// refund shares the number, and as nothing is cut or added no two orders do. (An intent without an
/// order number, which the ledger refuses, would be named by its sequence number.)
///
/// ```
/// use pos_journal::ledger::refund_number;
/// use pos_journal::record::*;
/// let mut intent = Intent::new(0, TransactionKind::QrSale, Amount::new(1), Currency::CNY);
/// intent.order = OrderNumber::new("20260731-000417").ok();
/// assert_eq!(refund_number(&intent, Seq(417)), "20260731-000417");
/// ```
#[must_use]
pub fn refund_number(intent: &Intent, seq: Seq) -> heapless::String<{ OrderNumber::MAX }> {
    let mut number = heapless::String::new();
    // Both fit: an order number has at most as many characters, a sequence number ten.
    match &intent.order {
        Some(order) => drop(number.push_str(order.as_str())),
        None => decimal(seq.0, &mut number),
    }
    number
}

/// Without `core::fmt`, which would be a kilobyte on a terminal.
fn decimal<const N: usize>(number: u32, out: &mut heapless::String<N>) {
    let digits = number.checked_ilog10().unwrap_or(0);
    for place in (0..=digits).rev() {
        let digit = number / 10u32.pow(place) % 10;
        let _ = out.push(char::from(b'0' + digit as u8));
    }
}
