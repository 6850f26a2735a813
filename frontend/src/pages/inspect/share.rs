//! Ways to tell others of what is inspected.

use leptos::prelude::*;
use onetag_shared::{digest::Digest, reference::Reference};

use crate::{
    components::CopyButton,
    dom,
    text::share::{badge, snippets},
};

/// Links, badges and frames, each to be copied; of the tag as it is, and of exactly what is shown.
#[component]
pub(crate) fn SharePanel(
    /// What was asked for.
    reference: Reference,
    /// What is there, once that is known.
    digest: Memo<Option<Digest>>,
) -> impl IntoView {
    let origin = dom::origin();
    let picture = badge(&origin, &reference);
    let is_local = ["//127.", "//localhost", "//[::1]"].iter().any(|local| origin.contains(local));
    let rows = move || {
        let snippets = digest.get().map(|digest| snippets(&origin, &reference, &digest)).unwrap_or_default();
        let row = |snippet: crate::text::share::Snippet| {
            view! {
                <li class="snippet">
                    <h3>{snippet.what}</h3>
                    <div class="snippet-text">
                        <code tabindex="0">{snippet.text.clone()}</code>
                        <CopyButton text=Signal::stored(snippet.text) what=snippet.what />
                    </div>
                </li>
            }
        };
        snippets.into_iter().map(row).collect_view()
    };
    view! {
        <div class="panel-head">
            <h2>"Share"</h2>
            <img id="badge" class="badge" src=picture alt="The badge: the platforms of what is shown" height="20" />
        </div>
        <p class="hint">"Whoever may open this server sees what the link leads to. A badge follows the tag, unless it names a digest."</p>
        {is_local.then(|| view! {
            <p class="hint" id="only-here">"This server listens on this machine alone: links, badges and frames show elsewhere once it has a public address."</p>
        })}
        <ul class="snippets" id="snippets">{rows}</ul>
    }
}
