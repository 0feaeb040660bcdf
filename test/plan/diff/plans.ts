import { comparePlans } from "../../../plan/diff/compare.js";
import {
    DIFF_FORMAT,
    DIFF_VERSION,
    type PlanDiff,
    type ResourceDiff,
    type StackDiff,
} from "../../../plan/diff/format.js";
import { epcTable } from "../../../plan/lens/epc.js";
import {
    PLAN_FORMAT,
    PLAN_VERSION,
    type Plan,
    type PlanObject,
    type PlanOptions,
    type PlanResource,
} from "../../../plan/model/format.js";
import { makeUrn, STACK_TYPE } from "../../../plan/model/urn.js";
import type { WireObject } from "../../../plan/model/wire.js";
import { autoname } from "../../../plan/record/autoname.js";

const ROOT = makeUrn("dev", "fixture", "", STACK_TYPE, "fixture-dev");

/** A resource of a plan that is written down here, not made by a program. */
export function resource(
    type: string,
    name: string,
    inputs: PlanObject = {},
    options: PlanOptions = {},
    parent = ROOT,
): PlanResource {
    const assigned = autoname(type, name, inputs as WireObject);
    return {
        urn: makeUrn("dev", "fixture", parent, type, name),
        type,
        name,
        custom: !type.startsWith("fixture:"),
        parent,
        inputs,
        options,
        ...(assigned === undefined ? {} : { autoname: assigned }),
    };
}

/** A plan of such resources. */
export function planOf(resources: PlanResource[], more: Partial<Plan> = {}): Plan {
    const root: PlanResource = {
        urn: ROOT,
        type: STACK_TYPE,
        name: "fixture-dev",
        custom: false,
        inputs: {},
        options: {},
    };
    const all = [root, ...resources];
    return {
        format: PLAN_FORMAT,
        version: PLAN_VERSION,
        project: "fixture",
        stack: "dev",
        mode: "preview",
        resources: all,
        invokes: [],
        warnings: [],
        outputs: {},
        epc: epcTable(all),
        counts: { resources: resources.length, components: 0, byType: {} },
        ...more,
    };
}

/** Compares two lists of resources. */
export function compare(before: PlanResource[], after: PlanResource[]): StackDiff {
    return comparePlans(planOf(before), planOf(after));
}

/** Compares two versions of one resource; undefined: no difference. */
export function compareOne(before: PlanResource, after: PlanResource): ResourceDiff | undefined {
    return compare([before], [after]).resources[0];
}

/** A whole diff around diffs of stacks. */
export function wholeDiff(...stacks: StackDiff[]): PlanDiff {
    return {
        format: DIFF_FORMAT,
        version: DIFF_VERSION,
        mode: "preview",
        base: { name: "main", commit: "0123456789abcdef" },
        head: { name: "working tree", commit: "fedcba9876543210" },
        stacks,
    };
}

/** URN of a resource right below the stack. */
export function urnOf(type: string, name: string): string {
    return makeUrn("dev", "fixture", ROOT, type, name);
}

export const POOL = "azure-native:containerservice:AgentPool";
export const CLUSTER = "azure-native:containerservice:ManagedCluster";
export const JOB = "kubernetes:batch/v1:Job";
export const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";
export const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

/** A Job that asks for EPC. */
export function enclaveJob(
    name: string,
    epc: string,
    image = "example.azurecr.io/app:1",
    options: PlanOptions = {},
): PlanResource {
    const limits = { "sgx.intel.com/enclave": "1", "sgx.intel.com/epc": epc };
    const container = { name: "app", image, resources: { limits } };
    return resource(
        JOB,
        name,
        { spec: { template: { spec: { containers: [container], restartPolicy: "Never" } } } },
        options,
    );
}

/** A pool of enclave nodes. */
export function enclavePool(inputs: PlanObject = {}, options: PlanOptions = {}): PlanResource {
    const body = { agentPoolName: "enclave", resourceName: "aks", vmSize: "Standard_DC2s_v3", count: 1, mode: "User" };
    return resource(POOL, "pool", { ...body, ...inputs }, options);
}
