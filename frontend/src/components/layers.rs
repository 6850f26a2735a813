//! Layers: a bar of their sizes, and the list of them.

use std::collections::BTreeSet;

use leptos::prelude::*;
use onetag_shared::digest::Digest;

use super::{DigestText, Size};
use crate::text::format;

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
#[component]
pub(crate) fn LayerBar(
    /// Digest and size of each, lowest first.
    layers: Vec<(Digest, u64)>,
    /// What all bars have in common.
    measure: Memo<Measure>,
) -> impl IntoView {
    let total = bytes_of(&layers);
    let label = format!("{}, {}", format::count(layers.len(), "layer", "layers"), format::size(total));
    let measure = measure.read();
    let mut sizes: Vec<(u64, bool)> =
        layers.iter().map(|(digest, size)| (*size, measure.shared.contains(digest))).collect();
    if sizes.len() > MOST {
        let rest = sizes.split_off(MOST).into_iter().fold(0, |sum: u64, (size, _)| sum.saturating_add(size));
        sizes.push((rest, false));
    }
    let mut x = 0;
    let pieces = sizes
        .into_iter()
        .map(|(size, is_shared)| {
            // A layer of one byte is still a layer.
            let width = scaled(size, measure.scale).max(2);
            let at = x;
            x += width;
            let drawn = if width > 3 { width - 1 } else { width };
            let (y, height) = if is_shared { ("0", "12") } else { ("3", "6") };
            view! {
                <rect class:is-shared=is_shared x=at.to_string() y=y width=drawn.to_string() height=height rx="1">
                    {is_shared.then(|| view! { <title>"Other platforms have this layer, too"</title> })}
                </rect>
            }
        })
        .collect_view();
    view! {
        <svg class="layer-bar" viewBox="0 0 120 12" width="120" height="12" preserveAspectRatio="none" role="img" aria-label=label.clone()>
            <title>{label.clone()}</title>
            {pieces}
        </svg>
    }
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
        .map(|(digest, size)| view! { <li><DigestText digest />" "<Size bytes=size /></li> })
        .collect_view();
    view! { <ol class="layer-list">{rows}</ol> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_within_their_width() {
        assert_eq!(scaled(50, 100), 60);
        assert_eq!(scaled(0, 0), 0);
        assert_eq!(scaled(u64::MAX, 1), WIDTH);
        assert_eq!(scaled(u64::MAX, u64::MAX), WIDTH);
    }
}
