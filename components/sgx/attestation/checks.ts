import { isLate, prefixed, suggest, type Problem } from "../../problems";
import { AESM_WAIT_CONTAINER } from "../aesm/aesm";
import { checkSeconds } from "../aesm/probe";
import { parseEpc } from "../epc/epc";
import { containersOf, isAbsent, itemsOf, type ContainerPlace, type Fields } from "../pod-spec";
import { EPC_RESOURCE } from "../resources";
import { checkContainerIsolation, checkOtherAuthors, checkPodIsolation } from "./devices";
import { AttestationMode, type WithAttestationOptions } from "./mode";
import { checkMounts, checkOtherMounts, checkTermination, checkVolumes } from "./mounts";
import { isOurWait } from "./parts";
import { insteadOf } from "./places";
import { ONLY_AESM_PROVISIONS, provisioningWays } from "./provisioning";
import { asksForEpc, checkDevices, checkEpc, checkLegacy, checkResources, provisionOf } from "./resources";
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
    const ofPodSpec = [
        ...(chosen.length === 0 ? checkNoneChosen(plan) : []),
        ...chosen.flatMap((place) => prefixed(place.path, checkChosen(place.container, plan))),
        ...everyOther.flatMap((place) => prefixed(place.path, checkOther(place.container, plan))),
        ...checkWait(plan, chosen),
        ...checkVolumes({ outOfProcess, podSpec }),
        ...(outOfProcess ? checkPodIsolation(podSpec) : []),
    ];
    const template = plan.template === undefined ? [] : checkOtherAuthors(plan.template, outOfProcess);
    return [...prefixed(path, ofPodSpec), ...prefixed(path.replace(/\.?spec$/, ""), template)];
}

/**
 * The containers that the call is about: those named, else those that ask for EPC. The legacy resource counts too: it
 * is a problem in itself, and whoever uses it wants to hear of all others at once.
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
    const modes: string[] = Object.values(AttestationMode);
    if (typeof mode === "string" && modes.includes(mode)) return [];
    const meant = typeof mode === "string" ? suggest(mode, modes) : undefined;
    const remedy = meant === undefined ? "use one of the two" : `did you mean ${JSON.stringify(meant)}?`;
    return [{ path: "mode", value: mode, expected: modes.map((name) => JSON.stringify(name)).join(" or "), remedy }];
}

function checkOptions({ podSpecs, options }: AttestationPlan): Problem[] {
    const names = podSpecs
        .flatMap(foreignContainers)
        .flatMap(({ container }) => (typeof container.name === "string" ? [container.name] : []));
    const unknown = (options.containers ?? []).flatMap((name, index) => {
        if (names.includes(name)) return [];
        const meant = suggest(name, names);
        return [
            {
                path: `containers[${index}]`,
                value: name,
                expected: `the name of a container of the pod: ${names.join(", ")}`,
                remedy: meant === undefined ? "correct the name" : `did you mean ${JSON.stringify(meant)}?`,
            },
        ];
    });
    const { epc, waitImage, waitDeadlineSeconds } = options;
    return [
        ...unknown,
        ...(epc === undefined ? [] : parseEpc(epc, "epc").problems),
        ...(waitImage === ""
            ? [
                  {
                      path: "waitImage",
                      value: "",
                      expected: "an image with perl-base",
                      remedy: "name one, or remove waitImage",
                  },
              ]
            : []),
        ...(waitDeadlineSeconds === undefined ? [] : checkSeconds("waitDeadlineSeconds", waitDeadlineSeconds, 86_400)),
    ];
}

/** A list that has to be extended must be one, or absent. */
function checkList(parent: Fields, key: string): Problem[] {
    const value = parent[key];
    if (Array.isArray(value) || (isAbsent(value) && key !== "containers")) return [];
    const remedy = isLate(value)
        ? insteadOf(value, "withAttestation")
        : "give the list itself (Outputs may stand for values inside)";
    const hideValue = key === "env" && !isLate(value);
    return [{ path: key, value, hideValue, expected: "a list that is known now", remedy }];
}

function checkNoneChosen({ podSpec, options }: AttestationPlan): Problem[] {
    if (options.containers !== undefined && options.containers.length > 0) return [];
    const names = containersOf(podSpec).map(({ container }) => container.name);
    return [
        {
            path: "containers",
            value: names,
            expected: `a container that asks for ${EPC_RESOURCE}`,
            remedy: `add resources.limits with "${EPC_RESOURCE}": "32Mi" to the one that runs enclaves, or name it: { containers: [name], epc: "32Mi" }`,
        },
    ];
}

function checkChosen(container: Fields, plan: AttestationPlan): Problem[] {
    const outOfProcess = plan.mode === AttestationMode.outOfProcess;
    return [
        ...(container.name === AESM_WAIT_CONTAINER ? [takenName(container)] : []),
        ...checkList(container, "env"),
        ...checkVariables(container, outOfProcess),
        ...checkResources(container, plan),
        ...checkList(container, "volumeMounts"),
        ...checkMounts(container, { outOfProcess, podSpec: plan.podSpec }),
        ...(outOfProcess ? [...checkTermination(container), ...checkContainerIsolation(container)] : []),
    ];
}

/** The other containers stay as they are, but one pod has one mode, and nobody else gets at AESM. */
function checkOther(container: Fields, { mode, podSpec }: AttestationPlan): Problem[] {
    const outOfProcess = mode === AttestationMode.outOfProcess;
    const remedy = "name this container too, in options.containers, or take the setting out";
    const asked = provisionOf(container).map(({ path, value }) => ({
        path,
        value,
        expected: `nothing: ${ONLY_AESM_PROVISIONS}, and this container ${provisioningWays.resource}`,
        remedy,
    }));
    const expected = "nothing of out-of-process attestation: one mode in one pod";
    const oneMode = { path: "", value: undefined, expected, remedy };
    return [
        ...checkLegacy(container),
        ...(container.name === AESM_WAIT_CONTAINER ? [takenName(container)] : []),
        ...checkEpc(container),
        ...checkDevices(container, mode),
        ...(outOfProcess ? asked : []),
        ...checkOtherVariables(container, outOfProcess, oneMode),
        ...checkOtherMounts(container, { outOfProcess, podSpec }, oneMode),
        ...(outOfProcess ? [...checkTermination(container), ...checkContainerIsolation(container)] : []),
    ];
}

function takenName(container: Fields): Problem {
    return {
        path: "name",
        value: container.name,
        expected: "another name: this one is for the init container that waits for AESM",
        remedy: "rename the container",
    };
}

function checkWait({ mode, options }: AttestationPlan, [first]: ContainerPlace[]): Problem[] {
    const needed = mode === AttestationMode.outOfProcess && options.wait !== false && options.waitImage === undefined;
    if (!needed || first === undefined || (!isAbsent(first.container.image) && first.container.image !== "")) return [];
    const expected = "an image, for the init container that waits for AESM too";
    return [
        {
            path: `${first.path}.image`,
            value: first.container.image,
            expected,
            remedy: "name it, or set options.waitImage",
        },
    ];
}
