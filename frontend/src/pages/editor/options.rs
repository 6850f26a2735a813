//! What a push brings along beside the list and its images.

use leptos::prelude::*;
use onetag_shared::{
    api::{PushOptions, TransferKind},
    check::FindingCode,
};

use super::desk::Desk;

/// Do images come from elsewhere? What is where the list goes has there what refers to it.
fn has_images_from_elsewhere(desk: Desk) -> bool {
    desk.plan.with(|plan| plan.entries.iter().any(|entry| entry.transfer != TransferKind::Pointer))
}

/// Are there layers that are left to whoever pulls the images?
fn has_foreign_layers(desk: Desk) -> bool {
    desk.plan.with(|plan| plan.findings.iter().any(|finding| finding.code == FindingCode::ForeignLayers))
}

/// The options that a push is sent with: those that can be seen.
pub(super) fn in_effect(desk: Desk) -> PushOptions {
    let PushOptions { referrers, foreign_layers, .. } = desk.options.get();
    PushOptions {
        merge: false,
        referrers: referrers && has_images_from_elsewhere(desk),
        foreign_layers: foreign_layers && has_foreign_layers(desk),
    }
}

/// A switch for each, where it has a meaning.
#[component]
pub(super) fn Options(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let (is_elsewhere, is_foreign) =
        (Memo::new(move |_| has_images_from_elsewhere(desk)), Memo::new(move |_| has_foreign_layers(desk)));
    let [referrers, foreign]: [fn(&mut PushOptions) -> &mut bool; 2] =
        [|options| &mut options.referrers, |options| &mut options.foreign_layers];
    view! {
        <fieldset class="push-options" class:is-hidden=move || !is_elsewhere.get()>
            <legend class="visually-hidden">"What comes along"</legend>
            <Switch
                desk id="bring-referrers" option=referrers label="Bring signatures and SBOMs"
                hint="and whatever else refers to the images where they are now"
            />
            <Show when=move || is_foreign.get()>
                <Switch
                    desk id="bring-foreign" option=foreign label="Bring foreign layers"
                    hint="those that the images leave to other servers, if you may hand them on"
                />
            </Show>
        </fieldset>
    }
}

/// One of them.
#[component]
fn Switch(
    /// The draft.
    desk: Desk,
    /// Its id on the page.
    id: &'static str,
    /// Where it is kept.
    option: fn(&mut PushOptions) -> &mut bool,
    /// What it does.
    label: &'static str,
    /// What that means.
    hint: &'static str,
) -> impl IntoView {
    let is_on = move || *option(&mut desk.options.get());
    let hint_id = format!("{id}-hint");
    view! {
        <p>
            <label class="check">
                <input
                    type="checkbox" id=id aria-describedby=hint_id.clone() prop:checked=is_on
                    on:change=move |event| desk.options.update(|options| *option(options) = event_target_checked(&event))
                />
                {label}
            </label>
            " "<span class="hint" id=hint_id>{hint}</span>
        </p>
    }
}
