use its_test_support::{parse_openmetrics, parse_text_format, python};

#[test]
fn parses_openmetrics_strictly() {
    let exposition = "# TYPE frame_age_seconds histogram\n# UNIT frame_age_seconds seconds\n\
        # HELP frame_age_seconds Age \\\"of\\\" a frame.\n\
        frame_age_seconds_bucket{le=\"1.0\"} 2 # {trace_id=\"4bf9\"} 0.5\n\
        frame_age_seconds_bucket{le=\"+Inf\"} 3\n\
        frame_age_seconds_count 3\nframe_age_seconds_sum 4.5\n# EOF\n";
    let families = parse_openmetrics(exposition).expect("the exposition is OpenMetrics");
    assert_eq!(families.len(), 1);
    let family = &families[0];
    assert_eq!((family.name.as_str(), family.kind.as_str()), ("frame_age_seconds", "histogram"));
    assert_eq!((family.unit.as_str(), family.help.as_str()), ("seconds", "Age \"of\" a frame."));
    assert_eq!(family.samples.len(), 4);
    assert_eq!(family.samples[0].labels["le"], "1.0");
    assert_eq!(family.samples[0].value, 2.0);
    let exemplar = family.samples[0].exemplar.as_ref().expect("the bucket has an exemplar");
    assert_eq!(exemplar["trace_id"], "4bf9");

    let without_eof = parse_openmetrics("# TYPE frames gauge\nframes 1\n");
    assert!(without_eof.is_err_and(|traceback| traceback.contains("EOF")));
    assert!(parse_openmetrics("# TYPE frames counter\nframes 1\n# EOF\n").is_err());
}

#[test]
fn parses_the_text_format_with_every_float() {
    let exposition = "# TYPE level gauge\nlevel{at=\"top\"} +Inf\nlevel{at=\"bottom\"} -Inf\nlevel NaN\n";
    let families = parse_text_format(exposition).expect("the exposition is text 0.0.4");
    let values: Vec<f64> = families[0].samples.iter().map(|sample| sample.value).collect();
    assert_eq!(values[..2], [f64::INFINITY, f64::NEG_INFINITY]);
    assert!(values[2].is_nan());
    assert!(parse_text_format("level{at=top} 1\n").is_err());
}

#[test]
fn runs_a_script_with_arguments_and_input() {
    let script = "import sys; print(sys.argv[1] + sys.stdin.read())";
    assert_eq!(python(script, &["caméra "], "north").as_deref(), Ok("caméra north\n"));
    let failed = python("raise SystemExit('no frames')", &[], "");
    assert_eq!(failed, Err("no frames\n".to_owned()));
}
