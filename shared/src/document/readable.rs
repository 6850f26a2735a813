//! What JSON allows and `serde_json` does not read: numbers beyond the range of a double, and halves of surrogate pairs.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Number;

/// Numbers without an exponent that are shorter than this are in the range of a double, in bytes.
const SHORT: usize = 300;

/// The same text with other things in those places, each as long as what was there, so that errors are told where they
/// are: zero for such a number, and U+FFFD for such a half, which is what Go's decoder makes of it.
pub(super) fn readable(json: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Cow::Borrowed(json);
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        at = match byte {
            b'"' => string(json, at + 1, &mut text),
            b'-' | b'0'..=b'9' => number(json, at, &mut text),
            _ => at + 1,
        };
    }
    text
}

/// Looks at a number, and returns where it ends.
fn number(json: &[u8], start: usize, text: &mut Cow<'_, [u8]>) -> usize {
    let is_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let end = json[start..].iter().position(|byte| !is_number(byte)).map_or(json.len(), |length| start + length);
    let number = &json[start..end];
    let may_be_large = number.len() >= SHORT || number.iter().any(|byte| matches!(byte, b'e' | b'E'));
    if may_be_large && serde_json::from_slice::<Number>(number).is_err() && is_number_text(number) {
        let place = &mut text.to_mut()[start..end];
        place.fill(b' ');
        place[0] = b'0';
    }
    end
}

/// Is it what JSON calls a number, whatever it is worth? Of characters that numbers have.
pub(super) fn is_number_text(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// Looks at a string of which the opening quote has been read, and returns where it ends.
fn string(json: &[u8], mut at: usize, text: &mut Cow<'_, [u8]>) -> usize {
    while let Some(byte) = json.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => match unit(json, at) {
                Some(0xd800..=0xdbff) if matches!(unit(json, at + 6), Some(0xdc00..=0xdfff)) => 12,
                Some(0xd800..=0xdfff) => {
                    text.to_mut()[at..at + 6].copy_from_slice(b"\\ufffd");
                    6
                }
                _ => 2,
            },
            _ => 1,
        };
    }
    at
}

/// The 16 bits of `\uXXXX`, if that is what is there.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | u16::try_from(char::from(*digit).to_digit(16)?).ok()?))
}
