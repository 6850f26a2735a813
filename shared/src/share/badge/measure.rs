//! How wide a text is in Verdana, without asking a font.

/// Units of an em.
const EM: u32 = 2048;

/// The width of each ASCII character from space to tilde, in units of an em (Verdana's table of horizontal metrics).
const WIDTHS: [u16; 95] = [
    720, 806, 940, 1676, 1302, 2204, 1488, 550, 930, 930, 1302, 1676, 745, 930, 745, 930, // space to /
    1302, 1302, 1302, 1302, 1302, 1302, 1302, 1302, 1302, 1302, 930, 930, 1676, 1676, 1676, 1117, // 0 to ?
    2048, 1400, 1404, 1430, 1578, 1295, 1177, 1588, 1539, 862, 931, 1419, 1140, 1726, 1532, 1612, // @ to O
    1235, 1612, 1424, 1400, 1262, 1499, 1400, 2025, 1403, 1260, 1403, 930, 930, 930, 1676, 1302, // P to _
    1302, 1230, 1276, 1067, 1276, 1220, 720, 1276, 1296, 562, 705, 1212, 562, 1992, 1296, 1243, // ` to o
    1276, 1276, 874, 1067, 807, 1296, 1212, 1676, 1212, 1212, 1076, 1300, 930, 1300, 1676, // p to ~
];

/// Width of a text at this font size, in tenths of a pixel, rounded up. What is outside the table is taken for as wide as
/// its font is high: few letters are, and none is wider.
pub(super) fn tenths(text: &str, font_size: u32) -> u32 {
    let units = text.chars().fold(0_u32, |sum, c| sum.saturating_add(units(c)));
    // The length of a text is bounded where it is made.
    (units.saturating_mul(font_size).saturating_mul(10)).div_ceil(EM)
}

fn units(c: char) -> u32 {
    let place = u32::from(c).checked_sub(u32::from(' ')).and_then(|place| usize::try_from(place).ok());
    place.and_then(|place| WIDTHS.get(place)).map_or(EM, |width| u32::from(*width))
}
