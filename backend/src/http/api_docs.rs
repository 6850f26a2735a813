//! The description of the API as a page to read, made from what the code says of itself.

use std::fmt::Write as _;

use axum::response::Html;
use onetag_shared::api::paths;
use serde_json::{Map, Value};

use super::plain_page::{escape, plain_page};

/// The page for a document in the form of `OpenAPI` 3.1. Needs no script.
pub(super) fn render(document: &Value) -> Html<String> {
    let mut page = format!(
        "<p>{}</p>\n<p>The same for programs: the <a href=\"{}\">OpenAPI document</a>. Errors are problems (RFC 9457): \
         <a href=\"#Problem\"><code>Problem</code></a> has a stable <code>code</code>, and a <code>hint</code> at what \
         to do.</p>\n{}<h2>Requests</h2>\n",
        prose(text(document, "/info/description")),
        paths::OPENAPI,
        contents(document),
    );
    for (path, methods) in members(document, "/paths") {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            render_operation(&mut page, path, method, operation);
        }
    }
    page.push_str("<h2>Shapes</h2>\n");
    for (name, schema) in members(document, "/components/schemas") {
        render_schema(&mut page, name, schema);
    }
    plain_page("Onetag API, version 1", &page)
}

/// Links to each request and each shape.
fn contents(document: &Value) -> String {
    let mut html = "<nav aria-label=\"Requests\"><h2>Contents</h2><ul>".to_owned();
    for (path, methods) in members(document, "/paths") {
        for (method, _) in methods.as_object().into_iter().flatten() {
            let short = path.strip_prefix(paths::API).unwrap_or(path);
            let _ = write!(
                html,
                "<li><a href=\"#{}\">{} <code>{}</code></a></li>",
                id(method, path),
                escape(&method.to_uppercase()),
                escape(short)
            );
        }
    }
    html.push_str("</ul></nav>\n<nav aria-label=\"Shapes\"><ul>");
    for (name, _) in members(document, "/components/schemas") {
        let _ = write!(html, "<li><a href=\"#{0}\"><code>{0}</code></a></li>", escape(name));
    }
    html + "</ul></nav>\n"
}

/// What a link to a request ends in: `get-api-v1-pushes-id`.
fn id(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("-")
}

fn render_operation(page: &mut String, path: &str, method: &str, operation: &Value) {
    let words = text(operation, "/summary");
    let more = text(operation, "/description");
    let _ = write!(
        page,
        "<h3 id=\"{}\"><span class=\"method\">{}</span> <code>{}</code></h3>\n<p>{} {}</p>\n",
        id(method, path),
        escape(&method.to_uppercase()),
        escape(path),
        prose(words),
        prose(more),
    );
    let parameters = operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut rows = String::new();
    for parameter in parameters {
        let is_required = parameter.get("required").and_then(Value::as_bool).unwrap_or_default();
        let kind = format!(
            "{} · {}{}",
            escape(text(parameter, "/in")),
            shape(parameter.get("schema").unwrap_or(&Value::Null)),
            if is_required { "" } else { " · optional" }
        );
        row(&mut rows, text(parameter, "/name"), &kind, text(parameter, "/description"));
    }
    if let Some(body) = operation.pointer("/requestBody/content").and_then(Value::as_object) {
        for (media_type, content) in body {
            let kind = shape(content.get("schema").unwrap_or(&Value::Null));
            row(&mut rows, "body", &kind, media_type);
        }
    }
    for (status, answer) in members(operation, "/responses").filter(|(status, _)| *status != "default") {
        for (media_type, content) in members(answer, "/content") {
            let kind = shape(content.get("schema").unwrap_or(&Value::Null));
            row(&mut rows, &format!("answer {status}"), &kind, media_type);
        }
    }
    table(page, &rows);
}

fn render_schema(page: &mut String, name: &str, schema: &Value) {
    let _ = write!(
        page,
        "<h3 id=\"{0}\"><code>{0}</code></h3>\n<p>{1}</p>\n",
        escape(name),
        prose(text(schema, "/description"))
    );
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut rows = String::new();
    for (field, of) in members(schema, "/properties") {
        let optional = if required.contains(&field.as_str()) { "" } else { " · optional" };
        row(&mut rows, field, &format!("{}{optional}", shape(of)), text(of, "/description"));
    }
    if rows.is_empty() {
        let _ = writeln!(page, "<p>{}</p>", shape(schema));
    }
    table(page, &rows);
}

/// What a value looks like, in a few words with links. Already HTML.
fn shape(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = escape(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#{name}\"><code>{name}</code></a>");
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema.get(key).and_then(Value::as_array) {
            let choices: Vec<String> = choices.iter().map(shape).collect();
            return choices.join(if key == "allOf" { " and " } else { " or " });
        }
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<String> =
            values.iter().map(|value| format!("<code>{}</code>", escape(value.as_str().unwrap_or("null")))).collect();
        return values.join(", ");
    }
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kinds = kinds.into_iter().map(|kind| match kind {
        "array" => format!("list of {}", shape(schema.get("items").unwrap_or(&Value::Null))),
        "object" => object(schema),
        other => escape(other),
    });
    let kinds: Vec<String> = kinds.collect();
    if kinds.is_empty() { "anything".to_owned() } else { kinds.join(" or ") }
}

fn object(schema: &Value) -> String {
    if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
        return format!("object of {}", shape(values));
    }
    let fields: Vec<String> = members(schema, "/properties")
        .map(|(field, of)| format!("<code>{}</code>: {}", escape(field), shape(of)))
        .collect();
    if fields.is_empty() { "object".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
}

/// The members of an object within; none when there is no such object.
fn members<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.pointer(pointer).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Words of the code's own documentation: its backquotes mark code.
fn prose(words: &str) -> String {
    let mut html = String::with_capacity(words.len());
    for (index, piece) in words.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(html, "<code>{}</code>", escape(piece));
        } else {
            html.push_str(&escape(piece));
        }
    }
    html
}

fn row(rows: &mut String, name: &str, kind: &str, words: &str) {
    let _ = writeln!(rows, "<tr><td><code>{}</code></td><td>{kind}</td><td>{}</td></tr>", escape(name), prose(words));
}

fn table(page: &mut String, rows: &str) {
    if !rows.is_empty() {
        let _ = write!(page, "<table><tbody>\n{rows}</tbody></table>\n");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_and_shapes_are_told_and_linked() {
        let document = json!({
            "info": { "description": "Makes `lists` & more." },
            "paths": { "/api/v1/things/{id}": { "get": {
                "summary": "A thing.",
                "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
                "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } },
            } } },
            "components": { "schemas": { "Thing": {
                "type": "object", "description": "It <is>.", "required": ["kind"],
                "properties": {
                    "kind": { "enum": ["big", "small"] },
                    "parts": { "type": "array", "items": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Part" }] } },
                },
            } } },
        });
        let Html(page) = render(&document);
        for piece in [
            "Makes <code>lists</code> &amp; more.",
            "<a href=\"#get-api-v1-things-id\">GET <code>/things/{id}</code></a>",
            "<a href=\"#Thing\"><code>Thing</code></a></li>",
            "<h3 id=\"get-api-v1-things-id\"><span class=\"method\">GET</span> <code>/api/v1/things/{id}</code>",
            "<td><code>id</code></td><td>path · string</td>",
            "<td><code>answer 200</code></td><td><a href=\"#Thing\"><code>Thing</code></a></td><td>application/json</td>",
            "<h3 id=\"Thing\">",
            "It &lt;is&gt;.",
            "<td><code>kind</code></td><td><code>big</code>, <code>small</code></td>",
            "list of null or <a href=\"#Part\"><code>Part</code></a> · optional",
        ] {
            assert!(page.contains(piece), "{piece} is not in {page}");
        }
    }
}
