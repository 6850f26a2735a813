//! Tabs (WAI-ARIA Authoring Practices, "Tabs"): arrow keys move between them.

use leptos::{ev::KeyboardEvent, prelude::*};

use super::{Icon, Shape};
use crate::dom;

/// A tab.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// Its name in ids: `raw`.
    pub(crate) name: &'static str,
    /// What stands on it.
    pub(crate) label: &'static str,
    /// A number beside that, when there is one to say.
    pub(crate) count: Signal<Option<Count>>,
}

/// How many of something there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// So many.
    pub(crate) number: usize,
    /// What that says, if it is good or bad: a name in the page's rules, and a sign for who sees no colours.
    pub(crate) sign: Option<(&'static str, Shape)>,
}

impl Tab {
    /// A tab without a number.
    pub(crate) fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, count: Signal::stored(None) }
    }

    /// The same with a number.
    pub(crate) fn counting(self, count: Signal<Option<Count>>) -> Self {
        Self { count, ..self }
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
                    {move || count.get().map(|Count { number, sign }| {
                        let (severity, shape) = sign.unzip();
                        view! { <span class="count" data-severity=severity>{shape.map(|shape| view! { <Icon shape /> })}{number}</span> }
                    })}
                </button>
            }
        })
        .collect_view();
    view! { <div class="tabs" role="tablist" aria-label=label on:keydown=on_key>{buttons}</div> }
}
