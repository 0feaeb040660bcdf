import type { InvokeResult } from "@pulumi/pulumi/provider/index.js";
import {
    integerIn,
    invalid,
    isPlainObject,
    required,
    throwIfAny,
    ValidationError,
    type Problem,
} from "../components/problems";
import * as sgx from "../components/sgx";

/*
 * The functions of the package for other languages: each takes one object and gives one. The schema of a function is
 * made of its declaration here, so `functions` is the one list of them.
 */

/** Arguments of `withAttestation`. */
interface WithAttestationArgs extends sgx.WithAttestationOptions {
    /** A pod spec, a pod template, or any kind that contains one (Pod, Job, CronJob, Deployment, StatefulSet, …). */
    workload: object;
    /** Where the pods' quotes are made. */
    mode: sgx.AttestationMode;
    /**
     * Image of the init container that waits. It must contain perl-base, as every Debian and Ubuntu image does.
     * Default: the image of the first of the containers.
     */
    waitImage?: string;
    /**
     * What the containers need to ask a vault for a key that it releases to their enclave. The pods get the
     * ServiceAccount and the label `azure.workload.identity/use: "true"`, for which the identity webhook of AKS gives
     * them a token; the containers that run enclaves get `ATTESTATION_URL`, `KEY_VAULT_URL` and `KEY_NAME`, for code of
     * yours on the host side of the enclave: no SDK for SGX reads them. Default none.
     */
    keyRelease?: KeyReleaseValues;
}

/** What a pod needs to ask for a key: who it is in Azure, who attests it, and which key. */
interface KeyReleaseValues {
    /** ServiceAccount of the pods, in their namespace, such as the output `serviceAccountName` of `EnclaveIdentity`. */
    serviceAccountName: string;
    /** Address of the provider of Azure Attestation, as tokens name it: https://, without a slash at the end. */
    attestationUrl: string;
    /** Address of the vault or managed HSM, such as `https://payroll.vault.azure.net/`. */
    keyVaultUrl: string;
    /** Name of the key in it. */
    keyName: string;
}

/** Result of `withAttestation`. */
interface WithAttestationResult {
    /** The workload, set up to attest. */
    workload: object;
}

/** Arguments of `convertLegacyResources`. */
interface ConvertLegacyResourcesArgs {
    /** What `withAttestation` takes: a pod spec, or anything that contains one. */
    workload: object;
}

/** Result of `convertLegacyResources`. */
interface ConvertLegacyResourcesResult {
    /** The workload, with `sgx.intel.com/epc` in the place of the legacy resource. */
    workload: object;
}

/** Arguments of `epcBudget`. */
interface EpcBudgetArgs {
    /** VM size of the nodes in Azure's exact spelling, for example `Standard_DC4s_v3`. */
    vmSize: string;
    /** What every node gives away first, such as the quote helper's share. Default none. */
    reserves?: sgx.EpcShare[];
    /** The workloads that want the rest. */
    workloads: sgx.EpcShare[];
}

/** Arguments of `findVmSize`. */
interface FindVmSizeArgs {
    /** Name of the size in Azure's exact spelling, for example `Standard_DC4s_v3`. */
    name: string;
}

/** A VM size with Intel SGX. */
interface SgxVmSize {
    // Names that stay whole in Python, where `epcMiB` would be `epc_mi_b`.
    /** Azure's exact spelling. */
    name: string;
    /** Azure's series that it belongs to, such as `DCsv3`. */
    series: string;
    /** Virtual CPUs. */
    vcpus: number;
    /** Memory in GiB. */
    memoryGib: number;
    /** Encrypted memory for enclaves in MiB, nominal: nodes may offer less. */
    epcMib: number;
}

/** Result of `findVmSize`. */
interface FindVmSizeResult {
    /** The size; not set where no size with Intel SGX has that name. */
    size?: SgxVmSize;
}

/**
 * Sets a workload up to attest in one mode, and gives it back: its pod spec with the environment, volumes, resources,
 * tolerations and the init container that the mode needs. All else stays as it is, and doing it twice changes nothing
 * more. Out-of-process, the node's AESM makes the quotes; in-process, the application loads Intel's quoting enclaves.
 *
 * A workload that cannot attest in the mode is refused, with every conflict in one message. A secret among the
 * arguments makes the whole result secret: keep secrets in a Kubernetes Secret, and refer to it by `secretKeyRef`.
 */
function withAttestation({ workload, mode, ...options }: WithAttestationArgs): WithAttestationResult {
    return { workload: sgx.withAttestation(workload, mode, options) };
}

/**
 * Gives a workload back with the resource of AKS's first device plugin, `kubernetes.azure.com/sgx_epc_mem_in_MiB: 10`,
 * as `sgx.intel.com/epc: 10Mi`, in the limits and requests of all containers and init containers. A value that is no
 * count of MiB, and a container with both names, are refused.
 */
function convertLegacyResources({ workload }: ConvertLegacyResourcesArgs): ConvertLegacyResourcesResult {
    return { workload: sgx.convertLegacyResources(workload) };
}

/**
 * Says how many pods of each workload fit on a node of a size by its EPC alone. CPU, memory, devices and AKS's limit of
 * pods may bind before. EPC is a number for the scheduler: the device plugin does not enforce it, and what a node
 * offers may be smaller than the nominal amount of its size that is used here.
 */
function epcBudget({ vmSize, reserves: given, workloads }: EpcBudgetArgs): sgx.EpcBudget {
    const reserves = given ?? [];
    const { size, problems } = sgx.checkVmSize(vmSize, { path: "vmSize", allowRetiredSizes: true });
    // A size below the minimum of AKS has a budget as well.
    throwIfAny("epcBudget", [
        ...(size === undefined ? problems : []),
        ...checkShares("reserves", reserves),
        ...checkShares("workloads", workloads),
    ]);
    return sgx.epcBudget({ vmSize: size as sgx.VmSize, reserves, workloads });
}

/** Finds a VM size with Intel SGX by its name: its virtual CPUs, memory and EPC. */
function findVmSize({ name }: FindVmSizeArgs): FindVmSizeResult {
    throwIfAny("findVmSize", required("name", name, "the name of a VM size", "name the size in Azure's spelling"));
    const size = sgx.findVmSize(name);
    if (size === undefined) return {};
    const { series, vCpu: vcpus, memoryGiB: memoryGib, epcMiB: epcMib } = size;
    return { size: { name, series, vcpus, memoryGib, epcMib } };
}

/** The functions by name. */
export const functions = { withAttestation, convertLegacyResources, epcBudget, findVmSize };

const prefix = "confidential-aks:index:";

/**
 * Calls a function of the package by its token. What is wrong with its arguments is an answer, not an error: Pulumi's
 * server prints errors with their stacks.
 */
export function callFunction(token: string, args: unknown): InvokeResult {
    const run = token.startsWith(prefix) ? functionOf(token.slice(prefix.length)) : undefined;
    if (run === undefined) {
        const tokens = Object.keys(functions).map((name) => `${prefix}${name}`);
        return failed(`there is no function ${token}; there are ${tokens.join(", ")}`, token);
    }
    try {
        return { outputs: run(args as never) };
    } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        // The options of the library's functions are arguments here.
        const problems = error.problems.map((problem) => ({
            ...problem,
            path: problem.path.replace(/^options\./, ""),
        }));
        const { message } = new ValidationError(error.subject, problems);
        return failed(message, problems.map(({ path }) => path).join(", "));
    }
}

function failed(reason: string, property: string): InvokeResult {
    return { outputs: {}, failures: [{ reason, property }] };
}

function functionOf(name: string): ((args: never) => object) | undefined {
    return Object.hasOwn(functions, name) ? functions[name as keyof typeof functions] : undefined;
}

function checkShares(path: string, shares: unknown): Problem[] {
    const list = "a list of objects with a name and bytes";
    const absent = required(path, shares, list, "write the list; it may be empty");
    if (absent.length > 0) return absent;
    if (!Array.isArray(shares)) return [invalid(path, shares, list, "write a list")];
    return shares.flatMap((share: unknown, index) => {
        const at = `${path}[${index}]`;
        if (!isPlainObject(share)) return [invalid(at, share, "an object with a name and bytes", "write one")];
        return [
            ...required(`${at}.name`, share.name, "the name of what takes the EPC", "name it"),
            ...required(`${at}.bytes`, share.bytes, "a number of bytes", "name the EPC of one pod in bytes"),
            ...integerIn(`${at}.bytes`, share.bytes, 1, Number.MAX_SAFE_INTEGER),
        ];
    });
}
