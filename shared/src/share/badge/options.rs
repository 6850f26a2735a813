//! What may be asked of a badge.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Color;
use crate::{excerpt::Excerpt, platform::Platform};

/// What a colour may be.
const HOW_COLORS: &str = "a name, or 3 or 6 hex digits";

/// What stands in a query as it is: with the rest escaped, an address can be put into Markdown and HTML.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A text as it stands in a query: `windows%2810.0.20348%29/amd64`.
pub fn in_query(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// Characters that a label may have.
const MOST_LABEL: usize = 60;

/// Options of shields.io that mean nothing here, and stand in addresses that are taken over from there.
const OF_SHIELDS: [&str; 6] = ["cacheSeconds", "link", "logo", "logoColor", "logoSize", "logoWidth"];

/// What a badge shows, and how. Read from the query of its address; of what is in it only that is ignored which shields.io has
/// and these badges have not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeOptions {
    /// What it shows.
    pub show: Show,
    /// The platform that is asked about.
    pub on: Option<Platform>,
    /// How it is drawn.
    pub style: Style,
    /// At its left, instead of what stands there otherwise.
    pub label: Option<String>,
    /// Behind the message.
    pub color: Option<Color>,
    /// Behind the label.
    pub label_color: Option<Color>,
}

/// What a badge shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// `linux/amd64, arm64/v8`
    Platforms,
    /// `5`
    Count,
    /// What a pull downloads.
    Size,
    /// Whether it runs on a platform.
    RunsOn,
}

/// The styles of shields.io.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Rounded, with a little light from above.
    Flat,
    /// Square, and flat.
    FlatSquare,
    /// Rounded and shiny.
    Plastic,
    /// Large, in capitals.
    ForTheBadge,
    /// A button with a bubble beside it, in no colours but its own.
    Social,
}

/// Why there is no such badge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadgeError {
    /// There is no such option.
    #[error("unknown option {0}")]
    Unknown(String),
    /// An option is there twice.
    #[error("two of {0}")]
    Twice(&'static str),
    /// It asks about what is no platform.
    #[error("{0} is no platform, such as {1}")]
    Platform(String, String),
    /// The value of an option is none of those it may have.
    #[error("unknown {0}: {1}")]
    Value(&'static str, &'static str),
    /// It shows whether it runs, and does not say where.
    #[error("which platform?")]
    NoPlatform,
}

impl Default for BadgeOptions {
    fn default() -> Self {
        Self { show: Show::Platforms, on: None, style: Style::Flat, label: None, color: None, label_color: None }
    }
}

impl BadgeOptions {
    /// Reads a query: names and values, decoded.
    ///
    /// With an error come the options that could be read, so that the badge that says so looks like the others.
    pub fn read<'a>(query: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Result<(), BadgeError>) {
        let mut options = Self::default();
        let mut seen = Vec::new();
        let mut first = Ok(());
        for (name, value) in query {
            if OF_SHIELDS.contains(&name) {
                continue;
            }
            let taken = options.take(name, value).and_then(|name| {
                if seen.contains(&name) {
                    return Err(BadgeError::Twice(name));
                }
                seen.push(name);
                Ok(())
            });
            first = first.and(taken);
        }
        // Who names a platform and nothing else to show asks about that.
        if options.on.is_some() && !seen.contains(&"show") {
            options.show = Show::RunsOn;
        }
        if options.show == Show::RunsOn && options.on.is_none() {
            first = first.and(Err(BadgeError::NoPlatform));
        }
        (options, first)
    }

    /// The query that is read as these, in the fewest words: empty where all is as usual.
    pub fn query(&self) -> String {
        let usual = Self::default();
        // A platform alone asks whether it runs there.
        let is_said = self.show != if self.on.is_some() { Show::RunsOn } else { usual.show };
        let pairs = [
            ("show", is_said.then(|| self.show.as_str().to_owned())),
            ("on", self.on.as_ref().map(Platform::to_string)),
            ("style", (self.style != usual.style).then(|| self.style.as_str().to_owned())),
            ("label", self.label.clone()),
            ("color", self.color.map(Color::hex)),
            ("labelColor", self.label_color.map(Color::hex)),
        ];
        let pairs = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let pairs = pairs.map(|(name, value)| format!("{name}={}", in_query(&value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Takes an option, and returns its name.
    fn take(&mut self, name: &str, value: &str) -> Result<&'static str, BadgeError> {
        match name {
            "show" => {
                let one_of = "platforms, count, size or runs-on";
                self.show = Show::parse(value).ok_or(BadgeError::Value("show", one_of))?;
                Ok("show")
            }
            "on" if value.trim().is_empty() => Err(BadgeError::NoPlatform),
            "on" => {
                self.on = Some(Platform::called(value).map_err(|error| {
                    let such_as = error.near().unwrap_or("linux/arm64").to_owned();
                    BadgeError::Platform(Excerpt(value).to_string(), such_as)
                })?);
                Ok("on")
            }
            "style" => {
                self.style = Style::parse(value)
                    .ok_or(BadgeError::Value("style", "flat, flat-square, plastic, for-the-badge or social"))?;
                Ok("style")
            }
            "label" => {
                let is_text = value.chars().count() <= MOST_LABEL && Excerpt(value).to_string() == value;
                self.label = Some(
                    is_text
                        .then(|| value.to_owned())
                        .ok_or(BadgeError::Value("label", "60 characters of plain text"))?,
                );
                Ok("label")
            }
            "color" => {
                self.color = Some(Color::parse(value).ok_or(BadgeError::Value("color", HOW_COLORS))?);
                Ok("color")
            }
            "labelColor" => {
                self.label_color = Some(Color::parse(value).ok_or(BadgeError::Value("labelColor", HOW_COLORS))?);
                Ok("labelColor")
            }
            other => Err(BadgeError::Unknown(Excerpt(other).to_string())),
        }
    }
}

impl Show {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Platforms, Self::Count, Self::Size, Self::RunsOn];

    /// As the query names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platforms => "platforms",
            Self::Count => "count",
            Self::Size => "size",
            Self::RunsOn => "runs-on",
        }
    }

    /// What a query names so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.as_str() == text)
    }
}

impl Style {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Flat, Self::FlatSquare, Self::Plastic, Self::ForTheBadge, Self::Social];

    /// As the query names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::FlatSquare => "flat-square",
            Self::Plastic => "plastic",
            Self::ForTheBadge => "for-the-badge",
            Self::Social => "social",
        }
    }

    /// What a query names so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.as_str() == text)
    }
}
