//! YAML that was read, before anybody knows what it means.

/// How deep a spec may be: ten times what one needs would be more than enough.
pub const MAX_DEPTH: usize = 16;
/// How many values, lists and mappings a spec may have, keys included: a list of 5000 entries, with every field of each.
pub const MAX_NODES: usize = 100_000;

/// A value with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it begins: the line, from 1.
    pub line: usize,
    /// What is there.
    pub value: Value,
}

/// What YAML has. Numbers and the like are text as they are written: `10.0` and `1e3` are versions here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// Text, whatever its style.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in its order; a key may be there twice.
    Map(Vec<(Key, Node)>),
}

/// The key of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The line, from 1.
    pub line: usize,
    /// The text.
    pub text: String,
}

impl Node {
    /// What it is, in words that follow "is".
    pub(super) fn words(&self) -> &'static str {
        match self.value {
            Value::Null => "empty",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}
