//! Calls that move between threads, are dropped early, or panic.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::Status;

use super::*;
use crate::Outcome;
use crate::observe::Observation;

/// Notes the call it is dropped in.
struct OnDrop(Arc<Mutex<Vec<Identity>>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.lock().expect("list").push(crate::scope::identity());
    }
}

fn multi_thread(rig: &Rig) -> tokio::runtime::Runtime {
    let dispatch = rig.dispatch.clone();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        // The guard is bound to its thread: kept for the thread's life.
        .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&dispatch)))
        .build()
        .expect("runtime")
}

async fn owned_call(
    scope: Scope,
    seen: Arc<Mutex<Vec<Identity>>>,
    identity: tokio::sync::oneshot::Sender<Identity>,
    end: impl Future<Output = ()>,
) {
    let mut observation: Observation = scope.in_scope(|| Call::new(&INFER).start());
    identity.send(observation.identity().expect("measured")).expect("the test waits");
    let held = OnDrop(seen);
    let body = async move {
        let _held = held;
        user_step().await;
        end.await;
    };
    observation.watch(body).await;
    observation.finish(Outcome::Ok);
}

#[test]
fn spans_find_their_call_on_every_thread() {
    let rig = rig(0.3);
    let runtime = multi_thread(&rig);
    runtime.block_on(async {
        let calls = (0..200).map(|n| {
            let scope = rig.scope.clone();
            tokio::spawn(async move {
                let mut observation = scope.in_scope(|| Call::new(&INFER).start());
                let identity = observation.identity().expect("measured");
                let body = async {
                    for _ in 0..5 {
                        tokio::task::yield_now().await;
                        assert_eq!(user_step().await, identity);
                    }
                    let by_itself = tokio::spawn(async { crate::scope::identity() });
                    assert_eq!(by_itself.await.expect("task"), Identity::NONE);
                    assert_eq!(tokio::spawn(crate::scope::carry(user_step())).await.expect("task"), identity);
                };
                observation.watch(body).await;
                observation.finish(if n % 4 == 0 { Outcome::Error } else { Outcome::Ok });
                identity
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.expect("call");
        }
    });
    let spans = rig.spans();
    let calls: Vec<_> = spans.iter().filter(|span| span.name == "infer").collect();
    for step in spans.iter().filter(|span| span.name == "user_step") {
        let call = calls.iter().find(|call| ids(call).0 == ids(step).0).expect("no stray root");
        assert_eq!(ids(step).2, ids(call).1);
    }
    let sampled = calls.iter().filter(|call| attribute(call, "its.sampling.reason").is_none()).count();
    assert!((20..100).contains(&sampled), "{sampled} of 200 at 0.3");
}

#[test]
fn a_call_dropped_on_a_foreign_thread_knows_itself() {
    let rig = rig(1.0);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (identity, is_identity) = tokio::sync::oneshot::channel();
    let call = owned_call(rig.scope.clone(), Arc::clone(&seen), identity, std::future::pending());
    let mut call = Box::pin(call);
    let identity = multi_thread(&rig).block_on(async {
        tokio::select! {
            identity = is_identity => identity.expect("begun"),
            () = &mut call => panic!("it never ends"),
        }
    });
    let before = SystemTime::now();
    // A thread without this subscriber.
    std::thread::spawn(move || drop(call)).join().expect("thread");
    assert_eq!(*seen.lock().expect("list"), [identity]);
    let spans = rig.spans();
    let span = named(&spans, "infer");
    assert_eq!(ids(span).1, identity.span);
    assert_eq!(attribute(span, "its.outcome").as_deref(), Some("cancelled"));
    assert!(span.start_time <= before && span.end_time >= before, "it ends when it is dropped");
}

#[test]
fn a_panic_leaves_the_thread_as_it_was() {
    let rig = rig(1.0);
    let runtime = multi_thread(&rig);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (identity, is_identity) = tokio::sync::oneshot::channel();
    let panics = async { panic!("expected") };
    let call = owned_call(rig.scope.clone(), Arc::clone(&seen), identity, panics);
    runtime.block_on(async {
        assert!(tokio::spawn(call).await.expect_err("it panics").is_panic());
        assert_eq!(crate::scope::identity(), Identity::NONE);
        let identity = is_identity.await.expect("begun");
        assert_eq!(*seen.lock().expect("list"), [identity]);
    });
    let spans = rig.spans();
    assert_eq!(named(&spans, "infer").status, Status::error("panicked"));
}

#[test]
fn a_sampled_call_may_end_while_its_thread_does() {
    /// Runs its call once more when it is dropped, and ends it.
    struct Holds(Option<Observation>);
    impl Drop for Holds {
        fn drop(&mut self) {
            if let Some(mut observation) = self.0.take() {
                let identity = observation.identity().expect("measured");
                observation.call(|| assert_eq!(crate::scope::identity(), identity));
                observation.finish(Outcome::Ok);
            }
        }
    }
    thread_local! {
        static HELD: RefCell<Holds> = const { RefCell::new(Holds(None)) };
    }
    let rig = rig(1.0);
    let scope = rig.scope.clone();
    let thread = std::thread::spawn(move || {
        // Made before the slots of OpenTelemetry, so it is destroyed after them.
        HELD.with_borrow(|_| ());
        let mut observation = scope.in_scope(|| Call::new(&INFER).start());
        observation.call(|| ());
        HELD.with_borrow_mut(|held| held.0 = Some(observation));
    });
    thread.join().expect("no panic, and no abort");
    let spans = rig.spans();
    assert_eq!(attribute(named(&spans, "infer"), "its.outcome").as_deref(), Some("ok"));
}
