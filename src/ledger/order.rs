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
    // From the back; the largest number has ten digits.
    let (mut digits, mut rest) = ([b'0'; 10], number);
    for digit in digits.iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    let leading = digits.iter().take(9).take_while(|&&digit| digit == b'0').count();
    for &digit in digits.iter().skip(leading) {
        let _ = out.push(char::from(digit));
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn a_number_is_written_without_leading_zeros() {
        for number in [0, 7, 10, 1_000, 999_999, u32::MAX] {
            let mut text = heapless::String::<10>::new();
            decimal(number, &mut text);
            assert_eq!(text.as_str(), std::format!("{number}"));
        }
    }
}
