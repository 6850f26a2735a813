//! A bar for each platform, all to one scale.

use std::sync::Arc;

use leptos::prelude::*;
use onetag_shared::layers::{Image, Portion};

use super::Side;
use crate::{
    components::Size,
    text::layers::{LEAST, Legend, Piece, percent, portion},
};

/// More platforms are not drawn, but listed.
const MOST: usize = 50;
/// There are that many colours.
pub(super) const COLOURS: usize = 6;
/// A letter fits into a piece of this width, in hundredths of a percent: always, or on a wide screen.
const ROOMY: u32 = 350;
const TIGHT: u32 = 120;

/// The picture. Layers that several have are high, and have one colour and letter in each.
#[component]
pub(super) fn Bars(
    /// Its id.
    id: &'static str,
    /// The images.
    side: Arc<Side>,
    /// What the letters mean.
    legend: Arc<Legend>,
    /// The bytes that fill a bar.
    scale: u64,
    /// Another reference stands beside it.
    is_compared: bool,
    /// The layer that is pointed at.
    marked: RwSignal<Option<usize>>,
) -> impl IntoView {
    let more = side.images.len().saturating_sub(MOST);
    let bars = side.images.iter().zip(&side.sharing.images).take(MOST);
    let bars =
        bars.map(|(image, bytes)| bar(&side, image, bytes, (&legend, scale, is_compared), marked)).collect_view();
    let more = (more > 0).then(|| {
        view! { <p class="hint">{format!("{more} more are listed below, and not drawn.")}</p> }
    });
    view! { <ul class="layer-bars" id=id>{bars}</ul>{more} }.into_any()
}

fn bar(
    side: &Side,
    image: &Image,
    bytes: &Portion,
    (legend, scale, is_compared): (&Legend, u64, bool),
    marked: RwSignal<Option<usize>>,
) -> AnyView {
    let figure = match &image.blobs {
        Some(_) => view! { <Size bytes=bytes.bytes /> }.into_any(),
        None => view! { <span class="hint">"not had"</span> }.into_any(),
    };
    let pieces = legend.pieces(image, scale).into_iter().map(|drawn| piece(drawn, marked)).collect_view();
    let label = format!("Layers of {}, {}", image.name, portion(bytes, image, legend, (&side.shared, is_compared)));
    view! {
        <li>
            <span class="layer-name">{image.name.clone()}</span>
            <span class="layer-size">{figure}</span>
            <svg class="layer-drawing" width="100%" height="24" role="img" aria-label=label>{pieces}</svg>
        </li>
    }
    .into_any()
}

/// A piece of a bar, with its letter where there is room.
fn piece(piece: Piece, marked: RwSignal<Option<usize>>) -> AnyView {
    let Piece { at, width, place, is_shared, words } = piece;
    let (y, height) = if is_shared { ("1", "22") } else { ("7", "10") };
    let place = place.filter(|place| Legend::letter(*place).is_some());
    let letter = place.and_then(Legend::letter).filter(|_| width >= TIGHT).map(|letter| {
        let class = if width < ROOMY { "is-tight" } else { "" };
        view! { <text class=class x=percent(at + width / 2) y="17" text-anchor="middle">{letter.to_string()}</text> }
    });
    view! {
        <g
            class:is-shared=is_shared
            class:is-narrow=width <= 2 * LEAST
            class:is-marked=move || place.is_some() && marked.get() == place
            data-layer=place.map(|place| place.to_string())
            data-colour=place.map(|place| (place % COLOURS).to_string())
        >
            <rect x=percent(at) y=y width=percent(width) height=height rx="2"><title>{words}</title></rect>
            {letter}
        </g>
    }
    .into_any()
}
