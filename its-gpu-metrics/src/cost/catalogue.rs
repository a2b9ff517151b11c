//! Every metric of a report, one constant each.

use crate::metrics::Kind::Counter;
use crate::metrics::catalogue;

catalogue! {
    /// Every metric of a report, in the order of the documentation.
    ALL;

    TOTAL = Counter "its_cost_total" [""] {"currency", "resource", "model"}:
        "What the GPU time and the energy of a model cost; when there are prices.";
    GPU_SECONDS = Counter "its_cost_gpu_seconds_total" ["seconds"] {"model"}:
        "Time in which GPUs were busy for a model.";
    ENERGY = Counter "its_cost_energy_joules_total" ["joules"] {"model"}:
        "Energy that GPUs used for a model.";
    TENANT_TOTAL = Counter "its_cost_tenant_total" [""] {"currency", "resource", "tenant"}:
        "What the GPU time and the energy of a tenant cost; when there are prices.";
    TENANT_GPU_SECONDS = Counter "its_cost_tenant_gpu_seconds_total" ["seconds"] {"tenant"}:
        "Time in which GPUs were busy for a tenant.";
    TENANT_ENERGY = Counter "its_cost_tenant_energy_joules_total" ["joules"] {"tenant"}:
        "Energy that GPUs used for a tenant.";
    CAMERA_TOTAL = Counter "its_cost_camera_total" [""] {"currency", "resource", "tenant", "camera"}:
        "What the GPU time and the energy of a camera cost; when there are prices.";
    CAMERA_GPU_SECONDS = Counter "its_cost_camera_gpu_seconds_total" ["seconds"] {"tenant", "camera"}:
        "Time in which GPUs were busy for a camera.";
    CAMERA_ENERGY = Counter "its_cost_camera_energy_joules_total" ["joules"] {"tenant", "camera"}:
        "Energy that GPUs used for a camera.";
    UNATTRIBUTED_TOTAL = Counter "its_cost_unattributed_total" [""] {"currency", "resource", "hw_id"}:
        "What the GPU time and the energy cost that are nobody's; when there are prices.";
    UNATTRIBUTED_GPU_SECONDS = Counter "its_cost_unattributed_gpu_seconds_total" ["seconds"] {"hw_id"}:
        "Time in which a GPU was busy for nobody who reported it.";
    UNATTRIBUTED_ENERGY = Counter "its_cost_unattributed_energy_joules_total" ["joules"] {"hw_id"}:
        "Energy that a GPU used for nobody who reported it, idling included.";
}
