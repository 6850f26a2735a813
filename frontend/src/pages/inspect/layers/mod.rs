//! Layers: which of them images share, and what of another reference is there already.

mod bars;
mod lists;
mod other;

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use onetag_shared::{
    digest::Digest,
    layers::{Image, Sharing, images},
    reference::Reference,
    view::ListView,
};

use self::{
    bars::Bars,
    lists::{PlatformList, SharedTable, asked_for},
    other::{Compared, OtherForm, OtherState},
};
use super::{address::Address, load::Loading};
use crate::{
    dom,
    text::layers::{Legend, totals},
};

/// The images of a reference, compared with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Side {
    images: Vec<Image>,
    sharing: Sharing,
    /// The digests that several of the images have.
    shared: BTreeSet<Digest>,
}

impl Side {
    fn of(images: Vec<Image>) -> Self {
        let sharing = Sharing::of(&images);
        let shared = sharing.shared.iter().map(|shared| shared.digest.clone()).collect();
        Self { images, sharing, shared }
    }

    /// Bytes of the largest image.
    fn largest(&self) -> u64 {
        self.sharing.images.iter().map(|portion| portion.bytes).max().unwrap_or_default()
    }
}

/// What is drawn: this reference, and perhaps another beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Drawn {
    this: Arc<Side>,
    other: Option<Arc<Side>>,
    /// What is called the same in both.
    legend: Arc<Legend>,
    /// The bytes that fill a bar.
    scale: u64,
}

impl Drawn {
    fn of(this: &Arc<Side>, other: Option<&Arc<Side>>) -> Self {
        let number = this.images.len();
        let all = this.images.iter().chain(other.iter().flat_map(|other| &other.images));
        let sharing = match other {
            None => this.sharing.clone(),
            Some(_) => Sharing::of(&all.cloned().collect::<Vec<_>>()),
        };
        Self {
            this: this.clone(),
            other: other.cloned(),
            legend: Arc::new(Legend::of(sharing, number)),
            scale: this.largest().max(other.map_or(0, |other| other.largest())),
        }
    }
}

/// The picture, the same in words, and the comparison with another reference.
#[component]
pub(crate) fn LayerPanel(
    /// What was asked for.
    reference: Reference,
    /// What has arrived.
    loading: Loading,
    /// The same, to show.
    view: Memo<Option<ListView>>,
    /// Where the other reference is kept.
    address: Address,
) -> impl IntoView {
    let state = OtherState::of(address);
    let this = Memo::new(move |_| {
        let is_done = loading.is_done.get();
        loading.source.with(|source| {
            let source = source.as_ref().filter(|_| is_done)?;
            view.with(|view| Some(Arc::new(Side::of(images(source, view.as_ref()?)))))
        })
    });
    let drawn = Memo::new(move |_| Some(Drawn::of(&this.get()?, state.side().as_ref())));
    // A link may name a layer.
    let asked = Memo::new(move |_| address.follow("layer")?.parse::<Digest>().ok());
    let named = Memo::new(move |_| {
        let asked = asked.get()?;
        drawn.with(|drawn| drawn.as_ref()?.legend.place(&asked))
    });
    // The layer that is pointed at, by its place in the legend; else the one that is asked for.
    let marked = RwSignal::new(None::<usize>);
    Effect::new(move |_| marked.set(named.get()));
    let rest = move || marked.set(named.get_untracked());
    let mark = move |event: &leptos::ev::Event| {
        let place = dom::attribute_at(event, "data-layer").and_then(|place| place.parse().ok());
        marked.set(place.or(named.get_untracked()));
    };
    let has_other = Memo::new(move |_| drawn.with(|drawn| drawn.as_ref().is_some_and(|drawn| drawn.other.is_some())));
    view! {
        <div
            class="layer-panel"
            class:is-marking=move || marked.get().is_some()
            on:pointerover=move |event| mark(&event)
            on:pointerleave=move |_| rest()
            on:focusin=move |event| mark(&event)
            on:focusout=move |_| rest()
        >
            <h2 class="visually-hidden">"Layers"</h2>
            {move || drawn.get().zip(asked.get()).map(|(drawn, asked)| asked_for(asked, &drawn.this, drawn.other.as_deref()))}
            {move || match drawn.get() {
                None => view! { <p class="empty">"The layers are drawn once all of it is here."</p> }.into_any(),
                Some(drawn) => view! { <Own drawn marked /> }.into_any(),
            }}
            <OtherForm state />
            <Show when=move || has_other.get()>
                {
                    let reference = reference.clone();
                    move || drawn.get().map(|drawn| view! { <Compared this=reference.clone() state drawn marked /> })
                }
            </Show>
        </div>
    }
}

/// This reference: totals, a bar for each platform, and what is in them.
#[component]
fn Own(
    /// What is drawn.
    drawn: Drawn,
    /// The layer that is pointed at.
    marked: RwSignal<Option<usize>>,
) -> impl IntoView {
    let Drawn { this, other, legend, scale } = drawn;
    let is_compared = other.is_some();
    let words = totals(&this.sharing.totals, this.images.len());
    let both = this.images.iter().chain(other.iter().flat_map(|other| &other.images)).cloned().collect();
    view! {
        <p id="layer-totals">{words}</p>
        <Bars id="layer-bars" side=this.clone() legend=legend.clone() scale is_compared marked />
        <SharedTable legend=legend.clone() images=both first=this.images.len() marked />
        <PlatformList side=this legend is_compared />
    }
    .into_any()
}
