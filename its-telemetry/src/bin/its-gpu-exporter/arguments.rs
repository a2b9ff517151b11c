//! The command line.

use std::env::VarError;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use its_telemetry::gpu::cost::{CostSettings, PriceError, Prices};
use its_telemetry::gpu::{GpuMetrics, GpuSettings};

/// The environment variable with the token.
const TOKEN: &str = "ITS_GPU_EXPORTER_TOKEN";

/// Serves the metrics of this machine's NVIDIA GPUs at /metrics, for Prometheus.
///
/// Without a GPU, a driver or the permission to ask it the exporter runs all the same: its_gpu_collector_up is 0 and
/// its_gpu_collector_unavailable says why. A GPU that is lost loses its gauges; the others keep theirs. / has a page for
/// people, /healthz answers while the process lives.
#[derive(Debug, clap::Parser)]
#[command(name = "its-gpu-exporter", version)]
pub(crate) struct Arguments {
    /// Where to listen; 0.0.0.0:9464 answers the whole network.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464", env = "ITS_GPU_EXPORTER_ADDRESS")]
    pub(crate) address: SocketAddr,

    /// A file with a token that scrapers must send as `Authorization: Bearer TOKEN`, for all but /healthz and /readyz. The
    /// environment variable ITS_GPU_EXPORTER_TOKEN has the token itself.
    #[arg(long, value_name = "PATH")]
    token_file: Option<PathBuf>,

    /// How often the GPUs are read.
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = time)]
    interval: Duration,

    /// How often is read what is slow or changes rarely: PCI throughput, remapped rows, retired pages, links.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    slow_interval: Duration,

    /// Lists so many processes of each GPU, those with the most memory first.
    #[arg(long, value_name = "N", default_value_t = 0)]
    processes: usize,

    /// Reads the PCI throughput where GPM does not have it, which takes 40 ms for each GPU.
    #[arg(long)]
    pcie_throughput: bool,

    /// Also shows dcgm-exporter's default metrics under its names.
    #[arg(long)]
    dcgm_names: bool,

    /// The NVML library, by path or by name.
    #[arg(long, value_name = "PATH", default_value = "libnvidia-ml.so.1")]
    library: PathBuf,

    /// A price list in TOML: what time and energy cost is then at its_cost_unattributed_total.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
}

impl Arguments {
    /// The token that is asked for. One that is empty would let everybody in whom its owner wants to keep out.
    pub(crate) fn token(&self) -> Result<Option<String>, String> {
        let (token, origin) = match &self.token_file {
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text =
                    text.map_err(|error| format!("the token {} cannot be read: {error}", path.display()));
                (text?, path.display().to_string())
            }
            None => match std::env::var(TOKEN) {
                Ok(token) => (token, TOKEN.to_owned()),
                Err(VarError::NotPresent) => return Ok(None),
                Err(error) => return Err(format!("{TOKEN}: {error}")),
            },
        };
        match token.trim() {
            "" => Err(format!("the token in {origin} is empty")),
            token => Ok(Some(token.to_owned())),
        }
    }

    pub(crate) fn gpus(&self) -> Result<GpuSettings, PriceError> {
        let settings = GpuMetrics::default()
            .library(&self.library)
            .interval(self.interval)
            .slow_interval(self.slow_interval)
            .processes(self.processes)
            .pcie_throughput(self.pcie_throughput);
        let settings = GpuSettings::from(settings).dcgm_names(self.dcgm_names);
        Ok(match &self.prices {
            Some(file) => settings.cost(CostSettings::default().prices(Prices::load(file)?)),
            // No call of a model is made here.
            None => settings.without_cost(),
        })
    }
}

/// A time with its unit: `500ms`, `1s`, `2m`.
fn time(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "ms" => Duration::from_millis(1),
        "s" => Duration::from_secs(1),
        "m" => Duration::from_secs(60),
        _ => return Err("write a whole number with its unit, as 500ms, 1s or 2m".into()),
    };
    let time = number.parse().ok().and_then(|number| unit.checked_mul(number));
    time.filter(|time| !time.is_zero())
        .ok_or_else(|| format!("it must be from 1 to {} of the unit", u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit() {
        assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "1", "s", "0s", "-1s", "1.5s", "1 s", "99999999999s"] {
            assert!(time(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_arguments_are_in_order() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
