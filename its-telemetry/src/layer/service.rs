//! What the services have in common.

/// Ways to the service inside, for a service that has it as `inner`.
macro_rules! inner_service {
    ($name:ident<S, $other:ident>) => {
        impl<S, $other> $name<S, $other> {
            /// The service inside.
            pub fn get_ref(&self) -> &S {
                &self.inner
            }

            /// The service inside.
            pub fn get_mut(&mut self) -> &mut S {
                &mut self.inner
            }

            /// The service inside.
            pub fn into_inner(self) -> S {
                self.inner
            }
        }
    };
}
pub(super) use inner_service;

/// A service that measures the one inside. What `$begin` makes of a request, a `fn(&Config, &mut Request<B>) ->
/// (Exchange, Answer)`, is all in which the four of them differ.
macro_rules! measuring_service {
    ($(#[$doc:meta])* $name:ident($config:ty) by $begin:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name<S, C = $crate::layer::AnyError> {
            inner: S,
            config: std::sync::Arc<$config>,
            classify: C,
        }

        impl<S, C> $name<S, C> {
            pub(super) fn new(inner: S, config: std::sync::Arc<$config>, classify: C) -> Self {
                Self { inner, config, classify }
            }
        }

        $crate::layer::service::inner_service!($name<S, C>);

        impl<S, C, ReqBody, ResBody> tower_service::Service<http::Request<ReqBody>> for $name<S, C>
        where
            S: tower_service::Service<http::Request<ReqBody>, Response = http::Response<ResBody>>,
            ResBody: http_body::Body,
            C: $crate::layer::ClassifyError<S::Error> + Clone,
        {
            type Response = http::Response<$crate::layer::ResponseBody<ResBody>>;
            type Error = S::Error;
            type Future = $crate::layer::ResponseFuture<S::Future, C>;

            fn poll_ready(
                &mut self,
                task: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Result<(), S::Error>> {
                self.inner.poll_ready(task)
            }

            #[inline]
            fn call(&mut self, mut request: http::Request<ReqBody>) -> Self::Future {
                let (mut exchange, answer) = $begin(&self.config, &mut request);
                let inner = &mut self.inner;
                let future = exchange.call(|| inner.call(request));
                $crate::layer::ResponseFuture::new(future, exchange, answer, self.classify.clone())
            }
        }
    };
}
pub(super) use measuring_service;
