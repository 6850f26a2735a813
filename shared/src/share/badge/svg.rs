//! The picture of a badge.

use std::fmt::Write as _;

use super::{Badge, Color, Style, measure};
use crate::markup::escape;

/// Between a button and its bubble, in pixels.
const GAP: u32 = 6;

/// Sizes of a style, in pixels.
struct Look {
    height: u32,
    font_size: u32,
    /// The line that letters stand on.
    baseline: u32,
    /// Beside a text, at each side.
    padding: u32,
    /// Between letters, in tenths of a pixel.
    spacing: u32,
    radius: u32,
}

impl Look {
    const fn of(style: Style) -> Self {
        match style {
            Style::Flat => Self { height: 20, font_size: 11, baseline: 14, padding: 6, spacing: 0, radius: 3 },
            Style::FlatSquare => Self { height: 20, font_size: 11, baseline: 14, padding: 6, spacing: 0, radius: 0 },
            Style::Plastic => Self { height: 18, font_size: 11, baseline: 13, padding: 6, spacing: 0, radius: 4 },
            Style::Social => Self { height: 20, font_size: 11, baseline: 14, padding: 6, spacing: 0, radius: 2 },
            Style::ForTheBadge => Self { height: 28, font_size: 10, baseline: 18, padding: 10, spacing: 10, radius: 0 },
        }
    }
}

/// A text with its place.
struct Part {
    text: String,
    /// Where its ground begins, and how wide that is, in pixels.
    x: u32,
    width: u32,
    /// How wide the text is, in tenths of a pixel: the picture says so, and so it fits whatever font there is.
    text_tenths: u32,
    ground: Color,
    bold: bool,
}

/// Draws a badge.
pub(super) fn draw(badge: &Badge) -> String {
    let look = Look::of(badge.style);
    let capitals = |text: &str| match badge.style {
        Style::ForTheBadge => text.to_uppercase(),
        _ => text.to_owned(),
    };
    let is_social = badge.style == Style::Social;
    let ground = |color| if is_social { Color::WHITE } else { color };
    let mut parts: Vec<Part> = Vec::new();
    for (text, ground, bold) in [
        (capitals(&badge.label), ground(badge.label_color), is_social),
        (capitals(&badge.message), ground(badge.color), is_social || badge.style == Style::ForTheBadge),
    ] {
        if text.is_empty() {
            continue;
        }
        let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let tenths = measure::tenths(&text, look.font_size) + look.spacing * letters;
        // Bold letters are wider; by how much differs, and a tenth is enough for each.
        let tenths = if bold { tenths + tenths / 10 } else { tenths };
        let gap = if is_social { GAP } else { 0 };
        let x = parts.last().map_or(0, |part| part.x + part.width + gap);
        parts.push(Part { text, x, width: tenths.div_ceil(10) + 2 * look.padding, text_tenths: tenths, ground, bold });
    }
    picture(badge, &look, &parts)
}

fn picture(badge: &Badge, look: &Look, parts: &[Part]) -> String {
    let width = parts.last().map_or(0, |part| part.x + part.width);
    let Look { height, radius, .. } = look;
    let title = match (badge.label.as_str(), badge.message.as_str()) {
        ("", message) => escape(message),
        (label, message) => escape(&format!("{label}: {message}")),
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{title}\"><title>{title}</title>"
    );
    let gradient = gradient(badge.style);
    // Several badges may stand in one page as markup: only those of one shape share these.
    let (clip, light) = (format!("r{width}x{height}-{radius}"), format!("s-{}", badge.style.as_str()));
    if let Some(stops) = gradient {
        let _ = write!(svg, "<linearGradient id=\"{light}\" x2=\"0\" y2=\"100%\">{stops}</linearGradient>");
    }
    let _ = write!(
        svg,
        "<clipPath id=\"{clip}\"><rect width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"#fff\"/></clipPath>\
         <g clip-path=\"url(#{clip})\">"
    );
    if badge.style == Style::Social {
        bubbles(&mut svg, look, parts);
    }
    for part in parts.iter().filter(|_| badge.style != Style::Social) {
        let _ = write!(
            svg,
            "<rect x=\"{}\" width=\"{}\" height=\"{height}\" fill=\"#{}\"/>",
            part.x,
            part.width,
            part.ground.hex()
        );
    }
    if gradient.is_some() {
        let _ = write!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"url(#{light})\"/>");
    }
    let _ = write!(
        svg,
        "</g><g text-anchor=\"middle\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"{}\" \
         text-rendering=\"geometricPrecision\">",
        look.font_size
    );
    for part in parts {
        text(&mut svg, look, part, gradient.is_some());
    }
    svg.push_str("</g></svg>");
    svg
}

/// The grounds of a button and of the bubble beside it, which points to the button.
fn bubbles(svg: &mut String, look: &Look, parts: &[Part]) {
    svg.push_str("<g fill=\"#fff\" stroke=\"#c4c9cf\">");
    for part in parts {
        let (width, height) = (part.width.saturating_sub(1), look.height - 1);
        let _ = write!(
            svg,
            "<rect x=\"{}.5\" y=\".5\" width=\"{width}\" height=\"{height}\" rx=\"{}\"/>",
            part.x, look.radius
        );
        if let Some(tip) = part.x.checked_sub(GAP / 2) {
            let _ = write!(svg, "<path d=\"M{}.5 6.5L{tip}.5 10L{}.5 13.5\"/>", part.x, part.x);
            // The bubble is open where it points.
            let _ = write!(svg, "<path d=\"M{}.5 7V13\" stroke=\"#fff\"/>", part.x);
        }
    }
    svg.push_str("</g>");
}

fn text(svg: &mut String, look: &Look, part: &Part, with_shadow: bool) {
    let (ink, shadow) = if part.ground.is_light() { ("#333", "#ccc") } else { ("#fff", "#010101") };
    // The middle, in tenths.
    let middle = part.x * 10 + part.width * 5;
    let weight = if part.bold { " font-weight=\"bold\"" } else { "" };
    let tenths = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
    let mut line = |baseline: u32, fill: &str, more: &str| {
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{baseline}\" fill=\"{fill}\" textLength=\"{}\"{weight}{more}>{}</text>",
            tenths(middle),
            tenths(part.text_tenths),
            escape(&part.text)
        );
    };
    if with_shadow {
        line(look.baseline + 1, shadow, " fill-opacity=\".3\" aria-hidden=\"true\"");
    }
    line(look.baseline, ink, "");
}

const fn gradient(style: Style) -> Option<&'static str> {
    match style {
        Style::Flat => {
            Some("<stop offset=\"0\" stop-color=\"#bbb\" stop-opacity=\".1\"/><stop offset=\"1\" stop-opacity=\".1\"/>")
        }
        Style::Plastic => Some(
            "<stop offset=\"0\" stop-color=\"#fff\" stop-opacity=\".7\"/>\
             <stop offset=\".1\" stop-color=\"#aaa\" stop-opacity=\".1\"/>\
             <stop offset=\".9\" stop-color=\"#000\" stop-opacity=\".3\"/>\
             <stop offset=\"1\" stop-color=\"#000\" stop-opacity=\".5\"/>",
        ),
        Style::FlatSquare | Style::ForTheBadge | Style::Social => None,
    }
}
