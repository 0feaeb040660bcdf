import type { Fault } from "./fault";
import { helperFaults } from "./helper";
import { nodeFaults } from "./nodes";
import { pluginFaults } from "./plugin";
import { policyFaults } from "./policies";
import { workloadFaults } from "./workloads";

/** Every fault that the rig can make. */
export const faults: readonly Fault[] = [
    ...nodeFaults,
    ...pluginFaults,
    ...helperFaults,
    ...policyFaults,
    ...workloadFaults,
];
