//! Makes the `tracing` events directly inside a sampled call events on its span.
//!
//! Events inside a user's own span belong to that span; tracing-opentelemetry puts them there.

use opentelemetry::KeyValue;
use opentelemetry::trace::TraceContextExt;
use tracing::span::Id;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::fields::Fields;
use super::slot;

#[derive(Clone, Copy, Debug)]
pub(crate) struct CallEvents;

impl<S: Subscriber> Layer<S> for CallEvents {
    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        slot::user_span(true);
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        slot::user_span(false);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(call) = slot::directly_in_call() else { return };
        let metadata = event.metadata();
        let fields = Fields::of(event);
        let own = [
            KeyValue::new("level", metadata.level().as_str()),
            KeyValue::new("target", metadata.target().to_owned()),
        ];
        let users = fields.attributes.into_iter().map(|(key, value)| KeyValue::new(key, value));
        let name = if fields.message.is_empty() { metadata.name().to_owned() } else { fields.message };
        call.span().add_event(name, own.into_iter().chain(users).collect());
    }
}
