//! Colours, by the names that shields.io has, or in hex.

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(u8, u8, u8);

/// The names, as shields.io documents them.
const NAMES: [(&str, Color); 17] = [
    ("brightgreen", Color::BRIGHT_GREEN),
    ("green", Color(0x97, 0xca, 0x00)),
    ("yellowgreen", Color(0xa4, 0xa6, 0x1d)),
    ("yellow", Color(0xdf, 0xb3, 0x17)),
    ("orange", Color::ORANGE),
    ("red", Color::RED),
    ("blue", Color::BLUE),
    ("grey", Color::GREY),
    ("gray", Color::GREY),
    ("lightgrey", Color::LIGHT_GREY),
    ("lightgray", Color::LIGHT_GREY),
    ("blueviolet", Color(0x8a, 0x2b, 0xe2)),
    ("success", Color::BRIGHT_GREEN),
    ("important", Color::ORANGE),
    ("critical", Color::RED),
    ("informational", Color::BLUE),
    ("inactive", Color::LIGHT_GREY),
];

impl Color {
    pub(super) const BRIGHT_GREEN: Self = Self(0x44, 0xcc, 0x11);
    pub(super) const ORANGE: Self = Self(0xfe, 0x7d, 0x37);
    pub(super) const RED: Self = Self(0xe0, 0x5d, 0x44);
    pub(super) const WHITE: Self = Self(0xff, 0xff, 0xff);
    pub(super) const BLUE: Self = Self(0x00, 0x7e, 0xc6);
    pub(super) const GREY: Self = Self(0x55, 0x55, 0x55);
    pub(super) const LIGHT_GREY: Self = Self(0x9f, 0x9f, 0x9f);

    /// A name, or three or six hex digits, with or without `#`.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        if let Some((_, color)) = NAMES.iter().find(|(name, _)| *name == lower) {
            return Some(*color);
        }
        let digits = lower.strip_prefix('#').unwrap_or(&lower);
        let digits: Vec<u8> = digits.chars().map(|c| c.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
        match *digits.as_slice() {
            [r, g, b] => Some(Self(r * 17, g * 17, b * 17)),
            [r, r2, g, g2, b, b2] => Some(Self(r * 16 + r2, g * 16 + g2, b * 16 + b2)),
            _ => None,
        }
    }

    /// Six hex digits.
    pub fn hex(self) -> String {
        format!("{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Is white on it hard to read? By the brightness that shields.io goes by (W3C, AERT).
    pub(super) fn is_light(self) -> bool {
        let [r, g, b] = [self.0, self.1, self.2].map(u32::from);
        (r * 299 + g * 587 + b * 114) / 255 > 690
    }
}
