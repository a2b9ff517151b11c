//! What of the status a visitor wants to see: the query of the page.

use super::super::status::CameraRow;

/// Cameras on one page.
pub(super) const PER_PAGE: usize = 25;

/// Rows of a table on a phone unless all are asked for; the style sheet has the same number.
pub(super) const PER_PHONE: usize = 8;

/// Seconds between two loads of the page.
const REFRESH: u32 = 5;

/// The query of the page, with a safe value for whatever it cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// Part of the name of a tenant or a camera.
    pub(super) find: String,
    pub(super) sort: Sort,
    /// From 1.
    pub(super) page: usize,
    /// Every call of the journal.
    pub(super) journal: bool,
    /// Every camera of the page on a phone, too.
    pub(super) cameras: bool,
    /// The page does not load itself again.
    pub(super) paused: bool,
}

/// The order of the cameras.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Those that need a look first, then by name.
    State,
    Name,
    Age,
    Frames,
    Bytes,
    Drops,
    Calls,
    Errors,
}

impl Sort {
    const ALL: [(Self, &'static str); 8] = [
        (Self::State, "state"),
        (Self::Name, "name"),
        (Self::Age, "age"),
        (Self::Frames, "frames"),
        (Self::Bytes, "bytes"),
        (Self::Drops, "drops"),
        (Self::Calls, "calls"),
        (Self::Errors, "errors"),
    ];

    pub(super) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(sort, _)| *sort == self).map_or("", |(_, word)| word)
    }
}

impl View {
    pub(super) fn parse(query: &str) -> Self {
        let mut view = Self {
            find: String::new(),
            sort: Sort::State,
            page: 1,
            journal: false,
            cameras: false,
            paused: false,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "find" => view.find = value.trim().chars().take(64).collect(),
                "sort" => {
                    let known = Sort::ALL.iter().find(|(_, word)| *word == value);
                    view.sort = known.map_or(Sort::State, |(sort, _)| *sort);
                }
                "page" => view.page = value.parse().unwrap_or(1).max(1),
                "journal" => view.journal = true,
                "cameras" => view.cameras = true,
                "paused" => view.paused = true,
                _ => {}
            }
        }
        view
    }

    /// Seconds until the page loads itself again.
    pub(super) fn refresh(&self) -> Option<u32> {
        (!self.paused).then_some(REFRESH)
    }

    /// The address of the page with something changed.
    pub(super) fn link(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut view = self.clone();
        change(&mut view);
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !view.find.is_empty() {
            query.append_pair("find", &view.find);
        }
        if view.sort != Sort::State {
            query.append_pair("sort", view.sort.word());
        }
        if view.page > 1 {
            query.append_pair("page", &view.page.to_string());
        }
        if view.journal {
            query.append_pair("journal", "all");
        }
        if view.cameras {
            query.append_pair("cameras", "all");
        }
        if view.paused {
            query.append_pair("paused", "1");
        }
        let query = query.finish();
        if query.is_empty() { "/".into() } else { format!("/?{query}") }
    }

    /// The cameras that were asked for, in the order that was asked for.
    pub(super) fn select<'a>(&self, cameras: &'a [CameraRow]) -> Vec<&'a CameraRow> {
        let find = self.find.to_lowercase();
        let fits = |camera: &&CameraRow| {
            find.is_empty()
                || camera.camera.to_lowercase().contains(&find)
                || camera.tenant.to_lowercase().contains(&find)
        };
        let mut selected: Vec<&CameraRow> = cameras.iter().filter(fits).collect();
        // They come by tenant and name, and each of these sorts is stable. Large numbers come first.
        let number: fn(&CameraRow) -> Option<f64> = match self.sort {
            Sort::Name => return selected,
            Sort::State => {
                selected.sort_by_key(|camera| camera.state);
                return selected;
            }
            Sort::Age => |camera| camera.last_frame_age_seconds,
            Sort::Frames => |camera| camera.frames_per_second,
            Sort::Bytes => |camera| camera.bytes_per_second,
            Sort::Drops => |camera| camera.drops_per_second,
            Sort::Calls => |camera| camera.calls_per_second,
            Sort::Errors => |camera| camera.error_ratio,
        };
        let value = |camera: &CameraRow| number(camera).unwrap_or(-1.0);
        selected.sort_by(|a, b| value(b).total_cmp(&value(a)));
        selected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_reads_back_as_the_view_it_is_for() {
        let view = View {
            find: "a&b=\"<c>".into(),
            sort: Sort::Drops,
            page: 3,
            journal: true,
            cameras: true,
            paused: true,
        };
        let link = view.link(|_| {});
        assert!(link.starts_with("/?"), "{link}");
        assert!(!link.contains(['"', '<', '>']), "{link}");
        assert_eq!(View::parse(&link[2..]), view);
        assert_eq!(View::parse("").link(|_| {}), "/");
    }

    #[test]
    fn whatever_else_it_says_is_the_page_itself() {
        let plain = View::parse("");
        assert_eq!(View::parse("page=0&sort=nothing&x=%FF&&=&page=-7"), plain);
        assert_eq!(View::parse(&format!("find={}", "x".repeat(1_000))).find.len(), 64);
    }
}
