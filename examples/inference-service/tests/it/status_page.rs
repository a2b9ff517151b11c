//! The status page in a real browser. Pictures go to the folder `ITS_SCREENSHOTS`, if it is set.

use std::path::PathBuf;

use its_test_support::{Browser, ColorScheme, wait_until};

use crate::support::{PATIENCE, start};

fn picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("ITS_SCREENSHOTS") {
        browser.screenshot_full_page(&PathBuf::from(folder).join(name));
    }
}

#[test]
fn a_person_clicks_through_the_status_page() {
    let (_service, page) = start(&["--cameras", "12", "--fault", "error", "--fault", "slow", "--log", "off"]);
    let browser = Browser::start();
    // Rates need two looks at the counters.
    wait_until(PATIENCE, "cameras, models, failures and rates", || {
        browser.open(&page);
        let text = browser.text();
        let wanted = ["inference-service", "camera-000", "background-subtraction", "injected", "/s"];
        match wanted.iter().find(|wanted| !text.contains(**wanted)) {
            None => Ok(()),
            Some(missing) => Err(format!("{missing} is not on the page:\n{text}")),
        }
    });
    picture(&browser, "status-page.png");
    browser.set_color_scheme(ColorScheme::Dark);
    picture(&browser, "status-page-dark.png");
    browser.set_color_scheme(ColorScheme::Light);
    browser.set_viewport(390, 844);
    let overflow = browser.run("return document.documentElement.scrollWidth - window.innerWidth", &[]);
    assert!(
        overflow.as_i64().is_some_and(|pixels| pixels <= 0),
        "the page is {overflow} pixels too wide for a phone"
    );
    picture(&browser, "status-page-phone.png");
    browser.set_viewport(1280, 800);

    // Sorting the cameras, the settings, and the way back.
    browser.find("th a").click();
    assert!(browser.text().contains("camera-000"));
    browser.find("a[href='/settings']").click();
    assert!(browser.text().to_lowercase().contains("sampling"), "{}", browser.text());
    browser.find("a[href='/']").click();
    assert!(browser.text().contains("background-subtraction"));
    assert_eq!(browser.console_errors(), Vec::<String>::new());
}
