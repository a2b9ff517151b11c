//! What does not change while a GPU is there.

/// Who a GPU is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// `GPU-…`; what a GPU is known by, since its index may change with a reset.
    pub uuid: String,
    /// The driver's number for it at this time.
    pub index: u32,
    /// The number in `/dev/nvidia0`.
    pub minor: Option<u32>,
    /// The product's name.
    pub name: Option<String>,
    /// The board's serial number.
    pub serial: Option<String>,
    /// `00000000:17:00.0`
    pub pci_bus_id: Option<String>,
    /// `hopper`, `ada`, ..
    pub architecture: Option<&'static str>,
    /// The version of its BIOS.
    pub vbios: Option<String>,
}
