//! The events of an answer, one after the other.

use std::collections::VecDeque;

use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, TextDecoder};

use super::sse::{Event, Parser};

/// An answer of type `text/event-stream`, while it is read.
pub(super) struct Events {
    reader: ReadableStreamDefaultReader,
    decoder: TextDecoder,
    parser: Parser,
    ready: VecDeque<Event>,
}

impl Events {
    /// The events of this answer; `None` when it is of another type.
    pub(super) fn of(response: &Response) -> Option<Self> {
        let is_stream = response.headers().get("content-type")?.starts_with("text/event-stream");
        let body = response.body().filter(|_| is_stream)?;
        Some(Self {
            reader: body.get_reader().dyn_into().ok()?,
            decoder: TextDecoder::new().ok()?,
            parser: Parser::default(),
            ready: VecDeque::new(),
        })
    }

    /// The next event; `None` at the end of the stream, however it came.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let read = JsFuture::from(self.reader.read()).await.ok()?;
            if Reflect::get(&read, &JsValue::from_str("done")).ok()?.is_truthy() {
                return None;
            }
            let chunk: Uint8Array = Reflect::get(&read, &JsValue::from_str("value")).ok()?.dyn_into().ok()?;
            let options = web_sys::TextDecodeOptions::new();
            options.set_stream(true);
            let text = self.decoder.decode_with_buffer_source_and_options(&chunk, &options).ok()?;
            self.ready.extend(self.parser.push(&text));
        }
    }
}
