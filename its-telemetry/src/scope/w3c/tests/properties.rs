use super::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Bytes that are likely to come close to the grammars, and any others.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let near = prop::sample::select(b"00-af19=,;:%@ \t\"\\zZ_".to_vec());
    vec(prop_oneof![8 => near, 1 => any::<u8>()], 0..200)
}

fn baggage_text() -> impl Strategy<Value = String> {
    let member = prop_oneof![
        ("[a-z]{1,3}", 0..300_usize, "(;p|; p = 1)?")
            .prop_map(|(key, n, p)| format!("{key}={}{p}", "v".repeat(n))),
        "its\\.(tenant|camera|frame)\\.id *= *[a-z%0-9]{0,9}(;p)?",
        "[ -~]{0,8}",
    ];
    vec(member, 0..90).prop_map(|members| members.join(","))
}

const TRACESTATE_KEY: &str = "[a-z0-9][a-z0-9_*/-]{0,9}(@[a-z][a-z0-9]{0,5})?";
const TRACESTATE_VALUE: &str = "[ -+\\--<>-~]{0,20}[!-+\\--<>-~]";

fn count(list: &[u8]) -> usize {
    list.split(|b| *b == b',').filter(|member| !member.trim_ascii().is_empty()).count()
}

fn within_limits(header: Option<&HeaderValue>) -> bool {
    header.is_none_or(|header| {
        (1..=Baggage::MAX_MEMBERS).contains(&count(header.as_bytes())) && header.len() <= Baggage::MAX_BYTES
    })
}

proptest! {
    #[test]
    fn no_input_panics_or_gets_out_unchecked(lines in vec((0..3_usize, text()), 0..6)) {
        let names = ["traceparent", "tracestate", "baggage"];
        let pairs = lines.iter().map(|(name, value)| (names[*name], value.as_slice()));
        let incoming = Incoming::from_pairs(pairs.clone());
        prop_assert!(incoming.parent.is_some() || incoming.state.is_empty());
        prop_assert!(within_limits(incoming.baggage.to_header(&OwnMembers::default()).0.as_ref()));

        let mut headers = HeaderMap::new();
        let mut all = true;
        for (name, value) in pairs {
            match HeaderValue::from_bytes(value) {
                Ok(value) => drop(headers.append(name, value)),
                Err(_) => all = false,
            }
        }
        let from_headers = Incoming::from_headers(&headers);
        if all {
            prop_assert_eq!(from_headers.parent, incoming.parent);
            prop_assert_eq!(&from_headers.state, &incoming.state);
            prop_assert_eq!(&from_headers.baggage, &incoming.baggage);
            prop_assert_eq!(from_headers.rejected, incoming.rejected);
        }
    }

    #[test]
    fn a_traceparent_comes_back(trace_id in 1..=u128::MAX, parent_id in 1..=u64::MAX, bits: u8) {
        let parent = TraceParent::new(trace_id, parent_id, TraceFlags::from_bits(bits)).expect("not zero");
        prop_assert_eq!(TraceParent::from_bytes(&parent.to_bytes()), Ok(parent));
        prop_assert_eq!(parent.to_string(), format!("00-{trace_id:032x}-{parent_id:016x}-{:02x}", bits & 3));
    }

    #[test]
    fn one_changed_byte_is_read_as_it_stands_or_refused(at in 0..55_usize, byte: u8) {
        let mut value = *b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        value[at] = byte;
        match TraceParent::from_bytes(&value) {
            Ok(parent) => prop_assert_eq!(&parent.to_bytes()[3..53], &value[3..53]),
            Err(_) => prop_assert!(!matches!(byte, b'0'..=b'9' | b'a'..=b'f') || [2, 35, 52].contains(&at)),
        }
    }

    #[test]
    fn a_valid_tracestate_is_forwarded_as_it_came(
        members in vec((TRACESTATE_KEY, TRACESTATE_VALUE), 1..33),
    ) {
        let line = members.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",");
        let state = line.parse::<TraceState>().expect("valid");
        prop_assert_eq!(state.as_str(), line);
    }

    #[test]
    fn our_values_come_back_whatever_they_are(
        tenant in option::of(any::<String>()),
        camera in option::of(any::<String>()),
        frame in option::of(".{0,40}"),
        foreign in baggage_text(),
    ) {
        let (tenant, camera, frame) = (tenant.as_deref(), camera.as_deref(), frame.as_deref());
        let own = OwnMembers { tenant, camera, frame };
        let (received, _) = Baggage::parse(&lines_of("baggage", &[&foreign]));
        let (header, _) = received.to_header(&own);
        prop_assert!(within_limits(header.as_ref()));

        let mut headers = HeaderMap::new();
        headers.extend(header.map(|value| (BAGGAGE.clone(), value)));
        let (sent, dropped) = Baggage::parse(&headers);
        prop_assert_eq!(dropped, BaggageDropped::default(), "what we send is well formed");
        let values = [sent.tenant(), sent.camera(), sent.frame()];
        prop_assert_eq!(values.each_ref().map(Option::as_deref), [tenant, camera, frame]);
    }

    #[test]
    fn members_are_kept_or_counted(received in baggage_text(), tenant in "[aé ]{0,2000}") {
        // Members of ours would be replaced, which is not counted.
        let foreign = received.replace("its.", "foreign.");
        let (received, dropped_in) = Baggage::parse(&lines_of("baggage", &[&foreign]));
        let own = OwnMembers { tenant: Some(&tenant), ..Default::default() };
        let (header, dropped_out) = received.to_header(&own);
        prop_assert!(within_limits(header.as_ref()));
        let sent = header.map_or(0, |header| count(header.as_bytes()));
        let dropped = dropped_in.total() + dropped_out.total();
        prop_assert_eq!(sent as u64 + dropped, count(foreign.as_bytes()) as u64 + 1);
    }
}
