//! What is said of the list as a whole.

use leptos::prelude::*;
use onetag_shared::list::{Convert, Edit, Format, ListType};

use super::{annotations::AnnotationFields, desk::Desk, list_findings::ListFindings};

/// Type, layout and annotations of the list.
#[component]
pub(super) fn Settings(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let list_type = Memo::new(move |_| desk.history.with(|history| history.draft.list_type));
    let format = Memo::new(move |_| desk.history.with(|history| history.draft.format));
    let convert = Memo::new(move |_| desk.history.with(|history| history.draft.convert));
    let annotations = Memo::new(move |_| desk.history.with(|history| history.draft.annotations.clone()));
    let set_annotations = Callback::new(move |annotations| desk.edit(Edit::SetListAnnotations { annotations }));
    let types = [
        (ListType::Auto, "auto", "automatic: Docker's only if every image is Docker's"),
        (ListType::Oci, "oci", "OCI image index"),
        (ListType::Docker, "docker", "Docker manifest list"),
    ];
    let conversions = [
        (Convert::Off, "off", "leave as they are"),
        (Convert::ListType, "list-type", "convert: the same layers, another digest"),
    ];
    let formats = [
        (Format::Indented, "indented", "indented, as buildx writes it"),
        (Format::Compact, "compact", "one line, as podman and oras write it"),
        (Format::Docker, "docker", "as docker manifest writes it"),
    ];
    view! {
        <section class="settings" aria-labelledby="settings-heading">
            <h2 id="settings-heading">"List"</h2>
            <div class="setting-fields">
                <label for="list-type">"Type"</label>
                <select
                    id="list-type"
                    on:change=move |event| {
                        let name = event_target_value(&event);
                        if let Some((list_type, ..)) = types.iter().find(|(_, value, _)| *value == name) {
                            desk.edit(Edit::SetListType { list_type: *list_type });
                        }
                    }
                >
                    {types.map(|(value, name, label)| view! {
                        <option value=name prop:selected=move || list_type.get() == value>{label}</option>
                    }).collect_view()}
                </select>
                <label for="list-convert">"Images of another kind"</label>
                <select
                    id="list-convert"
                    on:change=move |event| {
                        let name = event_target_value(&event);
                        if let Some((convert, ..)) = conversions.iter().find(|(_, value, _)| *value == name) {
                            desk.edit(Edit::SetConvert { convert: *convert });
                        }
                    }
                >
                    {conversions.map(|(value, name, label)| view! {
                        <option value=name prop:selected=move || convert.get() == value>{label}</option>
                    }).collect_view()}
                </select>
                <label for="list-format">"JSON"</label>
                <select
                    id="list-format"
                    on:change=move |event| {
                        let name = event_target_value(&event);
                        if let Some((format, ..)) = formats.iter().find(|(_, value, _)| *value == name) {
                            desk.edit(Edit::SetFormat { format: *format });
                        }
                    }
                >
                    {formats.map(|(value, name, label)| view! {
                        <option value=name prop:selected=move || format.get() == value>{label}</option>
                    }).collect_view()}
                </select>
            </div>
            <ListFindings desk />
            <h3>"Annotations of the list"</h3>
            <AnnotationFields desk value=annotations on_change=set_annotations name="list.annotations" />
        </section>
    }
}
