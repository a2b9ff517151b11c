use its_test_support::Tool;

#[test]
fn finds_every_tool() {
    let tools = [
        Tool::Prometheus,
        Tool::Promtool,
        Tool::Alertmanager,
        Tool::Collector,
        Tool::Python,
        Tool::Chromium,
        Tool::ChromeDriver,
        Tool::Ffmpeg,
    ];
    for tool in tools {
        assert!(tool.path().is_file(), "{tool:?}");
    }
}
