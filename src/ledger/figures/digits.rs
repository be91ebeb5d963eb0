//! Numbers as the digits of a field.

use super::TooManyDigits;

/// Whether a value fits so many digits.
pub(super) const fn fits(value: u64, digits: u32) -> Result<(), TooManyDigits> {
    match 10u64.checked_pow(digits) {
        Some(limit) if value >= limit => Err(TooManyDigits { value, digits }),
        _ => Ok(()),
    }
}

/// Writes a value as right-aligned digits that fill `field`.
pub(super) fn write(field: &mut [u8], value: u64) -> Result<(), TooManyDigits> {
    fits(value, field.len() as u32)?;
    let mut rest = value;
    for byte in field.iter_mut().rev() {
        *byte = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    Ok(())
}

/// Writes values one behind the other, each with its number of digits.
pub(super) fn write_all(field: &mut [u8], parts: &[(u64, usize)]) -> Result<(), TooManyDigits> {
    let mut rest = field;
    for &(value, digits) in parts {
        let Some((head, tail)) = rest.split_at_mut_checked(digits) else { return Ok(()) };
        write(head, value)?;
        rest = tail;
    }
    Ok(())
}
