//! Inputs made out of others.

use proptest::{collection::vec, prelude::*, sample::Index};

use super::LONGEST;

/// What parsers trip over, whatever they read.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\t",
    b"\n",
    b"\r\n",
    b" ",
    b"\"",
    b"'",
    b"\\",
    b"\\\"",
    b"\\u0000",
    b"\\ud800",
    b"/",
    b"//",
    b"../",
    b":",
    b"::",
    b"@",
    b"?",
    b"#",
    b"&",
    b"%",
    b"%00",
    b"%2f",
    b"+",
    b"=",
    b",",
    b";",
    b"<",
    b">",
    b"[",
    b"]",
    b"{",
    b"}",
    b"(",
    b")",
    b"*",
    b".",
    b"..",
    b"-",
    b"_",
    b"0",
    b"-0",
    b"-1",
    b"1e400",
    b"1.50",
    b"18446744073709551615",
    b"18446744073709551616",
    b"9223372036854775808",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"\"\"",
    b"localhost",
    b"127.0.0.1",
    b"169.254.169.254",
    b"[::1]",
    b"[::ffff:10.0.0.1]",
    b"user:pass@",
    b"http://",
    b"https://",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    "é".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{212a}".as_bytes(),
    "\u{17f}".as_bytes(),
    "💥".as_bytes(),
];

/// A change to an input.
#[derive(Clone, Debug)]
enum Mutation {
    /// A bit is another.
    Flip { at: Index, bit: u8 },
    /// A byte is another.
    Set { at: Index, byte: u8 },
    /// More bytes.
    Insert { at: Index, bytes: Vec<u8> },
    /// Fewer bytes.
    Delete { at: Index, length: usize },
    /// The end is missing.
    Cut { at: Index },
    /// A piece several times.
    Repeat { at: Index, length: usize, times: usize },
    /// A piece of another input of the corpus.
    Splice { at: Index, from: Index, start: Index, length: usize },
    /// A token, beside what is there or instead of it.
    Token { at: Index, token: Index, instead: bool },
}

/// Inputs of the corpus with some mutations each.
pub(super) fn inputs(corpus: Vec<Vec<u8>>, tokens: &[&'static str]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let tokens: Vec<&[u8]> = TOKENS.iter().copied().chain(tokens.iter().map(|token| token.as_bytes())).collect();
    let mutations = prop_oneof![8 => vec(mutation(), 1..5), 1 => vec(mutation(), 5..40)];
    (any::<Index>(), mutations).prop_map(move |(first, mutations)| {
        let mut input = first.get(&corpus).clone();
        for mutation in mutations {
            mutation.apply(&mut input, &corpus, &tokens);
            input.truncate(LONGEST);
        }
        input
    })
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    let length = || prop_oneof![4 => 1_usize..8, 1 => 8_usize..512];
    prop_oneof![
        1 => (at(), 0_u8..8).prop_map(|(at, bit)| Mutation::Flip { at, bit }),
        1 => (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set { at, byte }),
        1 => (at(), vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Mutation::Insert { at, bytes }),
        1 => (at(), length()).prop_map(|(at, length)| Mutation::Delete { at, length }),
        1 => at().prop_map(|at| Mutation::Cut { at }),
        1 => (at(), length(), prop_oneof![4 => 1_usize..4, 1 => 4_usize..200])
            .prop_map(|(at, length, times)| Mutation::Repeat { at, length, times }),
        1 => (at(), at(), at(), length()).prop_map(|(at, from, start, length)| Mutation::Splice { at, from, start, length }),
        3 => (at(), at(), any::<bool>()).prop_map(|(at, token, instead)| Mutation::Token { at, token, instead }),
    ]
}

impl Mutation {
    fn apply(self, input: &mut Vec<u8>, corpus: &[Vec<u8>], tokens: &[&[u8]]) {
        let place = |at: Index, input: &[u8]| at.index(input.len() + 1);
        let piece = |start: usize, length: usize, of: &[u8]| of[start..of.len().min(start + length)].to_vec();
        match self {
            Self::Flip { at, bit } => {
                let place = place(at, input);
                if let Some(byte) = input.get_mut(place) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Set { at, byte } => {
                let place = place(at, input);
                if let Some(old) = input.get_mut(place) {
                    *old = byte;
                }
            }
            Self::Insert { at, bytes } => insert(input, place(at, input), &bytes),
            Self::Delete { at, length } => {
                let start = place(at, input);
                input.drain(start..input.len().min(start + length));
            }
            Self::Cut { at } => input.truncate(place(at, input)),
            Self::Repeat { at, length, times } => {
                let start = place(at, input);
                let bytes = piece(start, length, input).repeat(times);
                insert(input, start, &bytes);
            }
            Self::Splice { at, from, start, length } => {
                let other = from.get(corpus);
                let bytes = piece(place(start, other), length, other);
                insert(input, place(at, input), &bytes);
            }
            Self::Token { at, token, instead } => {
                let (start, token) = (place(at, input), token.get(tokens));
                let replaced = if instead { token.len() } else { 0 };
                input.drain(start..input.len().min(start + replaced));
                insert(input, start, token);
            }
        }
    }
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    input.splice(at..at, bytes.iter().copied());
}
