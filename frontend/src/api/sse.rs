//! Server-sent events, cut out of a stream of text (HTML standard, "Server-sent events").

/// An event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// Its name; empty when it has none.
    pub(crate) name: String,
    /// Its data, lines joined by line breaks.
    pub(crate) data: String,
    /// The last id that the stream named.
    pub(crate) id: String,
}

/// Takes text as it arrives and gives events as they are complete.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    line: String,
    event: Event,
    has_data: bool,
}

impl Parser {
    /// Takes a piece of the stream; returns the events that it completed.
    pub(crate) fn push(&mut self, chunk: &str) -> Vec<Event> {
        let mut events = Vec::new();
        for piece in chunk.split_inclusive('\n') {
            self.line.push_str(piece);
            if piece.ends_with('\n') {
                let line = std::mem::take(&mut self.line);
                self.end_line(line.trim_end_matches(['\n', '\r']), &mut events);
            }
        }
        events
    }

    fn end_line(&mut self, line: &str, events: &mut Vec<Event>) {
        if line.is_empty() {
            let id = self.event.id.clone();
            let event = std::mem::replace(&mut self.event, Event { id, ..Event::default() });
            if std::mem::take(&mut self.has_data) {
                events.push(event);
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "id" => value.clone_into(&mut self.event.id),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            // Comments keep the connection open; `retry` is about reconnecting, which we do by ourselves.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str =
        ": hello\r\n\r\nevent: root\ndata: {\"a\":\ndata: 1}\nid: 7\n\nevent: lost\n\ndata:x\n\ndata: cut";

    #[test]
    fn events_are_the_same_however_the_stream_is_cut() {
        let event = |name: &str, data: &str| Event { name: name.to_owned(), data: data.to_owned(), id: "7".to_owned() };
        let expected = [event("root", "{\"a\":\n1}"), event("", "x")];
        for length in 1..=STREAM.len() {
            let mut parser = Parser::default();
            let mut events = Vec::new();
            for chunk in STREAM.as_bytes().chunks(length) {
                events.extend(parser.push(std::str::from_utf8(chunk).unwrap()));
            }
            assert_eq!(events, expected, "in pieces of {length}");
        }
    }
}
