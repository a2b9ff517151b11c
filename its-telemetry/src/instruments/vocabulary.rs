//! Closed label values of traffic.

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// All values.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The label value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The value with this label, as [`as_str`](Self::as_str) spells it.
            pub fn from_label(label: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == label)
            }
        }
    };
}

vocabulary! {
    /// What kind of road user it is: a coarse version of the classes of the Traffic Monitoring Guide.
    VehicleClass {
        /// Motorcycles and mopeds.
        Motorcycle = "motorcycle",
        /// Cars.
        Car = "car",
        /// Vans and pick-ups.
        LightTruck = "light_truck",
        /// Buses.
        Bus = "bus",
        /// Trucks.
        Truck = "truck",
        /// Bicycles.
        Bicycle = "bicycle",
        /// People on foot.
        Pedestrian = "pedestrian",
        /// It could not be told.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// Which way it goes, as the site defines forward.
    Direction {
        /// With the lane's usual direction.
        Forward = "forward",
        /// Against it.
        Backward = "backward",
        /// It could not be told.
        Unknown = "unknown",
    }
}
