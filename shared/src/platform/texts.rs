//! Platforms as texts in JSON, for serde's `with`: `"linux/arm64"`.
//!
//! A list in a registry may name what no text can, or not in the same spelling (`{"os": "", "architecture": "x86_64"}`):
//! such a platform is an object.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Platform;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Item {
    Text(String),
    Fields(Box<Platform>),
}

impl Item {
    /// As text, if the same can be read from that again.
    fn of(platform: &Platform) -> Self {
        let text = platform.to_string();
        if text.parse().as_ref() == Ok(platform) { Self::Text(text) } else { Self::Fields(Box::new(platform.clone())) }
    }

    fn read<E: de::Error>(self) -> Result<Platform, E> {
        match self {
            Self::Text(text) => text.parse().map_err(E::custom),
            Self::Fields(platform) => Ok(*platform),
        }
    }
}

/// One platform.
pub mod text_one {
    use super::{Deserialize, Deserializer, Item, Platform, Serialize, Serializer};

    /// Writes it as its text, if the same can be read from that again.
    pub fn serialize<S: Serializer>(platform: &Platform, serializer: S) -> Result<S::Ok, S::Error> {
        Item::of(platform).serialize(serializer)
    }

    /// Reads it from its text, or from its fields.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Platform, D::Error> {
        Item::deserialize(deserializer)?.read()
    }
}

/// A platform that may be absent: `null`.
pub mod text_option {
    use super::{Deserialize, Deserializer, Item, Platform, Serialize, Serializer};

    /// Writes it as its text, if the same can be read from that again.
    pub fn serialize<S: Serializer>(platform: &Option<Platform>, serializer: S) -> Result<S::Ok, S::Error> {
        platform.as_ref().map(Item::of).serialize(serializer)
    }

    /// Reads it from its text, or from its fields.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Platform>, D::Error> {
        Option::<Item>::deserialize(deserializer)?.map(Item::read).transpose()
    }
}

/// A list of platforms: `["linux/arm64", "linux/arm/v7"]`.
pub mod text_list {
    use super::{Deserialize, Deserializer, Item, Platform, Serializer};

    /// Writes each platform as its text, if the same can be read from that again.
    pub fn serialize<S: Serializer>(platforms: &[Platform], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(platforms.iter().map(Item::of))
    }

    /// Reads each platform from its text, or from its fields.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Platform>, D::Error> {
        Vec::<Item>::deserialize(deserializer)?.into_iter().map(Item::read).collect()
    }
}
