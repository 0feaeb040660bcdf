/*
 * Queries of the dashboard. `$cluster` and `$node` are what a person chooses; where series have no label `cluster`, all
 * of them are of one cluster.
 */
export const chosen = 'cluster=~"$cluster",node=~"$node"';

const epc = 'resource="sgx_intel_com_epc"';

/** EPC that nodes offer. */
export const epcOffered = `kube_node_status_allocatable{${epc},${chosen}}`;

/** EPC that pods which have not ended have been given. */
export const epcGiven = (by: string) =>
    `sum by (${by}) (kube_pod_container_resource_requests{${epc},${chosen}} ` +
    "* on (cluster, namespace, pod) group_left () " +
    'max by (cluster, namespace, pod) (kube_pod_status_phase{phase!~"Succeeded|Failed"}))';

/** EPC by who has it: the workload that a pod belongs to. */
export const epcOfOwners =
    `sum by (namespace, created_by_name) (${epcGiven("cluster, namespace, pod")} ` +
    "* on (cluster, namespace, pod) group_left (created_by_name) " +
    "max by (cluster, namespace, pod, created_by_name) (kube_pod_info))";

/** When Azure ends the size of nodes, in seconds; the label `what` is the size. */
export function retirementTimes(sizesByDay: ReadonlyMap<string, readonly string[]>): string {
    const label = "label_node_kubernetes_io_instance_type";
    const ofDay = ([day, sizes]: [string, readonly string[]]) =>
        `max by (cluster, what) (label_replace(kube_node_labels{${label}=~"${sizes.join("|")}",${chosen}}, ` +
        `"what", "$1", "${label}", "(.+)")) * ${Date.parse(day) / 1000}`;
    return `(${[...sizesByDay].map(ofDay).join(" or ")})`;
}

/** Until when collateral is good, in seconds; the label `what` is the item and whose it is. */
export const collateralTimes =
    'min by (cluster, what) (label_join(sgx_collateral_next_update_timestamp_seconds{cluster=~"$cluster"} > 0, ' +
    '"what", " ", "item", "fmspc"))';
