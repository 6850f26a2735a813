//! How a job adds its part.

use leptos::prelude::*;
use onetag_shared::api::GatherState;

use super::Watch;
use crate::{
    components::CopyButton,
    dom,
    text::gathers::{Snippet, snippets},
};

/// Texts to paste into a CI job, as long as parts are taken.
#[component]
pub(super) fn AddParts(
    /// The gather.
    watch: Watch,
    /// Its token, while it is known.
    token: Option<String>,
) -> impl IntoView {
    let server = dom::origin();
    let texts = Memo::new(move |_| {
        watch.with(|gather| {
            let takes_parts = matches!(
                gather.state,
                GatherState::Open | GatherState::Overdue | GatherState::Failed | GatherState::Undone
            );
            if takes_parts { snippets(gather, &server, token.as_deref()) } else { Vec::new() }
        })
    });
    let item = |Snippet { title, note, text }: Snippet| {
        view! {
            <div class="snippet">
                <div class="snippet-head"><h3>{title}</h3><CopyButton text=Signal::stored(text.clone()) what=title with_word=true /></div>
                <p class="hint">{note}</p>
                <pre class="raw" tabindex="0" role="group" aria-label=title>{text}</pre>
            </div>
        }
    };
    move || {
        let texts = texts.get().unwrap_or_default();
        (!texts.is_empty()).then(|| {
            view! {
                <section class="gather-add" aria-labelledby="add-heading">
                    <h2 id="add-heading">"Add a part from CI"</h2>
                    {texts.into_iter().map(item).collect_view()}
                </section>
            }
        })
    }
}
