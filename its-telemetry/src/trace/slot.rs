//! The sampled call on this thread, in a slot of ours beside OpenTelemetry's own.
//!
//! OpenTelemetry's stack of contexts must not be read while `tracing` delivers an event: OpenTelemetry's own warnings are
//! delivered while that stack is borrowed.

use std::cell::{Cell, RefCell};

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, ContextGuard};

use crate::scope::identity;

thread_local! {
    // The initializer touches OpenTelemetry's slot, so that it is destroyed later than this one: while this one can be
    // read, a context can be attached without a panic.
    static OPEN: RefCell<Option<OpenCall>> = {
        Context::map_current(|_| ());
        RefCell::new(None)
    };
    /// Spans of the user's that were entered since the call was.
    static ENTERED: Cell<u32> = const { Cell::new(0) };
}

/// A sampled call whose span is open.
#[derive(Clone, Debug)]
pub(crate) struct OpenCall {
    /// Its active span is that of the call.
    pub(crate) context: Context,
    pub(crate) span: u64,
}

/// While it lives, spans made on this thread have the call as their parent, and events are its events.
#[derive(Debug)]
pub(crate) struct Attached {
    _before: Option<Box<Before>>,
}

#[derive(Debug)]
struct Before {
    call: Option<OpenCall>,
    entered: u32,
    /// Detaches the context.
    _context: ContextGuard,
}

impl Attached {
    pub(crate) const NOTHING: Self = Self { _before: None };
}

impl Drop for Before {
    fn drop(&mut self) {
        ENTERED.set(self.entered);
        let call = self.call.take();
        let after = OPEN
            .try_with(|open| open.try_borrow_mut().ok().and_then(|mut o| std::mem::replace(&mut *o, call)));
        drop(after);
    }
}

/// Puts `context` and `call` in place. Nothing happens while the thread ends.
pub(crate) fn attach(context: &Context, call: Option<&OpenCall>) -> Attached {
    let replaced = OPEN.try_with(|open| match open.try_borrow_mut() {
        Ok(mut open) => Some(std::mem::replace(&mut *open, call.cloned())),
        Err(_) => None,
    });
    match replaced {
        Ok(Some(call)) => {
            let (entered, context) = (ENTERED.replace(0), context.clone().attach());
            Attached { _before: Some(Box::new(Before { call, entered, _context: context })) }
        }
        _ => Attached::NOTHING,
    }
}

/// The active OpenTelemetry context, unless the thread ends.
pub(crate) fn with_context<T>(read: impl FnOnce(&Context) -> T) -> Option<T> {
    OPEN.try_with(|_| ()).ok().map(|()| Context::map_current(read))
}

/// The active context with its call, for another task; `None` when no span is active.
pub(crate) fn capture() -> Option<(Context, Option<OpenCall>)> {
    let context = with_context(|context| context.has_active_span().then(|| context.clone()))??;
    Some((context, current()))
}

fn current() -> Option<OpenCall> {
    OPEN.try_with(|open| open.try_borrow().ok().and_then(|open| open.clone())).ok().flatten()
}

/// The call on this thread, if it is sampled and no span of the user's lies between it and here.
pub(crate) fn directly_in_call() -> Option<Context> {
    let here = identity().span;
    current().filter(|call| ENTERED.get() == 0 && call.span == here).map(|call| call.context)
}

/// Whether [`directly_in_call`] finds one.
pub(crate) fn is_directly_in_call() -> bool {
    let here = identity().span;
    let is_here = |open: &Option<OpenCall>| open.as_ref().is_some_and(|call| call.span == here);
    ENTERED.get() == 0
        && OPEN.try_with(|open| open.try_borrow().is_ok_and(|open| is_here(&open))).unwrap_or(false)
}

/// A span of the user's was entered or left.
pub(crate) fn user_span(entered: bool) {
    ENTERED.set(if entered { ENTERED.get().saturating_add(1) } else { ENTERED.get().saturating_sub(1) });
}
