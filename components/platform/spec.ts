import { NodePriority, QuotingSource, type ConfidentialClusterArgs } from "../cluster/args";
import { clusterSpec } from "../cluster/spec";
import { devicePluginSpec } from "../device-plugin/spec";
import { checkRegistry } from "../image/spec";
import { attestedJobSpec } from "../job/spec";
import { firstMinor } from "../policies/spec";
import {
    duplicate,
    imageReference,
    invalid,
    matches,
    missing,
    notAllowed,
    prefixed,
    when,
    type Findings,
    type Problem,
} from "../problems";
import { quoteHelperDefaults } from "../quote-helper/defaults";
import { quoteHelperSettings } from "../quote-helper/spec";
import { sampleDefaults } from "../sample/defaults";
import { sampleSettings } from "../sample/spec";
import { checkEpcFits, findVmSize, parseEpc } from "../sgx";
import type { ConfidentialPlatformArgs, PlatformQuoteHelperArgs } from "./args";
import { checkFit } from "./check-fit";
import { imagesToBuild, runsSample, usesDaemonSets } from "./choices";
import { checkPlatformPolicies } from "./policies";

/** The arguments of the cluster among those of a platform. */
export function clusterArgs(args: ConfidentialPlatformArgs): ConfidentialClusterArgs {
    const { devicePlugin, quoteHelper, runSample, sample, images, jobs, policies, ...cluster } = args;
    return cluster;
}

/**
 * Everything that can be wrong with the arguments of a platform: each part by its own check, and the parts together.
 */
export function checkPlatform(args: ConfidentialPlatformArgs): Findings {
    const cluster = clusterSpec(clusterArgs(args));
    const problems = checkParts(args, cluster.problems);
    return {
        problems,
        // The cluster component shows its own warnings.
        warnings: problems.length > 0 ? checkNoQuoting(args) : [...checkNoQuoting(args), ...checkFit(args)],
    };
}

function checkParts(args: ConfidentialPlatformArgs, clusterProblems: readonly Problem[]): Problem[] {
    return [
        ...clusterProblems,
        ...prefixed(
            "devicePlugin",
            args.devicePlugin === undefined ? [] : devicePluginSpec(args.devicePlugin).problems,
        ),
        ...prefixed("quoteHelper", checkHelper(args.quoteHelper ?? {})),
        ...prefixed("sample", checkSample(args)),
        ...prefixed("images", checkImages(args)),
        ...checkJobs(args),
        ...checkQuotingSource(args),
        ...checkQuotingVersion(args, clusterProblems),
        ...checkEpc(args),
        ...checkSpot(args),
        ...checkPlatformPolicies(args, clusterProblems),
    ];
}

function checkHelper(args: PlatformQuoteHelperArgs): Problem[] {
    return [...imageReference("image", args.image), ...quoteHelperSettings(args).problems];
}

function checkSample(args: ConfidentialPlatformArgs): Problem[] {
    const { sample } = args;
    if (sample === undefined) return [];
    if (!runsSample(args)) {
        const why = "without runSample: nothing runs that it would configure";
        return [notAllowed("", sample, why, "set runSample: true, or remove sample")];
    }
    return [...imageReference("image", sample.image), ...sampleSettings(sample).problems];
}

/** Settings for building that nothing uses, and an existing cluster whose kubelet identity is not in the arguments. */
function checkImages(args: ConfidentialPlatformArgs): Problem[] {
    const { images } = args;
    const built = imagesToBuild(args);
    if (built.length === 0) {
        const why = "where none is built: each image is named, or nothing runs it";
        return when(images !== undefined, notAllowed("", images, why, "remove images"));
    }
    const expected = `the principal id of the existing cluster's kubelets, which have to pull what is built (${built.join(", ")})`;
    const remedy =
        "name it (az aks show --query identityProfile.kubeletidentity.objectId), or name the images: " +
        "quoteHelper.image, sample.image";
    return [
        ...checkRegistry(images ?? {}),
        ...when(
            args.existing !== undefined && images?.pullPrincipalId === undefined,
            missing("pullPrincipalId", expected, remedy),
        ),
    ];
}

function checkJobs(args: ConfidentialPlatformArgs): Problem[] {
    const jobs = args.jobs ?? [];
    return jobs.flatMap((job, index) => {
        const twin = jobs.findIndex(({ name }) => name === job.name);
        return prefixed(`jobs[${index}]`, [
            ...((job.name as string | undefined) === undefined
                ? [missing("name", "a name for the job", "add one")]
                : matches(
                      "name",
                      job.name,
                      /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/,
                      "1-30 lower-case letters, digits and dashes, starting with a letter (Pulumi adds to it)",
                      "choose a name of that form",
                  )),
            ...when(twin < index, duplicate("name", job.name, `by jobs[${twin}]`, "rename one")),
            ...attestedJobSpec(job).problems,
        ]);
    });
}

/**
 * Two AESMs on one directory remove each other's socket, so settings for DaemonSets beside another source are refused.
 */
function checkQuotingSource(args: ConfidentialPlatformArgs): Problem[] {
    if (args.quoting !== QuotingSource.addon && args.quoting !== QuotingSource.none) return [];
    const given = (["devicePlugin", "quoteHelper"] as const).filter((key) => args[key] !== undefined);
    const why = `with quoting ${JSON.stringify(args.quoting)}: one source of quoting infrastructure, never two`;
    return given.map((key) => notAllowed(key, args[key], why, `remove ${key}, or set quoting to "daemonSets"`));
}

/** The policy on the EPC hook's account comes with the DaemonSets. A bad version is the cluster's problem. */
function checkQuotingVersion(args: ConfidentialPlatformArgs, clusterProblems: readonly Problem[]): Problem[] {
    const { kubernetesVersion: value } = args;
    const bad = clusterProblems.some(({ path }) => path === "kubernetesVersion");
    if (!usesDaemonSets(args) || value === undefined || bad || Number(value.split(".")[1]) >= firstMinor.guard)
        return [];
    const expected = `1.${firstMinor.guard} or newer with quoting "daemonSets": an admission policy holds the EPC hook to its own node`;
    return [invalid("kubernetesVersion", value, expected, 'upgrade, or set quoting to "addon" or "none"')];
}

/** Every workload's EPC has to fit on a node of some pool, beside what the quote helper takes. */
function checkEpc(args: ConfidentialPlatformArgs): Problem[] {
    const pools: unknown = args.enclavePools;
    if (!Array.isArray(pools)) return [];
    const sizes = args.enclavePools.flatMap(({ vmSize }) => findVmSize(vmSize) ?? []);
    if (sizes.length === 0) return [];
    const helper = usesDaemonSets(args) ? parseEpc(args.quoteHelper?.epc ?? quoteHelperDefaults.epc, "").bytes : 0;
    // The quote helper runs on every node, so it has to fit on the smallest.
    const tooLarge = sizes.flatMap((size) => checkEpcFits(helper, [size], 0, "quoteHelper.epc")).slice(0, 1);
    if (tooLarge.length > 0) return tooLarge;
    const workloads = [
        ...(runsSample(args) ? [{ path: "sample.epc", epc: args.sample?.epc ?? sampleDefaults.epc }] : []),
        ...(args.jobs ?? []).map(({ epc }, index) => ({ path: `jobs[${index}].epc`, epc })),
    ];
    return workloads.flatMap(({ path, epc }) => {
        const parsed = parseEpc(epc, path);
        return parsed.problems.length > 0 ? [] : checkEpcFits(parsed.bytes, sizes, helper, path);
    });
}

/** Where every pool is Spot, a workload that does not tolerate it never starts. */
function checkSpot(args: ConfidentialPlatformArgs): Problem[] {
    const pools: unknown = args.enclavePools;
    if (!Array.isArray(pools) || pools.length === 0) return [];
    if (args.existing !== undefined || args.enclavePools.some(({ priority }) => priority !== NodePriority.spot))
        return [];
    const workloads = [
        ...(runsSample(args) ? [{ path: "sample", tolerates: args.sample?.tolerateSpot }] : []),
        ...(args.jobs ?? []).map(({ tolerateSpot }, index) => ({ path: `jobs[${index}]`, tolerates: tolerateSpot })),
    ];
    return workloads
        .filter(({ tolerates }) => tolerates !== true)
        .map(({ path, tolerates }) => {
            const expected = "true: every enclave pool is Spot, and it could not start anywhere";
            const remedy = "set tolerateSpot: true, or add a pool of regular nodes";
            return invalid(`${path}.tolerateSpot`, tolerates, expected, remedy);
        });
}

function checkNoQuoting(args: ConfidentialPlatformArgs): Findings["warnings"] {
    if (args.quoting !== QuotingSource.none || (!runsSample(args) && (args.jobs ?? []).length === 0)) return [];
    return [
        {
            code: "no-quoting-infrastructure",
            path: "quoting",
            message:
                "nothing of this program offers SGX devices and EPC or serves quotes: the workloads wait for a device plugin and an AESM " +
                "that somebody else has to run",
        },
    ];
}
