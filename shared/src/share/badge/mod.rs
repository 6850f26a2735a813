//! Badges: a few words on two colours, as pages of projects have them, drawn as <https://shields.io> draws them.

mod color;
mod measure;
mod options;
mod svg;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use self::{
    color::Color,
    options::{BadgeError, BadgeOptions, Show, Style, in_query},
};
use super::{Overview, Runs, words};
use crate::excerpt::Line;

/// Characters of a message; what is longer would be wider than a page.
const MOST_CHARACTERS: usize = 100;

/// Platforms that are named in a badge.
const MOST_PLATFORMS: usize = 6;

/// What a badge says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// At its left.
    pub label: String,
    /// At its right.
    pub message: String,
    /// Behind the message.
    pub color: Color,
    /// Behind the label.
    pub label_color: Color,
    /// How it is drawn.
    pub style: Style,
    /// It says that it has nothing to say.
    pub is_error: bool,
}

/// The same in the form that shields.io reads and draws (<https://shields.io/badges/endpoint-badge>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Always 1.
    pub schema_version: u8,
    /// At its left.
    pub label: String,
    /// At its right.
    pub message: String,
    /// Behind the message: six hex digits.
    pub color: String,
    /// Behind the label: six hex digits.
    pub label_color: String,
    /// Present where it is an error.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_error: bool,
    /// `flat`, …
    pub style: &'static str,
    /// How long it may be kept.
    pub cache_seconds: u32,
}

impl Badge {
    /// What is asked for, of what was found.
    pub fn of(overview: &Overview, options: &BadgeOptions) -> Self {
        let (label, message, color) = match options.show {
            Show::Platforms => ("platforms".to_owned(), platforms(overview), color_of(overview)),
            Show::Count => ("platforms".to_owned(), overview.count.to_string(), color_of(overview)),
            Show::Size => ("download".to_owned(), download(overview), Color::BLUE),
            Show::RunsOn => match &overview.on {
                Some(on) => {
                    let color = match on.runs {
                        Runs::Yes => Color::BRIGHT_GREEN,
                        Runs::InDoubt => Color::ORANGE,
                        Runs::No => Color::RED,
                        Runs::Unknown => Color::LIGHT_GREY,
                    };
                    (format!("runs on {}", on.platform), on.runs.word().to_lowercase(), color)
                }
                None => return Self::error("which platform?", options),
            },
        };
        Self {
            label: options.label.clone().unwrap_or(label),
            message: Line(&message, MOST_CHARACTERS).to_string(),
            color: options.color.unwrap_or(color),
            label_color: options.label_color.unwrap_or(Color::GREY),
            style: options.style,
            is_error: false,
        }
    }

    /// Says why there is nothing to say, in two or three words.
    pub fn error(message: &str, options: &BadgeOptions) -> Self {
        Self {
            label: options.label.clone().unwrap_or_else(|| "onetag".to_owned()),
            message: Line(message, MOST_CHARACTERS).to_string(),
            color: Color::RED,
            label_color: options.label_color.unwrap_or(Color::GREY),
            style: options.style,
            is_error: true,
        }
    }

    /// The picture. Whatever the texts are, they are inside it, and no markup.
    pub fn svg(&self) -> String {
        svg::draw(self)
    }

    /// For shields.io, which may keep it so long.
    pub fn endpoint(&self, cache_seconds: u32) -> Endpoint {
        Endpoint {
            schema_version: 1,
            label: self.label.clone(),
            message: self.message.clone(),
            color: self.color.hex(),
            label_color: self.label_color.hex(),
            is_error: self.is_error,
            style: self.style.as_str(),
            cache_seconds,
        }
    }
}

/// Blue where all is there.
fn color_of(overview: &Overview) -> Color {
    match (overview.platforms.is_empty(), overview.missing + overview.unusable) {
        (true, _) => Color::LIGHT_GREY,
        (false, 0) => Color::BLUE,
        (false, _) => Color::ORANGE,
    }
}

/// `linux/amd64, arm64/v8, arm/v7, windows/amd64`: an operating system is said once.
fn platforms(overview: &Overview) -> String {
    let platforms = &overview.platforms;
    if platforms.is_empty() {
        return "none".to_owned();
    }
    let mut named = Vec::new();
    let mut before = None;
    for platform in platforms.iter().take(MOST_PLATFORMS) {
        let (os, rest) = platform.split_once('/').unwrap_or((platform, platform));
        named.push(if before == Some(os) { rest } else { platform });
        before = Some(os);
    }
    let more = match overview.count.saturating_sub(named.len()) {
        0 => String::new(),
        more => format!(" +{more}"),
    };
    format!("{}{more}", named.join(", "))
}

/// What one pull downloads: on the platform that is asked about, or from the smallest to the greatest.
fn download(overview: &Overview) -> String {
    match (&overview.on, overview.downloads) {
        (Some(on), _) => on
            .size
            .filter(|_| matches!(on.runs, Runs::Yes | Runs::InDoubt))
            .map_or_else(|| "none".to_owned(), words::size),
        (None, None) => "none".to_owned(),
        (None, Some((least, most))) => {
            let (least, most) = (words::size(least), words::size(most));
            if least == most { most } else { format!("{least} to {most}") }
        }
    }
}
