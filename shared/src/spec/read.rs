//! What a spec means.

use std::collections::{BTreeMap, BTreeSet};

use super::{Key, Node, SpecError, SpecFault, Value};
use crate::{
    api::{Spec, SpecNote},
    descriptor::Annotations,
    document::MAX_ENTRIES,
    list::{Draft, Entry},
    near::distance,
    platform::Platform,
    reference::{Reference, ReferenceError, Tag},
};

const OF_SPEC: &[&str] = &["image", "tags", "manifests", "annotations"];
const OF_ENTRY: &[&str] = &["image", "platform"];
const OF_PLATFORM: &[&str] =
    &["os", "architecture", "variant", "osversion", "os.version", "osfeatures", "os.features", "features"];

/// The draft that a spec describes, and the tags that it is for.
///
/// A platform that is not named is read from the image; one that is counts as it is written.
pub fn read(root: &Node) -> Result<Spec, SpecError> {
    let whole = Fields::of(root, String::new(), "the spec", "a mapping with `image` and `manifests`", OF_SPEC)?;
    let mut notes = Vec::new();
    let targets = targets(&whole, &mut notes)?;
    let annotations = whole.get("annotations").map(|(at, node)| annotations(&at, node)).transpose()?;
    let (at, manifests) = whole.wanted("manifests")?;
    let images = list(&at, manifests, "`manifests`", "a list of images, each with a dash")?;
    let fault = match images.len() {
        0 => Some(SpecFault::NoImages),
        many if many > MAX_ENTRIES => Some(SpecFault::TooManyImages(many)),
        _ => None,
    };
    if let Some(fault) = fault {
        return Err(error(&at, manifests.line, fault));
    }
    let entries = images.iter().enumerate().map(|(index, image)| entry(format!("{at}/{index}"), image, &mut notes));
    let entries = entries.collect::<Result<_, _>>()?;
    let draft = Draft { annotations: annotations.unwrap_or_default(), entries, ..Draft::default() };
    Ok(Spec { draft, targets, notes })
}

/// `image` is pushed to as well as `tags`, and without a tag it is `latest`: so does manifest-tool.
fn targets(whole: &Fields, notes: &mut Vec<SpecNote>) -> Result<Vec<Reference>, SpecError> {
    let (at, node) = whole.wanted("image")?;
    let mut image = reference(&at, node, "`image`")?;
    if image.digest().is_some() {
        return Err(error(&at, node.line, SpecFault::TargetIsDigest(image.familiar())));
    }
    if image.tag().is_none() {
        let message = "`image` names no tag, so the list goes to `latest`, as with manifest-tool".to_owned();
        notes.push(SpecNote { line: node.line, message });
        image = image.with_tag(Tag::latest());
    }
    let mut seen = BTreeSet::from_iter(image.tag().cloned());
    let mut targets = vec![image.clone()];
    let Some((at, node)) = whole.get("tags") else { return Ok(targets) };
    for (index, node) in list(&at, node, "`tags`", "a list of tags")?.iter().enumerate() {
        let at = format!("{at}/{index}");
        let tag: Tag = text(&at, node, "one of `tags`", "a tag")?
            .parse()
            .map_err(|fault: ReferenceError| error(&at, node.line, SpecFault::Reference(Box::new(fault))))?;
        if seen.insert(tag.clone()) {
            targets.push(image.clone().with_tag(tag));
        }
    }
    Ok(targets)
}

fn entry(at: String, node: &Node, notes: &mut Vec<SpecNote>) -> Result<Entry, SpecError> {
    let fields = Fields::of(node, at, "an entry of `manifests`", "a mapping with `image`", OF_ENTRY)?;
    let (at, image) = fields.wanted("image")?;
    let mut entry = Entry::new(reference(&at, image, "`image`")?);
    let Some((at, node)) = fields.get("platform") else { return Ok(entry) };
    let fields = Fields::of(node, at, "a platform", "a mapping with `os` and `architecture`", OF_PLATFORM)?;
    let field = |key: &'static str, what: &'static str| -> Result<Option<String>, SpecError> {
        let Some((at, node)) = fields.get(key) else { return Ok(None) };
        let text = text(&at, node, what, "a text")?;
        Ok((!text.is_empty()).then(|| text.to_owned()))
    };
    let several = |key: &'static str, what: &'static str| -> Result<Vec<String>, SpecError> {
        let Some((at, node)) = fields.get(key) else { return Ok(Vec::new()) };
        let items = list(&at, node, what, "a list of texts, such as [win32k]")?.iter().enumerate();
        let texts = items.map(|(index, node)| text(&format!("{at}/{index}"), node, what, "a list of texts"));
        texts.map(|text| text.map(str::to_owned)).collect()
    };
    let (os, architecture) = (field("os", "`os`")?, field("architecture", "`architecture`")?);
    let version = fields.either(["osversion", "os.version"], notes)?;
    let os_features = fields.either(["osfeatures", "os.features"], notes)?;
    let platform = Platform {
        variant: field("variant", "`variant`")?,
        os_version: version.map(|key| field(key, "`osversion`")).transpose()?.flatten(),
        os_features: os_features.map(|key| several(key, "`osfeatures`")).transpose()?.unwrap_or_default(),
        ..Platform::new(os.unwrap_or_default(), architecture.unwrap_or_default())
    };
    if let Some((_, node)) = fields.get("features") {
        entry.features = Some(several("features", "`features`")?);
        let message = "manifest-tool passes over `features`".to_owned();
        notes.push(SpecNote { line: node.line, message });
    }
    let missing = match (platform.os.is_empty(), platform.architecture.is_empty()) {
        (false, false) => None,
        (true, true) if platform == Platform::default() => return Ok(entry),
        (true, _) => Some("os"),
        (false, true) => Some("architecture"),
    };
    if let Some(missing) = missing {
        return Err(error(&fields.at, fields.line, SpecFault::HalfPlatform(missing)));
    }
    if platform.os == "windows" && platform.os_version.is_none() {
        let message = "the platform is taken as it is written, without `osversion`; manifest-tool would take that from \
                       the image. Leave `platform` away to have all of it from the image";
        notes.push(SpecNote { line: fields.line, message: message.to_owned() });
    }
    entry.platform = Some(platform);
    Ok(entry)
}

fn annotations(at: &str, node: &Node) -> Result<Annotations, SpecError> {
    let Value::Map(pairs) = &node.value else {
        return Err(wrong(at, node, "`annotations`", "a mapping of texts"));
    };
    let mut lines = BTreeMap::new();
    let mut annotations = Annotations::default();
    for (key, node) in pairs {
        let at = below(at, &key.text);
        if let Some(before) = lines.insert(&key.text, key.line) {
            return Err(error(&at, key.line, SpecFault::Twice { key: key.text.clone(), before }));
        }
        annotations.insert(key.text.clone(), text(&at, node, "an annotation", "a text")?.to_owned());
    }
    Ok(annotations)
}

/// A mapping whose keys are all known, each there once. What is empty counts as absent.
struct Fields<'a> {
    at: String,
    line: usize,
    place: &'static str,
    known: &'static [&'static str],
    pairs: &'a [(Key, Node)],
}

impl<'a> Fields<'a> {
    fn of(
        node: &'a Node,
        at: String,
        place: &'static str,
        wanted: &'static str,
        known: &'static [&'static str],
    ) -> Result<Self, SpecError> {
        let Value::Map(pairs) = &node.value else { return Err(wrong(&at, node, place, wanted)) };
        for (index, (key, _)) in pairs.iter().enumerate() {
            let fail = |fault| Err(error(&below(&at, &key.text), key.line, fault));
            if !known.contains(&key.text.as_str()) {
                let near = near_miss(&key.text, known);
                return fail(SpecFault::UnknownKey { place, key: key.text.clone(), near, known });
            }
            if let Some((before, _)) = pairs[..index].iter().find(|(before, _)| before.text == key.text) {
                return fail(SpecFault::Twice { key: key.text.clone(), before: before.line });
            }
        }
        Ok(Self { at, line: node.line, place, known, pairs })
    }

    fn find(&self, key: &str) -> Option<&'a (Key, Node)> {
        debug_assert!(self.known.contains(&key), "{key}");
        self.pairs.iter().find(|(found, node)| found.text == key && node.value != Value::Null)
    }

    fn get(&self, key: &str) -> Option<(String, &'a Node)> {
        self.find(key).map(|(_, node)| (below(&self.at, key), node))
    }

    fn wanted(&self, key: &'static str) -> Result<(String, &'a Node), SpecError> {
        let missing = || error(&self.at, self.line, SpecFault::Missing { place: self.place, key });
        self.get(key).ok_or_else(missing)
    }

    /// Which of two names of one thing is there: manifest-tool's or the image spec's.
    fn either(&self, names: [&'static str; 2], notes: &mut Vec<SpecNote>) -> Result<Option<&'static str>, SpecError> {
        let [theirs, ours] = names;
        match names.map(|name| self.find(name)) {
            [Some(one), Some(other)] => {
                let (first, second) = if one.0.line <= other.0.line { (one, other) } else { (other, one) };
                let fault = SpecFault::Twice { key: second.0.text.clone(), before: first.0.line };
                Err(error(&below(&self.at, &second.0.text), second.0.line, fault))
            }
            [Some(_), None] => Ok(Some(theirs)),
            [None, Some((key, _))] => {
                let message = format!("manifest-tool passes over `{ours}`, and reads `{theirs}`");
                notes.push(SpecNote { line: key.line, message });
                Ok(Some(ours))
            }
            [None, None] => Ok(None),
        }
    }
}

fn reference(at: &str, node: &Node, what: &'static str) -> Result<Reference, SpecError> {
    let text = text(at, node, what, "a reference")?;
    text.parse().map_err(|fault| error(at, node.line, SpecFault::Reference(Box::new(fault))))
}

fn text<'a>(at: &str, node: &'a Node, what: &'static str, wanted: &'static str) -> Result<&'a str, SpecError> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(wrong(at, node, what, wanted)),
    }
}

fn list<'a>(at: &str, node: &'a Node, what: &'static str, wanted: &'static str) -> Result<&'a [Node], SpecError> {
    match &node.value {
        Value::List(nodes) => Ok(nodes),
        _ => Err(wrong(at, node, what, wanted)),
    }
}

fn wrong(at: &str, node: &Node, what: &'static str, wanted: &'static str) -> SpecError {
    error(at, node.line, SpecFault::Wrong { what, found: node.words(), wanted })
}

fn error(at: &str, line: usize, fault: SpecFault) -> SpecError {
    SpecError { line, pointer: Some(at.to_owned()), fault }
}

/// A JSON pointer, one key deeper. A key that nobody would write is cut.
fn below(at: &str, key: &str) -> String {
    let key: String = key.chars().take(80).collect();
    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The known key that was most likely meant: the same but for case and separators, its beginning, or two slips away.
fn near_miss(key: &str, known: &[&'static str]) -> Option<&'static str> {
    const LONGEST: usize = 32;
    let plain = |text: &str| text.to_lowercase().replace(['.', '-', '_', ' '], "");
    let wrong = plain(key);
    if wrong.is_empty() || wrong.len() > LONGEST {
        return None;
    }
    let same = known.iter().find(|known| plain(known) == wrong);
    let begun = || known.iter().find(|known| wrong.len() >= 3 && plain(known).starts_with(&wrong));
    let slips = || {
        let near = known.iter().map(|known| (distance(&plain(known), &wrong), known));
        near.filter(|(slips, known)| *slips <= 2 && known.len() > *slips + 1).min_by_key(|(slips, _)| *slips)
    };
    same.or_else(begun).or_else(|| slips().map(|(_, known)| known)).copied()
}
