//! Functions that come out of `macro_rules!`, whose fragments arrive in invisible groups.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_inference};
use support::{block_on, pause};

macro_rules! sync {
    ($vis:vis $name:ident, $model:literal, $tenant:expr, $argument:ident: $ty:ty => $ret:ty, $body:block) => {
        #[instrument_inference(model = $model, tenant = $tenant, batch = 2)]
        $vis fn $name($argument: $ty) -> $ret $body
    };
}

macro_rules! asynchronous {
    ($name:ident, $stage:literal, $ret:ty, $($body:tt)*) => {
        #[instrument_camera(stage = $stage)]
        async fn $name() -> $ret {
            let local = 1;
            assert_eq!(local, 1);
            $($body)*
        }
    };
}

macro_rules! item {
    ($item:item) => {
        #[instrument_inference(model = "yolo")]
        $item
    };
}

macro_rules! future {
    ($name:ident, $ret:ty) => {
        #[instrument_camera(stage = "track")]
        fn $name() -> $ret {
            Box::pin(async move { 5 })
        }
    };
}

sync!(pub(crate) sync, "yolo", text, text: String => Result<usize, String>, {
    if text.is_empty() {
        return Err(text);
    }
    Ok(text.len())
});

asynchronous!(asynchronous, "decode", u8, pause().await; let local = 2; local);

item! {
    fn item(n: u8) -> u8 { n }
}

future!(future, std::pin::Pin<Box<dyn Future<Output = u8>>>);

fn main() {
    assert_eq!(sync("abc".to_owned()), Ok(3));
    assert_eq!(sync(String::new()), Err(String::new()));
    assert_eq!(block_on(asynchronous()), 2);
    assert_eq!(item(4), 4);
    assert_eq!(block_on(future()), 5);
}
