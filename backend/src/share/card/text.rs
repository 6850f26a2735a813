//! Letters on a canvas.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use super::canvas::{Canvas, Rgb, to_i32};

/// Characters that are looked at; no picture has room for more.
const MOST: usize = 200;

/// Writes on a canvas in one font.
pub(super) struct Pen<'a> {
    pub(super) canvas: &'a mut Canvas,
    pub(super) font: &'a FontRef<'static>,
}

impl Pen<'_> {
    /// How wide a text is, in pixels.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let font = self.font.as_scaled(PxScale::from(size));
        text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum()
    }

    /// As much of a text as has room, with a mark where something is missing.
    pub(super) fn fitting(&self, text: &str, size: f32, room: f32) -> String {
        let mut cut: String = text.chars().take(MOST).collect();
        if cut == text && self.width(text, size) <= room {
            return cut;
        }
        cut.push('…');
        while self.width(&cut, size) > room && cut.pop().is_some() && cut.pop().is_some() {
            cut.push('…');
        }
        if cut == "…" { String::new() } else { cut }
    }

    /// The same from its end: what is left out stands first.
    pub(super) fn fitting_end(&self, text: &str, size: f32, room: f32) -> String {
        let turned = |text: &str| text.chars().rev().collect::<String>();
        turned(&self.fitting(&turned(text), size, room))
    }

    /// Writes from here to the right, letters standing on this line.
    pub(super) fn text(&mut self, x: f32, baseline: f32, size: f32, text: &str, color: Rgb) {
        let font = self.font.as_scaled(PxScale::from(size));
        let mut x = x;
        for c in text.chars() {
            let id = font.glyph_id(c);
            let glyph = id.with_scale_and_position(PxScale::from(size), point(x, baseline));
            x += font.h_advance(id);
            let Some(outline) = self.font.outline_glyph(glyph) else { continue };
            let bounds = outline.px_bounds();
            let (left, top) = (to_i32(bounds.min.x), to_i32(bounds.min.y));
            outline.draw(|column, row, coverage| {
                let (Ok(column), Ok(row)) = (i32::try_from(column), i32::try_from(row)) else { return };
                self.canvas.cover(left + column, top + row, coverage, color);
            });
        }
    }
}
