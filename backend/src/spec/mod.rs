//! YAML, read into what `onetag_shared::spec` decides about.
//!
//! The parser hands on events, so that nothing is built that nobody asked for: depth and number of values are bounded while
//! it reads, and aliases, which make much out of little, are refused. Texts stay as they are written (`osversion: 10.0`).

#[cfg(test)]
mod tests;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use onetag_shared::{
    api::Spec,
    spec::{Key, MAX_DEPTH, MAX_NODES, Node, SpecError, SpecFault, Value, read},
};

/// The longest spec, in bytes: a list of 5000 entries fits.
pub(crate) const MAX_SPEC: usize = 1024 * 1024;

/// What a spec says.
pub(crate) fn parse(text: &str) -> Result<Spec, SpecError> {
    read(&nodes(text)?)
}

/// The one document that is in a text.
fn nodes(text: &str) -> Result<Node, SpecError> {
    let options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH + 1, block_nesting_limit: MAX_DEPTH + 1 };
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| not_yaml(&error))?;
        builder.take(event, &span)?;
    }
    builder.root.ok_or_else(|| SpecError::of_yaml(1, SpecFault::Nothing))
}

fn not_yaml(error: &ScanError) -> SpecError {
    SpecError::of_yaml(error.marker().line().max(1), SpecFault::NotYaml(error.info()))
}

/// What was read so far.
#[derive(Default)]
struct Builder {
    /// Collections that have begun, the outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
}

/// A collection that has begun.
struct Open {
    line: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Node>),
    /// With the key whose value comes next.
    Map(Vec<(Key, Node)>, Option<Key>),
}

impl Builder {
    fn take(&mut self, event: Event, span: &Span) -> Result<(), SpecError> {
        let line = span.start.line();
        let fail = |fault| Err(SpecError::of_yaml(line, fault));
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 { fail(SpecFault::SecondDocument) } else { Ok(()) }
            }
            Event::Scalar(text, style, _, tag) => {
                let is_text = style != ScalarStyle::Plain || is_text(tag.as_deref(), line)?;
                let is_null = !is_text && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = if is_null { Value::Null } else { Value::Text(text.into_owned()) };
                self.scalar(Node { line, value })
            }
            Event::SequenceStart(_, _, tag) => self.begin(line, Kind::List(Vec::new()), tag.as_deref()),
            Event::MappingStart(_, _, tag) => self.begin(line, Kind::Map(Vec::new(), None), tag.as_deref()),
            Event::SequenceEnd | Event::MappingEnd => {
                self.end();
                Ok(())
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => fail(SpecFault::Alias),
            _ => Ok(()),
        }
    }

    fn count(&mut self, line: usize) -> Result<(), SpecError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { Err(SpecError::of_yaml(line, SpecFault::TooMany)) } else { Ok(()) }
    }

    fn begin(&mut self, line: usize, kind: Kind, tag: Option<&Tag>) -> Result<(), SpecError> {
        self.count(line)?;
        is_text(tag, line)?;
        let is_key = matches!(self.open.last(), Some(Open { kind: Kind::Map(_, None), .. }));
        let fault = match () {
            () if is_key => SpecFault::KeyNotText,
            () if self.open.len() >= MAX_DEPTH => SpecFault::TooDeep,
            () => {
                self.open.push(Open { line, kind });
                return Ok(());
            }
        };
        Err(SpecError::of_yaml(line, fault))
    }

    fn end(&mut self) {
        let Some(Open { line, kind }) = self.open.pop() else { return };
        let value = match kind {
            Kind::List(nodes) => Value::List(nodes),
            Kind::Map(pairs, _) => Value::Map(pairs),
        };
        self.put(Node { line, value });
    }

    /// A scalar is a value, or the key of the next one. A key that is empty is one all the same.
    fn scalar(&mut self, node: Node) -> Result<(), SpecError> {
        self.count(node.line)?;
        if let Some(Open { kind: Kind::Map(_, key @ None), .. }) = self.open.last_mut() {
            let text = if let Value::Text(text) = node.value { text } else { String::new() };
            *key = Some(Key { line: node.line, text });
        } else {
            self.put(node);
        }
        Ok(())
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.kind) {
            Some(Kind::List(nodes)) => nodes.push(node),
            Some(Kind::Map(pairs, key)) => pairs.extend(key.take().map(|key| (key, node))),
            None => self.root = Some(node),
        }
    }
}

/// Does a tag make a text of what looks like something else? Those of YAML itself say nothing more than that; others would
/// have to be known.
fn is_text(tag: Option<&Tag>, line: usize) -> Result<bool, SpecError> {
    let Some(tag) = tag else { return Ok(false) };
    tag.core_suffix().map(|kind| kind == "str").ok_or_else(|| {
        let name = format!("{}{}", tag.original_handle(), tag.suffix());
        SpecError::of_yaml(line, SpecFault::YamlTag(name))
    })
}
