//! Tabs (WAI-ARIA Authoring Practices, "Tabs"): arrow keys move between them.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::dom;

/// A tab.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// Its name in ids: `raw`.
    pub(crate) name: &'static str,
    /// What stands on it.
    pub(crate) label: &'static str,
    /// A number beside that, when there is one to say.
    pub(crate) count: Signal<Option<usize>>,
}

impl Tab {
    /// A tab without a number.
    pub(crate) fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, count: Signal::stored(None) }
    }

    /// The same with a number.
    pub(crate) fn counting(mut self, count: Signal<Option<usize>>) -> Self {
        self.count = count;
        self
    }
}

/// A row of tabs. The page shows panels with ids `panel-NAME`, of which it hides all but the chosen one.
#[component]
pub(crate) fn TabList(
    /// The tabs.
    tabs: Vec<Tab>,
    /// The name of the chosen one.
    chosen: RwSignal<&'static str>,
    /// What they are about, for screen readers.
    label: &'static str,
) -> impl IntoView {
    let names: Vec<&'static str> = tabs.iter().map(|tab| tab.name).collect();
    let on_key = move |event: KeyboardEvent| {
        let place = names.iter().position(|name| *name == chosen.get_untracked()).unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowRight" => (place + 1) % names.len(),
            "ArrowLeft" => (place + names.len() - 1) % names.len(),
            "Home" => 0,
            "End" => names.len() - 1,
            _ => return,
        };
        event.prevent_default();
        chosen.set(names[next]);
        dom::focus(&format!("#tab-{}", names[next]));
    };
    let buttons = tabs
        .into_iter()
        .map(|Tab { name, label, count }| {
            let is_chosen = move || chosen.get() == name;
            view! {
                <button
                    type="button"
                    role="tab"
                    id=format!("tab-{name}")
                    aria-controls=format!("panel-{name}")
                    aria-selected=move || is_chosen().to_string()
                    tabindex=move || if is_chosen() { "0" } else { "-1" }
                    on:click=move |_| chosen.set(name)
                >
                    {label}
                    {move || count.get().map(|count| view! { <span class="count">{count}</span> })}
                </button>
            }
        })
        .collect_view();
    view! { <div class="tabs" role="tablist" aria-label=label on:keydown=on_key>{buttons}</div> }
}
