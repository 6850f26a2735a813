//! Pixels, and the two things that are drawn on them.

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

/// A picture that is being made.
#[derive(Debug)]
pub(super) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, ground: Rgb) -> Self {
        let Rgb(r, g, b) = ground;
        Self { width, height, pixels: [r, g, b].repeat(width as usize * height as usize) }
    }

    /// Covers a pixel with a colour, from not at all (0) to wholly (1). Outside the picture there is nothing to cover.
    pub(super) fn cover(&mut self, x: i32, y: i32, coverage: f32, color: Rgb) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x >= self.width || y >= self.height {
            return;
        }
        let place = (y as usize * self.width as usize + x as usize) * 3;
        let coverage = coverage.clamp(0.0, 1.0);
        for (under, over) in self.pixels[place..place + 3].iter_mut().zip([color.0, color.1, color.2]) {
            let mixed = f32::from(*under) + (f32::from(over) - f32::from(*under)) * coverage;
            *under = to_u8(mixed);
        }
    }

    /// A rectangle with round corners, smooth at its edge.
    pub(super) fn rounded(&mut self, x: f32, y: f32, width: f32, height: f32, radius: f32, color: Rgb) {
        let (half_width, half_height) = (width / 2.0, height / 2.0);
        for row in to_i32(y.floor())..to_i32((y + height).ceil()) {
            for column in to_i32(x.floor())..to_i32((x + width).ceil()) {
                // How far the middle of the pixel is outside the rectangle's edge.
                let dx = (middle(column) - x - half_width).abs() - (half_width - radius);
                let dy = (middle(row) - y - half_height).abs() - (half_height - radius);
                let outside = dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - radius;
                self.cover(column, row, 0.5 - outside, color);
            }
        }
    }

    /// As PNG.
    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.pixels).ok()?;
        writer.finish().ok()?;
        Some(out)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture has far fewer pixels than a float can count")]
const fn middle(pixel: i32) -> f32 {
    pixel as f32 + 0.5
}

#[expect(clippy::cast_possible_truncation, reason = "it saturates, and what is outside is not drawn")]
pub(super) const fn to_i32(place: f32) -> i32 {
    place as i32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates at what a byte holds")]
fn to_u8(value: f32) -> u8 {
    value.round() as u8
}
