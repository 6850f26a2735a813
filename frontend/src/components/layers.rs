//! Layers: a bar of their sizes, and the list of them.

use leptos::prelude::*;
use onetag_shared::digest::Digest;

use super::{DigestText, Size};
use crate::text::format;

/// The width of a bar, in units of its drawing.
const WIDTH: u32 = 120;
/// More than this many are drawn as one rest.
const MOST: usize = 24;

/// The sizes of an image's layers, drawn to scale. `scale` is the size of the list's largest image.
#[component]
pub(crate) fn LayerBar(
    /// Digest and size of each, lowest first.
    layers: Vec<(Digest, u64)>,
    /// The bytes that fill the whole width.
    scale: u64,
) -> impl IntoView {
    let total = layers.iter().fold(0_u64, |sum, (_, size)| sum.saturating_add(*size));
    let label = format!("{}, {}", format::count(layers.len(), "layer", "layers"), format::size(total));
    let mut sizes: Vec<u64> = layers.iter().map(|(_, size)| *size).collect();
    if sizes.len() > MOST {
        let rest = sizes.split_off(MOST).into_iter().fold(0, u64::saturating_add);
        sizes.push(rest);
    }
    let mut x = 0;
    let pieces = sizes
        .into_iter()
        .map(|size| {
            // A layer of one byte is still a layer.
            let width = scaled(size, scale).max(2);
            let at = x;
            x += width;
            let drawn = if width > 3 { width - 1 } else { width };
            view! { <rect x=at.to_string() y="0" width=drawn.to_string() height="12" rx="1" /> }
        })
        .collect_view();
    view! {
        <svg class="layer-bar" viewBox="0 0 120 12" width="120" height="12" preserveAspectRatio="none" role="img" aria-label=label.clone()>
            <title>{label.clone()}</title>
            {pieces}
        </svg>
    }
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
