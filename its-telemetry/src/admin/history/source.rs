//! Which series the history follows, and what their labels say.

use std::borrow::Cow;

/// What a table of calls is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Table {
    /// Whole inferences, by model and version.
    Models,
    /// Requests served, by route and method, or by method of a service.
    Routes,
    /// Requests made, by whom they were made to.
    Clients,
    /// Stages of inferences, of camera pipelines and of anything else.
    Stages,
}

impl Table {
    /// How many subjects a table follows.
    pub(super) const LIMIT: usize = 100;
}

/// Which subject of which table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Subject {
    pub(crate) table: Table,
    pub(crate) name: Box<str>,
    /// Version, method or kind.
    pub(crate) detail: Box<str>,
}

/// What a call's end says about availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Good,
    Bad,
    /// The caller went away.
    LeftOut,
}

/// A family of calls.
#[derive(Debug)]
pub(super) struct Calls {
    pub(super) duration: &'static str,
    pub(super) in_flight: &'static str,
    subject: fn(&Labels<'_>) -> Subject,
}

/// All families of calls that the page has a table for.
pub(super) const CALLS: &[Calls] = &[
    Calls {
        duration: "its_inference_duration_seconds",
        in_flight: "its_inference_in_flight",
        subject: inference,
    },
    // The requests in flight know no route.
    Calls { duration: "http_server_request_duration_seconds", in_flight: "", subject: http_server },
    Calls {
        duration: "rpc_server_call_duration_seconds",
        in_flight: "its_rpc_server_active_calls",
        subject: rpc_server,
    },
    Calls {
        duration: "http_client_request_duration_seconds",
        in_flight: "http_client_active_requests",
        subject: |labels| client(labels, "http_request_method"),
    },
    Calls {
        duration: "rpc_client_call_duration_seconds",
        in_flight: "its_rpc_client_active_calls",
        subject: |labels| client(labels, "rpc_method"),
    },
    Calls {
        duration: "its_camera_stage_duration_seconds",
        in_flight: "its_camera_stage_in_flight",
        subject: |labels| stage(labels, "camera"),
    },
    Calls {
        duration: "its_stage_duration_seconds",
        in_flight: "its_stage_in_flight",
        subject: |labels| stage(labels, ""),
    },
];

/// The labels of one series.
pub(super) struct Labels<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl<'a> Labels<'a> {
    pub(super) fn of(rendered: &'a str) -> Self {
        Self(crate::registry::parse_labels(rendered).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, value)| &**value)
    }

    fn or_empty(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// From `outcome`; from the status where somebody else's series has none.
    pub(super) fn class(&self) -> Class {
        let server_error = |status: &str| status.len() == 3 && status.starts_with('5');
        match self.get("outcome") {
            Some("ok") => Class::Good,
            Some("cancelled") => Class::LeftOut,
            Some(_) => Class::Bad,
            None if self.get("http_response_status_code").is_some_and(server_error) => Class::Bad,
            None => Class::Good,
        }
    }
}

impl Calls {
    pub(super) fn subject(&self, labels: &Labels<'_>) -> Subject {
        (self.subject)(labels)
    }
}

fn inference(labels: &Labels<'_>) -> Subject {
    let (model, version) = (labels.or_empty("model"), labels.or_empty("model_version"));
    match labels.get("stage") {
        Some(stage) if stage != crate::observe::TOTAL => {
            Subject { table: Table::Stages, name: stage.into(), detail: model.into() }
        }
        _ => Subject { table: Table::Models, name: model.into(), detail: version.into() },
    }
}

fn http_server(labels: &Labels<'_>) -> Subject {
    let (route, method) = (labels.or_empty("http_route"), labels.or_empty("http_request_method"));
    Subject { table: Table::Routes, name: route.into(), detail: method.into() }
}

fn rpc_server(labels: &Labels<'_>) -> Subject {
    Subject { table: Table::Routes, name: labels.or_empty("rpc_method").into(), detail: "gRPC".into() }
}

fn client(labels: &Labels<'_>, method: &str) -> Subject {
    let (address, port) = (labels.or_empty("server_address"), labels.or_empty("server_port"));
    let name = if port.is_empty() { address.into() } else { format!("{address}:{port}").into() };
    Subject { table: Table::Clients, name, detail: labels.or_empty(method).into() }
}

fn stage(labels: &Labels<'_>, kind: &str) -> Subject {
    Subject { table: Table::Stages, name: labels.or_empty("stage").into(), detail: kind.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_decides_before_a_status() {
        let class = |labels: &str| Labels::of(labels).class();
        assert_eq!(class(r#"outcome="ok""#), Class::Good);
        assert_eq!(class(r#"outcome="cancelled",http_response_status_code="500""#), Class::LeftOut);
        assert_eq!(class(r#"outcome="panicked""#), Class::Bad);
        assert_eq!(class(r#"http_response_status_code="503""#), Class::Bad);
        assert_eq!(class(r#"http_response_status_code="404""#), Class::Good);
    }

    #[test]
    fn stages_of_a_model_are_no_models() {
        let of = |stage: &str| {
            let labels = format!(r#"model="a\"b",model_version="2",stage="{stage}",outcome="ok""#);
            CALLS[0].subject(&Labels::of(&labels))
        };
        assert_eq!(of("total"), Subject { table: Table::Models, name: "a\"b".into(), detail: "2".into() });
        assert_eq!(
            of("decode"),
            Subject { table: Table::Stages, name: "decode".into(), detail: "a\"b".into() }
        );
    }
}
