//! What is wrong with a reference that was typed.

use leptos::prelude::*;
use onetag_shared::reference::ReferenceError;

use super::Prose;

/// Says so, and offers what may have been meant.
#[component]
pub(crate) fn Mistyped(
    /// What is wrong; nothing, once what may have been meant is taken.
    error: RwSignal<Option<ReferenceError>>,
    /// Takes what may have been meant.
    on_suggestion: Callback<String>,
) -> impl IntoView {
    move || {
        error.get().map(|found| {
            view! {
                <p class="field-error">
                    <Prose text=found.to_string() />"."
                    {found.suggestion().map(|suggestion| view! {
                        " Did you mean "
                        <button
                            type="button"
                            class="link"
                            on:click={
                                let suggestion = suggestion.clone();
                                move |_| {
                                    error.set(None);
                                    on_suggestion.run(suggestion.clone());
                                }
                            }
                        >
                            <code>{suggestion.clone()}</code>
                        </button>
                        "?"
                    })}
                </p>
            }
        })
    }
}
