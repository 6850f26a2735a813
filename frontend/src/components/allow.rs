//! Allowing an address that was refused.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::api::SettingOffer;

use crate::pages::parts;

/// The button that sets what a problem offers, and says what keeps it from that.
#[component]
pub(super) fn AllowAddress(
    /// What would be set.
    offer: SettingOffer,
    /// Called once it is.
    on_allowed: Callback<()>,
) -> impl IntoView {
    let (is_asked, refused) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let host = offer.registry.clone();
    let allow = move |_| {
        if is_asked.get_untracked() {
            return;
        }
        is_asked.set(true);
        let offer = offer.clone();
        spawn_local(async move {
            match parts::allow(offer).await {
                Ok(()) => {
                    on_allowed.try_run(());
                }
                Err(problem) => {
                    refused.try_set(Some(problem.detail));
                    is_asked.try_set(false);
                }
            }
        });
    };
    view! {
        <button
            type="button" class="button small allow-address" on:click=allow
            aria-disabled=move || is_asked.get().to_string()
            title="Kept in the registry's settings, until you take it back there"
        >
            {format!("Allow private addresses for {host}")}
        </button>
        <span role="status">{move || refused.get().map(|words| view! { <span class="field-error">{words}</span> })}</span>
    }
}
