//! Our own handful of icons, 16 by 16, drawn in the colour of the text.

use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Two sheets: copy.
    Copy,
    /// Done, or right.
    Check,
    /// Wrong, or take away.
    Cross,
    /// Look out.
    Warning,
    /// Worth knowing.
    Info,
    /// Move up.
    Up,
    /// Move down.
    Down,
    /// Unfold.
    Right,
    /// Take back.
    Undo,
    /// Make again.
    Redo,
    /// Add.
    Plus,
    /// Ask again.
    Refresh,
    /// Light and dark.
    Contrast,
    /// A sun.
    Sun,
    /// A moon.
    Moon,
}

impl Shape {
    const fn path(self) -> &'static str {
        match self {
            Self::Copy => "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
            Self::Check => "M3 8.5l3.5 3.5L13 4.5",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Warning => "M8 2.2L14.5 13.5h-13zM8 6.5v3.2M8 11.6v.4",
            Self::Info => "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 7.2v4M8 4.8v.4",
            Self::Up => "M8 13V3.5M4 7.2l4-4 4 4",
            Self::Down => "M8 3v9.5M4 8.8l4 4 4-4",
            Self::Right => "M6 3.5L10.5 8 6 12.5",
            Self::Undo => "M6 2.5L2.8 5.7 6 8.9M3 5.7h6a4 4 0 0 1 0 8H6",
            Self::Redo => "M10 2.5l3.2 3.2L10 8.9M13 5.7H7a4 4 0 0 0 0 8h3",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Refresh => "M13.2 8a5.2 5.2 0 1 1-1.6-3.7M12 1.8v2.8H9.2",
            Self::Contrast => "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 2v12M8 5h4.5M8 8h6M8 11h4.5",
            Self::Sun => {
                "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1"
            }
            Self::Moon => "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
        }
    }
}

/// An icon. It says nothing to screen readers: what it stands on has a name.
#[component]
pub(crate) fn Icon(
    /// What is drawn.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path
                d=shape.path()
                fill="none"
                stroke="currentColor"
                stroke-width="1.5"
                stroke-linecap="round"
                stroke-linejoin="round"
            />
        </svg>
    }
    // It stands in so many places that to write it out in each would be a part of what a first visit costs.
    .into_any()
}
