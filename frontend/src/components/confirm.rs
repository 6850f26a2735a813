//! A button that asks before it does what cannot be taken back.

use leptos::{html, prelude::*};

/// The button, and the dialog that it opens. Escape and the first button of the dialog close it, and nothing is done.
#[component]
pub(crate) fn Confirm(
    /// The button's id on the page; those in the dialog are made of it.
    id: &'static str,
    /// What stands on it.
    label: &'static str,
    /// What is asked.
    #[prop(into)]
    question: Signal<String>,
    /// What happens then.
    #[prop(into)]
    words: Signal<String>,
    /// What stands on the button that does it.
    #[prop(into)]
    sure: Signal<String>,
    /// What stands on the one that does not.
    no: &'static str,
    /// It cannot be taken back, or takes something away.
    #[prop(optional)]
    is_danger: bool,
    /// It is being done already.
    is_busy: Signal<bool>,
    /// Does it.
    run: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked().filter(|_| !is_busy.get_untracked()) {
            dialog.show_modal().ok();
        }
    };
    let do_it = move |_| {
        close();
        run.run(());
    };
    let heading = format!("{id}-heading");
    view! {
        <button
            type="button" class="button" class:danger=is_danger id=id
            aria-disabled=move || is_busy.get().to_string() on:click=open
        >
            {label}
        </button>
        <dialog node_ref=dialog class="dialog" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{question}</h2>
            <p>{words}</p>
            <div class="actions">
                <button type="button" class="button" on:click=move |_| close()>{no}</button>
                <button
                    type="button" class="button" class:danger=is_danger class:primary=!is_danger id=format!("{id}-sure") on:click=do_it
                >
                    {sure}
                </button>
            </div>
        </dialog>
    }
}
