//! What is typed to change a registry's settings.

use onetag_shared::api::{Problem, RegistryInfo, RegistryOptions, Scheme};

/// What an empty list is typed as: nothing at all, which is not the same as nothing said.
const NONE: &str = "none";

/// A field of the form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// As the API has it.
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    /// Its part of what is typed.
    pub(crate) part: fn(&mut Typed) -> &mut String,
    pub(crate) input: Input,
}

/// How something is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// One of these: a value, and what it is called.
    Choice(&'static [(&'static str, &'static str)]),
    Number,
    Lines,
}

/// What nobody says here.
const UNSAID: (&str, &str) = ("", "not set here");

/// All of them, in their order.
pub(crate) const FIELDS: [Field; 8] = [
    Field {
        name: "scheme",
        label: "Connection",
        hint: "How it is spoken to.",
        part: |typed| &mut typed.scheme,
        input: Input::Choice(&[
            UNSAID,
            ("https", "https"),
            ("https-else-http", "https, else plain http"),
            ("http", "plain http"),
        ]),
    },
    Field {
        name: "skipVerify",
        label: "Certificate",
        hint: "Unverified, whoever answers is believed.",
        part: |typed| &mut typed.skip_verify,
        input: Input::Choice(&[UNSAID, ("no", "verified"), ("yes", "not verified")]),
    },
    Field {
        name: "private",
        label: "Private addresses",
        hint: "It may be in your own network, and lead to others there.",
        part: |typed| &mut typed.private,
        input: Input::Choice(&[UNSAID, ("no", "refused"), ("yes", "allowed")]),
    },
    Field {
        name: "parallel",
        label: "Requests at once",
        hint: "1 to 256.",
        part: |typed| &mut typed.parallel,
        input: Input::Number,
    },
    Field {
        name: "ifMatch",
        label: "If-Match",
        hint: "Sent with tags, to registries that honour it: a tag that moves meanwhile stays.",
        part: |typed| &mut typed.if_match,
        input: Input::Choice(&[UNSAID, ("no", "not sent"), ("yes", "sent")]),
    },
    Field {
        name: "mirrors",
        label: "Mirrors",
        hint: "Read first there. A host a line, perhaps with a path; “none” for none.",
        part: |typed| &mut typed.mirrors,
        input: Input::Lines,
    },
    Field {
        name: "realms",
        label: "Logins go to",
        hint: "Hosts besides its own, one a line; “none” for its own only.",
        part: |typed| &mut typed.realms,
        input: Input::Lines,
    },
    Field {
        name: "ca",
        label: "Trusted authorities",
        hint: "Their certificates in PEM, besides those that this machine trusts.",
        part: |typed| &mut typed.ca,
        input: Input::Lines,
    },
];

/// What cannot be, and in which field where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: Option<&'static str>,
    pub(crate) words: String,
}

impl Wrong {
    /// What the server says.
    pub(crate) fn of(problem: &Problem) -> Self {
        let pointer = problem.pointer.as_deref().unwrap_or_default();
        let name = pointer.split('/').nth(1);
        let field = FIELDS.iter().map(|field| field.name).find(|field| Some(*field) == name);
        Self { field, words: problem.detail.clone() }
    }
}

/// What is typed to change a registry's settings. Empty is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) scheme: String,
    pub(crate) skip_verify: String,
    pub(crate) private: String,
    pub(crate) parallel: String,
    pub(crate) if_match: String,
    pub(crate) mirrors: String,
    pub(crate) realms: String,
    pub(crate) ca: String,
}

impl Typed {
    /// What would be typed for what is set for a registry.
    pub(crate) fn of_info(info: &RegistryInfo) -> Self {
        info.options.as_ref().map(Self::of).unwrap_or_default()
    }

    /// What would be typed for these.
    fn of(options: &RegistryOptions) -> Self {
        let yes_or_no = |value: Option<bool>| value.map_or("", |value| if value { "yes" } else { "no" }).to_owned();
        let lines = |texts: &Option<Vec<String>>| match texts.as_deref() {
            None => String::new(),
            Some([]) => NONE.to_owned(),
            Some(texts) => texts.join("\n"),
        };
        Self {
            scheme: options.scheme.map_or("", Scheme::as_str).to_owned(),
            skip_verify: yes_or_no(options.skip_verify),
            private: yes_or_no(options.private),
            parallel: options.parallel.map_or_else(String::new, |number| number.to_string()),
            if_match: yes_or_no(options.if_match),
            mirrors: lines(&options.mirrors),
            realms: lines(&options.realms),
            ca: options.ca.clone().unwrap_or_default(),
        }
    }

    /// What was meant; an error says what cannot be. The server looks at the rest.
    pub(crate) fn options(&self) -> Result<RegistryOptions, Wrong> {
        let yes_or_no = |text: &str| match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let lines = |text: &str| {
            let lines: Vec<String> =
                text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
            match lines.as_slice() {
                [] => None,
                [only] if only == NONE => Some(Vec::new()),
                _ => Some(lines),
            }
        };
        let parallel = match self.parallel.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Wrong {
                field: Some("parallel"),
                words: format!("`{text}` is no number of requests: choose 1 to 256"),
            })?),
        };
        let schemes = [Scheme::Https, Scheme::Http, Scheme::HttpsElseHttp];
        Ok(RegistryOptions {
            scheme: schemes.into_iter().find(|scheme| scheme.as_str() == self.scheme),
            skip_verify: yes_or_no(&self.skip_verify),
            ca: Some(self.ca.trim()).filter(|pem| !pem.is_empty()).map(|pem| format!("{pem}\n")),
            mirrors: lines(&self.mirrors),
            private: yes_or_no(&self.private),
            realms: lines(&self.realms),
            parallel,
            if_match: yes_or_no(&self.if_match),
        })
    }
}

#[cfg(test)]
mod tests {
    use onetag_shared::api::ProblemCode;

    use super::*;

    #[test]
    fn what_is_typed_is_what_was_set() {
        for options in [
            RegistryOptions::default(),
            RegistryOptions {
                scheme: Some(Scheme::HttpsElseHttp),
                skip_verify: Some(false),
                ca: Some("-----BEGIN".to_owned() + "\n"),
                mirrors: Some(vec!["a.b".to_owned(), "c.d/e".to_owned()]),
                private: Some(true),
                realms: Some(Vec::new()),
                parallel: Some(4),
                if_match: Some(true),
            },
        ] {
            assert_eq!(Typed::of(&options).options(), Ok(options));
        }
        let typed = |parallel: &str| Typed { parallel: parallel.to_owned(), ..Typed::default() }.options();
        assert!(typed("many").unwrap_err().words.contains("1 to 256"));
        assert_eq!(typed(" 3 ").unwrap().parallel, Some(3));
    }

    #[test]
    fn what_is_wrong_is_in_a_field() {
        for (pointer, field) in [
            (Some("/mirrors/1"), Some("mirrors")),
            (Some("/parallel"), Some("parallel")),
            (Some("/other"), None),
            (None, None),
        ] {
            let mut problem = Problem::new(ProblemCode::InvalidRequest, "words");
            problem.pointer = pointer.map(str::to_owned);
            assert_eq!(Wrong::of(&problem).field, field, "{pointer:?}");
        }
    }
}
