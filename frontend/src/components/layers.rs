//! Layers: a bar of their sizes, and the list of them.

use std::{collections::BTreeSet, fmt::Write as _};

use leptos::prelude::*;
use onetag_shared::digest::Digest;

use super::{DigestText, Size};
use crate::text::{documents::layer_link, format};

/// The width of a bar, in units of its drawing.
const WIDTH: u32 = 120;
/// More than this many are drawn as one rest.
const MOST: usize = 24;

/// What the bars of a list have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// The bytes that fill the whole width: the size of the largest image.
    pub(crate) scale: u64,
    /// The layers that several images have.
    pub(crate) shared: BTreeSet<Digest>,
}

/// The sizes of an image's layers, drawn to scale. Those that other images have as well are higher.
///
/// A list may have hundreds of them. An SVG each is painted by itself, which takes longer than all the rest of a row; a background
/// is painted with the row.
#[component]
pub(crate) fn LayerBar(
    /// Digest and size of each, lowest first.
    layers: Vec<(Digest, u64)>,
    /// What all bars have in common.
    measure: Memo<Measure>,
) -> impl IntoView {
    let measure = measure.read();
    let mut sizes: Vec<(u64, bool)> =
        layers.iter().map(|(digest, size)| (*size, measure.shared.contains(digest))).collect();
    let shared = sizes.iter().filter(|(_, is_shared)| *is_shared).count();
    let label = in_words(layers.len(), bytes_of(&layers), shared);
    if sizes.len() > MOST {
        let rest = sizes.split_off(MOST).into_iter().fold(0, |sum: u64, (size, _)| sum.saturating_add(size));
        sizes.push((rest, false));
    }
    view! {
        <span
            class="layer-bar" role="img" aria-label=label.clone() title=label
            style=("background-image", picture(&sizes, measure.scale))
        ></span>
    }
}

fn in_words(layers: usize, bytes: u64, shared: usize) -> String {
    let words = format!("{}, {}", format::count(layers, "layer", "layers"), format::size(bytes));
    match shared {
        0 => words,
        shared => format!("{words}; {shared} of them in other platforms as well"),
    }
}

/// Two CSS images, one above the other: the layers of this image alone, and those that others have as well.
fn picture(sizes: &[(u64, bool)], scale: u64) -> String {
    let stops = |colour: &str, wanted: bool| {
        let mut x = 0;
        let mut stops = String::new();
        for (size, is_shared) in sizes {
            // A layer of one byte is still a layer.
            let width = scaled(*size, scale).max(2);
            let end = x + if width > 3 { width - 1 } else { width };
            if *is_shared == wanted {
                let _ = write!(stops, ",#0000 0 {x}px,{colour} 0 {end}px");
            }
            x += width;
        }
        format!("linear-gradient(90deg{stops},#0000 0)")
    };
    [stops("var(--bar)", false), stops("var(--accent)", true)].join(",")
}

/// The bytes of all of them.
pub(crate) fn bytes_of(layers: &[(Digest, u64)]) -> u64 {
    layers.iter().fold(0, |sum, (_, size)| sum.saturating_add(*size))
}

fn scaled(size: u64, scale: u64) -> u32 {
    let width = u128::from(size) * u128::from(WIDTH) / u128::from(scale.max(1));
    u32::try_from(width).map_or(WIDTH, |width| width.min(WIDTH))
}

/// Digest and size of each layer.
#[component]
pub(crate) fn LayerDetails(
    /// Digest and size of each, lowest first.
    layers: Vec<(Digest, u64)>,
) -> impl IntoView {
    let rows = layers
        .into_iter()
        .map(|(digest, size)| view! { <li><DigestText href=layer_link(&digest) digest />" "<Size bytes=size /></li> })
        .collect_view();
    view! { <ol class="layer-list">{rows}</ol> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures() {
        let own = "linear-gradient(90deg,#0000 0 60px,var(--bar) 0 62px,#0000 0)";
        let shared = "linear-gradient(90deg,#0000 0 0px,var(--accent) 0 59px,#0000 0)";
        assert_eq!(picture(&[(50, true), (1, false)], 100), [own, shared].join(","));
    }

    #[test]
    fn bars_stay_within_their_width() {
        assert_eq!(scaled(50, 100), 60);
        assert_eq!(scaled(0, 0), 0);
        assert_eq!(scaled(u64::MAX, 1), WIDTH);
        assert_eq!(scaled(u64::MAX, u64::MAX), WIDTH);
    }
}
