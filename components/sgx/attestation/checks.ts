import {
    didYouMean,
    duplicate,
    invalid,
    isLate,
    missing,
    notAllowed,
    oneOf,
    prefixed,
    redacted,
    required,
    when,
    type Problem,
} from "../../problems";
import { AESM_WAIT_CONTAINER } from "../aesm/aesm";
import { checkSeconds } from "../aesm/probe";
import { parseEpc } from "../epc/epc";
import { containersOf, isAbsent, isFields, itemsOf, type ContainerPlace, type Fields } from "../pod-spec";
import { EPC_RESOURCE } from "../resources";
import { checkContainerIsolation, checkOtherAuthors, checkPodIsolation } from "./devices";
import { checkKeyRelease, checkKeyReleaseContainer, checkKeyReleasePod } from "./key-release";
import { AttestationMode, type WithAttestationOptions } from "./mode";
import { checkMounts, checkOtherMounts, checkTermination, checkVolumes } from "./mounts";
import { isOurWait } from "./parts";
import {
    asksForEpc,
    checkDevices,
    checkEpc,
    checkLegacy,
    checkResources,
    notKnown,
    provisionOf,
    provisionProblem,
} from "./resources";
import { checkOtherVariables, checkVariables } from "./variables";

/** What one call of `withAttestation` is about to do with one pod. */
export interface AttestationPlan {
    mode: AttestationMode;
    options: WithAttestationOptions;
    /** The pod spec, a copy of the caller's. */
    podSpec: Fields;
    /** All pod specs of the workload: the options may name containers of each. */
    podSpecs: readonly Fields[];
    /** What holds the pod spec and the pod's metadata; undefined for a bare pod spec. */
    template: Fields | undefined;
    /** Whether an earlier call set it up in-process. */
    wasInProcess: boolean;
}

/** Everything that stands in the way in the options. */
export function checkOptionsAndMode(plan: AttestationPlan): Problem[] {
    return [...prefixed("options", checkOptions(plan)), ...checkMode(plan.mode)];
}

/** Everything that stands in the way in the pod; `path` is where its spec is. */
export function checkAttestation(plan: AttestationPlan, path: string): Problem[] {
    const { podSpec } = plan;
    const shape = [
        ...checkList(podSpec, "containers"),
        ...["initContainers", "volumes", "tolerations"].flatMap((key) => checkList(podSpec, key)),
    ];
    if (shape.length > 0) return prefixed(path, shape);
    const outOfProcess = plan.mode === AttestationMode.outOfProcess;
    const chosen = chosenContainers(plan);
    const paths = new Set(chosen.map((place) => place.path));
    const everyOther = foreignContainers(podSpec).filter((place) => !paths.has(place.path));
    const ofKey = checkKeyPod(plan, chosen);
    const ofPodSpec = [
        ...(chosen.length === 0 ? checkNoneChosen(plan) : []),
        ...chosen.flatMap((place) => prefixed(place.path, checkChosen(place.container, plan))),
        ...everyOther.flatMap((place) => prefixed(place.path, checkOther(place.container, plan))),
        ...checkWait(plan, chosen),
        ...checkVolumes({ outOfProcess, podSpec }),
        ...ofKey.ofPodSpec,
        ...when(outOfProcess, ...checkPodIsolation(podSpec)),
    ];
    const ofOthers = plan.template === undefined ? [] : checkOtherAuthors(plan.template, outOfProcess);
    const template = [...ofOthers, ...ofKey.ofTemplate];
    return [...prefixed(path, ofPodSpec), ...prefixed(path.replace(/\.?spec$/, ""), template)];
}

/** Conflicts of the pod and its metadata with asking for a key. */
function checkKeyPod({ options, podSpec, template }: AttestationPlan, chosen: ContainerPlace[]) {
    const { keyRelease } = options;
    if (keyRelease === undefined || !isFields(keyRelease)) return { ofPodSpec: [], ofTemplate: [] };
    const names = chosen.map(({ container }) => container.name);
    return checkKeyReleasePod(keyRelease, { podSpec, template, names });
}

/**
 * The containers that the call is about: those named, else those that ask for EPC. The legacy resource counts too: it
 * is a problem in itself, and the report then has all other problems as well.
 */
export function chosenContainers({ podSpec, options }: AttestationPlan): ContainerPlace[] {
    const candidates = foreignContainers(podSpec);
    const { containers } = options;
    if (containers !== undefined) {
        return candidates.filter(({ container }) => containers.some((name) => name === container.name));
    }
    return candidates.filter(({ container }) => asksForEpc(container));
}

/** All but the init container that waits, which is written anew each time. */
function foreignContainers(podSpec: Fields): ContainerPlace[] {
    const ours = new Set(itemsOf(podSpec, "initContainers").flatMap(({ item }) => (isOurWait(item) ? [item] : [])));
    return containersOf(podSpec).filter(({ container }) => !ours.has(container));
}

function checkMode(mode: unknown): Problem[] {
    const absent = required("mode", mode, "outOfProcess or inProcess", "pass it after the workload");
    return absent.length > 0 ? absent : oneOf("mode", mode, AttestationMode);
}

function checkOptions({ podSpecs, options }: AttestationPlan): Problem[] {
    const names = podSpecs
        .flatMap(foreignContainers)
        .flatMap(({ container }) => (typeof container.name === "string" ? [container.name] : []));
    const unknown = (options.containers ?? []).flatMap((name, index) => {
        const expected = `the name of a container of the pod: ${names.join(", ")}`;
        const problem = invalid(`containers[${index}]`, name, expected, didYouMean(name, names, "correct the name"));
        return when(!names.includes(name), problem);
    });
    const { epc, waitImage, waitDeadlineSeconds, keyRelease } = options;
    return [
        ...unknown,
        ...(epc === undefined ? [] : parseEpc(epc, "epc").problems),
        ...when(
            waitImage === "",
            missing("waitImage", "an image with perl-base", "name one, or remove waitImage", waitImage),
        ),
        ...(waitDeadlineSeconds === undefined ? [] : checkSeconds("waitDeadlineSeconds", waitDeadlineSeconds, 86_400)),
        ...checkKeyRelease("keyRelease", keyRelease),
    ];
}

/** A list that has to be extended must be one, or absent. */
function checkList(parent: Fields, key: string): Problem[] {
    const value = parent[key];
    if (Array.isArray(value) || (isAbsent(value) && key !== "containers")) return [];
    const problem = notKnown(key, value, "list");
    return [key === "env" && !isLate(value) ? redacted(problem) : problem];
}

function checkNoneChosen({ podSpec, options }: AttestationPlan): Problem[] {
    if (options.containers !== undefined && options.containers.length > 0) return [];
    const names = containersOf(podSpec).map(({ container }) => container.name);
    const remedy = `add resources.limits with "${EPC_RESOURCE}": "32Mi" to the one that runs enclaves, or name it: { containers: [name], epc: "32Mi" }`;
    return [missing("containers", `a container that asks for ${EPC_RESOURCE}`, remedy, names)];
}

function checkChosen(container: Fields, plan: AttestationPlan): Problem[] {
    const outOfProcess = plan.mode === AttestationMode.outOfProcess;
    const { keyRelease } = plan.options;
    return [
        ...takenName(container),
        ...checkList(container, "env"),
        ...checkVariables(container, outOfProcess),
        ...(isFields(keyRelease) ? checkKeyReleaseContainer(container, keyRelease) : []),
        ...checkResources(container, plan),
        ...checkList(container, "volumeMounts"),
        ...checkMounts(container, { outOfProcess, podSpec: plan.podSpec }),
        ...when(outOfProcess, ...checkTermination(container), ...checkContainerIsolation(container)),
    ];
}

/**
 * The other containers stay as they are, but one pod has one mode, and no other container may change what AESM serves.
 */
function checkOther(container: Fields, { mode, podSpec }: AttestationPlan): Problem[] {
    const outOfProcess = mode === AttestationMode.outOfProcess;
    const remedy = "name this container too, in options.containers, or take the setting out";
    const asked = provisionOf(container).map(({ path, value }) => provisionProblem(path, value, remedy));
    const oneMode = notAllowed("", undefined, "in a pod that attests in-process: a pod has one mode", remedy);
    return [
        ...checkLegacy(container),
        ...takenName(container),
        ...checkEpc(container),
        ...checkDevices(container, mode),
        ...when(outOfProcess, ...asked),
        ...checkOtherVariables(container, outOfProcess, oneMode),
        ...checkOtherMounts(container, { outOfProcess, podSpec }, oneMode),
        ...when(outOfProcess, ...checkTermination(container), ...checkContainerIsolation(container)),
    ];
}

function takenName({ name }: Fields): Problem[] {
    const by = "by the init container that waits for AESM";
    return when(name === AESM_WAIT_CONTAINER, duplicate("name", name, by, "rename the container"));
}

function checkWait({ mode, options }: AttestationPlan, [first]: ContainerPlace[]): Problem[] {
    const needed = mode === AttestationMode.outOfProcess && options.wait !== false && options.waitImage === undefined;
    if (!needed || first === undefined) return [];
    const expected = "an image, for the init container that waits for AESM too";
    return required(`${first.path}.image`, first.container.image, expected, "name it, or set options.waitImage");
}
