//! What the bars show, in words.

use std::sync::Arc;

use leptos::prelude::*;
use onetag_shared::{
    digest::Digest,
    layers::{BlobKind, Image, Portion, Shared},
};

use super::{Side, bars::COLOURS};
use crate::{
    components::{DigestText, Size},
    text::{
        documents::{bytes_of, layer_link},
        format,
        layers::{Legend, portion, whose},
    },
};

/// That many shared layers are listed at once.
const AT_ONCE: usize = 40;

/// The layers that several platforms have: letter, digest, size, and who has them.
#[component]
pub(super) fn SharedTable(
    /// The layers.
    legend: Arc<Legend>,
    /// The images of this reference, and of the other after them.
    images: Vec<Image>,
    /// How many of them are this reference's.
    first: usize,
    /// The layer that is pointed at.
    marked: RwSignal<Option<usize>>,
) -> impl IntoView {
    let number = legend.layers.len();
    if number == 0 {
        return ().into_any();
    }
    let is_whole = RwSignal::new(number <= AT_ONCE);
    let rows = move || {
        let shown = if is_whole.get() { number } else { AT_ONCE };
        let rows = legend.layers.iter().take(shown).enumerate();
        rows.map(|(place, shared)| row(place, shared, images.split_at(first), marked)).collect_view()
    };
    let more = move || {
        (!is_whole.get()).then(|| {
            let words = format!("Show all {}", format::count(number, "shared layer", "shared layers"));
            view! { <button type="button" class="button small" id="all-shared" on:click=move |_| is_whole.set(true)>{words}</button> }
        })
    };
    view! {
        <section>
            <h2>"Shared layers"</h2>
            <p class="hint">"High pieces are layers that several have, low ones are a platform's own. The largest have letters."</p>
            // On narrow screens its rows are two lines, which takes what a table is away from it.
            <table class="layer-table" id="shared-layers" role="table">
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader">"Layer"</th><th role="columnheader">"Size"</th><th role="columnheader">"In"</th>
                </tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            {more}
        </section>
    }
    .into_any()
}

fn row(place: usize, shared: &Shared, (here, there): (&[Image], &[Image]), marked: RwSignal<Option<usize>>) -> AnyView {
    let letter = Legend::letter(place);
    let named = letter.map(|_| place);
    let key = letter.map(|letter| view! { <span class="layer-key">{letter.to_string()}</span> });
    let notes = [
        (shared.kind == BlobKind::Foreign, "foreign"),
        (shared.contradicted, "other sizes are said of it, too: the largest counts"),
    ];
    let notes = notes.into_iter().filter(|(holds, _)| *holds);
    let notes = notes.map(|(_, words)| view! { <p class="hint">{words}</p> }).collect_view();
    let split = shared.images.partition_point(|place| *place < here.len());
    let (own, others) = shared.images.split_at(split);
    let others: Vec<usize> = others.iter().map(|place| place - here.len()).collect();
    let others = (!others.is_empty()).then(|| {
        view! { <p class="layer-other">{format!("in the other: {}", whose(&others, there))}</p> }
    });
    view! {
        <tr
            role="row"
            class:is-marked=move || named.is_some() && marked.get() == named
            data-layer=named.map(|place| place.to_string())
            data-colour=named.map(|place| (place % COLOURS).to_string())
        >
            <td role="cell"><span class="layer-id">{key}<DigestText digest=shared.digest.clone() href=layer_link(&shared.digest) /></span></td>
            <td role="cell"><Size bytes=shared.size />{notes}</td>
            <td role="cell">{whose(own, here)}{others}</td>
        </tr>
    }
    .into_any()
}

/// The layer that a link names: how large it is, and which images have it.
pub(super) fn asked_for(digest: Digest, side: &Side, other: Option<&Side>) -> AnyView {
    let all = || side.images.iter().chain(other.into_iter().flat_map(|other| &other.images));
    let blob = all().flat_map(Image::distinct).find(|blob| blob.digest == digest);
    let has_it = |image: &Image| image.distinct().any(|blob| blob.digest == digest);
    let places: Vec<usize> =
        side.images.iter().enumerate().filter(|(_, image)| has_it(image)).map(|(place, _)| place).collect();
    let words = match places.len() {
        0 => "is in none of these images".to_owned(),
        number if number == side.images.len() && number > 1 => "is in each of these images".to_owned(),
        _ => format!("is in {}", whose(&places, &side.images)),
    };
    let there = other.map(|other| {
        let number = other.images.iter().filter(|image| has_it(image)).count();
        format!("; of the other reference, in {number} of {}", other.images.len())
    });
    let bytes = blob.map(|blob| view! { "("<Size bytes=blob.size />") " });
    view! { <p id="layer-asked" role="status"><DigestText digest=digest.clone() />" "{bytes}{words}{there}</p> }
        .into_any()
}

/// Each platform in a sentence, and unfolded, what no other has.
#[component]
pub(super) fn PlatformList(
    /// The images.
    side: Arc<Side>,
    /// What the letters mean.
    legend: Arc<Legend>,
    /// Another reference stands beside it.
    is_compared: bool,
) -> impl IntoView {
    let items = (0..side.images.len()).map(|place| item(place, &side, &legend, is_compared)).collect_view();
    view! {
        <section>
            <h2>"Each platform"</h2>
            <ul class="layer-platforms" id="layer-platforms">{items}</ul>
        </section>
    }
    .into_any()
}

fn item(place: usize, side: &Arc<Side>, legend: &Legend, is_compared: bool) -> AnyView {
    let (Some(image), Some(bytes)) = (side.images.get(place), side.sharing.images.get(place)) else {
        return ().into_any();
    };
    let Portion { own, .. } = *bytes;
    let line = view! {
        <span class="layer-name">{image.name.clone()}</span>
        <span>{portion(bytes, image, legend, (&side.shared, is_compared))}</span>
    };
    if own == 0 {
        return view! { <li>{line}</li> }.into_any();
    }
    let is_open = RwSignal::new(false);
    let side = side.clone();
    // Made when it is looked at: a list may have hundreds of platforms.
    let inside = move || is_open.get().then(|| own_blobs(&side, place));
    view! {
        <li><details on:toggle=move |_| is_open.set(true)><summary>{line}</summary>{inside}</details></li>
    }
    .into_any()
}

/// What no other image has, lowest first.
fn own_blobs(side: &Side, place: usize) -> AnyView {
    let own = side.images.get(place).into_iter().flat_map(Image::distinct);
    let own = own.filter(|blob| !side.shared.contains(&blob.digest));
    let own = own.map(|blob| {
        let (words, href) = match blob.kind {
            BlobKind::Config => (" config", bytes_of(&blob.digest)),
            BlobKind::Foreign => (" foreign", layer_link(&blob.digest)),
            BlobKind::Layer => ("", layer_link(&blob.digest)),
        };
        view! { <li><DigestText digest=blob.digest.clone() href /><Size bytes=blob.size />{words}</li> }
    });
    view! { <ol class="layer-list">{own.collect_view()}</ol> }.into_any()
}
