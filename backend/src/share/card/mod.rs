//! The picture that stands for a link: name and platforms, 1200 by 630 pixels, as previews want it.

mod canvas;
mod text;

use std::sync::LazyLock;

use ab_glyph::FontRef;
use onetag_shared::share::{Overview, count, name, size};

use self::{
    canvas::{Canvas, Rgb},
    text::Pen,
};

/// Width in pixels.
const WIDTH: u32 = 1200;
/// Height in pixels.
const HEIGHT: u32 = 630;

/// From the edges to what is shown.
const MARGIN: f32 = 72.0;
/// The names of platforms: their letters, the room they have, and how far they are apart.
const CHIP_FONT: f32 = 32.0;
const CHIP_HEIGHT: f32 = 60.0;
const CHIP_PADDING: f32 = 22.0;
const CHIP_GAP: f32 = 16.0;
/// Lines of platforms.
const CHIP_LINES: usize = 3;

const GROUND: Rgb = Rgb(0xfa, 0xf9, 0xf7);
const SURFACE: Rgb = Rgb(0xff, 0xff, 0xff);
const LINE: Rgb = Rgb(0xc9, 0xc4, 0xba);
const INK: Rgb = Rgb(0x1b, 0x1a, 0x18);
const QUIET: Rgb = Rgb(0x67, 0x63, 0x5b);
const ACCENT: Rgb = Rgb(0x1f, 0x4f, 0xc4);
const BAD: Rgb = Rgb(0xb0, 0x24, 0x1c);

/// Hack, by Source Foundry (MIT, and the licence of Bitstream Vera).
static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(epaint_default_fonts::HACK_REGULAR).ok());

/// What a card says. Cards that say the same are the same picture.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Card {
    /// Above the name: the registry.
    above: String,
    /// The repository.
    name: String,
    /// The tag, with its colon; or the digest, short, with its `@`.
    version: String,
    platforms: Vec<String>,
    /// How many there are: some have one name.
    count: usize,
    below: String,
    is_bad: bool,
}

impl Card {
    /// Of what was found.
    pub fn of(overview: &Overview) -> Self {
        let reference = &overview.reference;
        let mut facts = Vec::new();
        if !overview.platforms.is_empty() {
            facts.push(count(overview.count, "platform", "platforms"));
        }
        if overview.total_download > 0 {
            facts.push(size(overview.total_download));
        }
        if overview.missing > 0 {
            facts.push(format!("{} missing", count(overview.missing, "image", "images")));
        }
        facts.push(overview.digest.short().to_owned());
        let version = match (reference.tag(), reference.digest()) {
            (Some(tag), _) => format!(":{tag}"),
            (None, Some(digest)) => format!("@{}", digest.short()),
            (None, None) => String::new(),
        };
        Self {
            above: reference.registry().to_string(),
            name: reference.repository().to_string(),
            version,
            platforms: overview.platforms.clone(),
            count: overview.count,
            below: facts.join("  ·  "),
            is_bad: overview.missing > 0,
        }
    }

    /// Where nothing was found: what was asked for, and a few words.
    pub fn problem(asked: Option<&onetag_shared::reference::Reference>, words: &str) -> Self {
        Self {
            above: String::new(),
            name: asked.map_or_else(|| "Not an image reference".to_owned(), name),
            version: String::new(),
            platforms: Vec::new(),
            count: 0,
            below: words.to_owned(),
            is_bad: true,
        }
    }

    /// The picture as PNG; `None` where it cannot be drawn, which would be a mistake of ours.
    pub fn png(&self) -> Option<Vec<u8>> {
        let font = FONT.as_ref()?;
        let mut canvas = Canvas::new(WIDTH, HEIGHT, GROUND);
        let width = to_f32(WIDTH);
        let height = to_f32(HEIGHT);
        canvas.rounded(0.0, 0.0, width, 12.0, 0.0, ACCENT);
        let mut pen = Pen { canvas: &mut canvas, font };
        pen.text(MARGIN, 96.0, 30.0, "onetag", ACCENT);
        let above = pen.fitting(&self.above, 30.0, width - 2.0 * MARGIN - 160.0);
        let place = width - MARGIN - pen.width(&above, 30.0);
        pen.text(place, 96.0, 30.0, &above, QUIET);
        self.title(&mut pen, width);
        self.chips(&mut pen, width);
        let below = pen.fitting(&self.below, 30.0, width - 2.0 * MARGIN);
        pen.text(MARGIN, height - 60.0, 30.0, &below, if self.is_bad { BAD } else { QUIET });
        canvas.png()
    }

    /// The name as large as it fits. What never fits is cut where it begins: an image's own name comes last, and the tag.
    fn title(&self, pen: &mut Pen<'_>, width: f32) {
        let room = width - 2.0 * MARGIN;
        let whole = format!("{}{}", self.name, self.version);
        let sizes = [84.0, 72.0, 60.0, 52.0, 44.0];
        let fits = sizes.into_iter().find(|size| pen.width(&whole, *size) <= room);
        let font_size = fits.unwrap_or(44.0);
        // A tag may have 128 characters: it gets half of the line, and more where the name is short.
        let least = (room * 0.5).max(room - pen.width(&self.name, font_size));
        let version = pen.fitting(&self.version, font_size, least);
        let name = pen.fitting_end(&self.name, font_size, room - pen.width(&version, font_size));
        pen.text(MARGIN, 226.0, font_size, &name, INK);
        let place = MARGIN + pen.width(&name, font_size);
        pen.text(place, 226.0, font_size, &version, ACCENT);
    }

    /// Platforms in lines, as many as have room; then how many more there are.
    fn chips(&self, pen: &mut Pen<'_>, width: f32) {
        let (mut x, mut y, mut line) = (MARGIN, 286.0, 1);
        let end = width - MARGIN;
        for (place, platform) in self.platforms.iter().enumerate() {
            let left = self.count.saturating_sub(place);
            let text = pen.fitting(platform, CHIP_FONT, end - MARGIN - 2.0 * CHIP_PADDING);
            let chip = pen.width(&text, CHIP_FONT) + 2.0 * CHIP_PADDING;
            let more = format!("+{left}");
            // In the last line there has to be room for the number of those that have none.
            let reserve = if line == CHIP_LINES && left > 1 { pen.width(&more, CHIP_FONT) + CHIP_GAP } else { 0.0 };
            if x > MARGIN && x + chip + reserve > end {
                if line == CHIP_LINES {
                    pen.text(x, y + 41.0, CHIP_FONT, &more, QUIET);
                    return;
                }
                (x, y, line) = (MARGIN, y + CHIP_HEIGHT + CHIP_GAP, line + 1);
            }
            pen.canvas.rounded(x, y, chip, CHIP_HEIGHT, 10.0, LINE);
            pen.canvas.rounded(x + 2.0, y + 2.0, chip - 4.0, CHIP_HEIGHT - 4.0, 8.0, SURFACE);
            pen.text(x + CHIP_PADDING, y + 41.0, CHIP_FONT, &text, INK);
            x += chip + CHIP_GAP;
        }
        let more = self.count.saturating_sub(self.platforms.len());
        if more > 0 {
            let more = format!("+{more}");
            if x + pen.width(&more, CHIP_FONT) > end {
                (x, y) = (MARGIN, y + CHIP_HEIGHT + CHIP_GAP);
            }
            pen.text(x, y + 41.0, CHIP_FONT, &more, QUIET);
        }
    }
}

/// Pixels as a place. They are few.
#[expect(clippy::cast_precision_loss, reason = "a picture has far fewer pixels than a float can count")]
const fn to_f32(pixels: u32) -> f32 {
    pixels as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, version: &str, platforms: &[&str]) -> Card {
        Card {
            above: "ghcr.io".to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            platforms: platforms.iter().map(|platform| (*platform).to_owned()).collect(),
            count: platforms.len(),
            below: "5 platforms  ·  61.2 MB  ·  sha256:0123456789ab".to_owned(),
            is_bad: false,
        }
    }

    /// What is drawn at the edges: nothing but the ground.
    fn assert_margins_are_free(name: &str, png: &[u8]) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a picture");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
        reader.next_frame(&mut pixels).expect("pixels");
        for (place, pixel) in pixels.chunks(3).enumerate() {
            let (x, y) = (place % WIDTH as usize, place / WIDTH as usize);
            let at_edge = y > 12 && (!(68..WIDTH as usize - 68).contains(&x) || y > HEIGHT as usize - 40);
            assert!(!at_edge || pixel == [GROUND.0, GROUND.1, GROUND.2], "{name}: {x} {y}");
        }
    }

    #[test]
    fn nothing_is_drawn_outside_whatever_it_says() {
        let usual = ["linux/amd64", "linux/arm64/v8", "linux/arm/v7", "linux/ppc64le", "linux/s390x"];
        let many: Vec<String> = (0..60).map(|number| format!("linux/machine{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let long = "w".repeat(300);
        for (name, card) in [
            ("usual", card("demo/app", ":v1", &usual)),
            ("one", card("library/ubuntu", ":22.04", &["linux/amd64"])),
            ("none", card("demo/artifact", ":v1", &[])),
            ("many", card("some-organisation/with-a-long/name-of-its-own", ":2026.11.26-rc1", &many)),
            ("long", card(&long, &format!(":{}", &long[..128]), &[&long, "linux/amd64", "windows/amd64"])),
            ("strange", card("\u{202e}漢字\u{0}\u{1b}", ":ä", &["<script>", "\u{1f600}"])),
            ("problem", Card::problem(None, "there is no such tag or digest")),
        ] {
            let png = card.png().expect("it is drawn");
            assert!(png.len() < 200_000, "{name}: {}", png.len());
            assert_margins_are_free(name, &png);
        }
    }
}
