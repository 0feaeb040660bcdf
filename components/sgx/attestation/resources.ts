import { invalid, isLate, missing, notAllowed, propertyPath, when, type Problem } from "../../problems";
import { legacyEpcProblem, mibToEpc, parseEpc } from "../epc/epc";
import { fieldsOf, isAbsent, isFields, type Fields } from "../pod-spec";
import { ENCLAVE_RESOURCE, EPC_RESOURCE, LEGACY_EPC_RESOURCE, PROVISION_RESOURCE } from "../resources";
import { AttestationMode, type WithAttestationOptions } from "./mode";
import { insteadOf } from "./places";
import { ONLY_AESM_PROVISIONS, provisioningResources, provisioningWays } from "./provisioning";

/** The part of a plan that resources depend on. */
interface ResourcePlan {
    mode: AttestationMode;
    options: WithAttestationOptions;
    wasInProcess: boolean;
}

const kinds = ["limits", "requests"] as const;

/** Whether a container asks for EPC, be it under its old name. */
export function asksForEpc(container: Fields): boolean {
    return [EPC_RESOURCE, LEGACY_EPC_RESOURCE].some((resource) => askedFor(container, resource).length > 0);
}

/** Where a container asks for the provisioning device. */
export function provisionOf(container: Fields): { path: string; value: unknown }[] {
    return provisioningResources.flatMap((resource) => askedFor(container, resource));
}

/** A problem for every use of the old name. */
export function checkLegacy(container: Fields): Problem[] {
    return askedFor(container, LEGACY_EPC_RESOURCE).map(({ path, value }) => {
        const amount = legacyEpcProblem(value, path) === undefined ? mibToEpc(Number(value)) : "32Mi";
        const expected = `${EPC_RESOURCE}, a quantity in bytes; ${LEGACY_EPC_RESOURCE} is its old name, a count of MiB`;
        const remedy = `write "${EPC_RESOURCE}": "${amount}", or pass the workload through convertLegacyResources first`;
        return invalid(path, value, expected, remedy);
    });
}

/** Problems of what a container that runs enclaves asks for. */
export function checkResources(container: Fields, plan: ResourcePlan): Problem[] {
    const shape = checkShape(container);
    if (shape.length > 0) return shape;
    const legacy = checkLegacy(container);
    const amounts = askedFor(container, EPC_RESOURCE);
    return [
        ...legacy,
        ...checkEpc(container),
        ...when(amounts.length === 0 && plan.options.epc === undefined && legacy.length === 0, noEpc),
        ...checkDevices(container, plan.mode),
        ...when(plan.mode === AttestationMode.outOfProcess, ...checkProvision(container, plan)),
    ];
}

/** Problems of the amount of EPC, wherever a container asks for some. */
export function checkEpc(container: Fields): Problem[] {
    const amounts = askedFor(container, EPC_RESOURCE);
    const ofEach = amounts.flatMap(({ path, value }) => (isLate(value) ? [] : parseEpc(value, path).problems));
    return [...ofEach, ...checkEqual(amounts)];
}

/**
 * Devices are there or not: a count of none or of several means nothing. Provisioning out-of-process is another matter.
 */
export function checkDevices(container: Fields, mode: AttestationMode): Problem[] {
    const devices = [ENCLAVE_RESOURCE, ...(mode === AttestationMode.inProcess ? [PROVISION_RESOURCE] : [])];
    return devices.flatMap((device) =>
        askedFor(container, device)
            .filter(({ value }) => value !== "1" && value !== 1 && !isLate(value))
            .map(({ path, value }) => {
                const expected = `exactly "1": ${device} gives the container the device, or does not`;
                return invalid(path, value, expected, 'write "1", or remove it');
            }),
    );
}

function checkProvision(container: Fields, plan: ResourcePlan): Problem[] {
    const ours = new Set(plan.wasInProcess ? askedFor(container, PROVISION_RESOURCE).map(({ path }) => path) : []);
    return provisionOf(container)
        .filter(({ path, value }) => !(ours.has(path) && value === "1"))
        .map(({ path, value }) => provisionProblem(path, value, "remove it, or choose the mode inProcess"));
}

/** A problem of a container that asks for the provisioning device out-of-process. */
export function provisionProblem(path: string, value: unknown, remedy: string): Problem {
    return notAllowed(path, value, `${ONLY_AESM_PROVISIONS}, and this container ${provisioningWays.resource}`, remedy);
}

/** Kubernetes wants the request of an extended resource equal to its limit. */
function checkEqual(amounts: { path: string; value: unknown }[]): Problem[] {
    const [limit, request] = amounts;
    if (limit === undefined || request === undefined || isLate(limit.value) || isLate(request.value)) return [];
    if (limit.value === request.value) return [];
    const bytes = [limit, request].map(({ path, value }) => parseEpc(value, path));
    if (bytes.some(({ problems }) => problems.length > 0) || bytes[0]?.bytes === bytes[1]?.bytes) return [];
    const expected = `the same as the limit, ${JSON.stringify(limit.value)}: Kubernetes wants both equal for ${EPC_RESOURCE}`;
    return [invalid(request.path, request.value, expected, "remove the request")];
}

const noEpc = missing(
    propertyPath("resources", "limits", EPC_RESOURCE),
    "an amount of EPC, for the container's enclaves",
    'add one, such as "32Mi", or set options.epc',
);

function checkShape(container: Fields): Problem[] {
    const resources = fieldsOf(container, "resources");
    const places = [
        { path: "resources", value: container.resources },
        ...kinds.map((kind) => ({ path: `resources.${kind}`, value: resources[kind] })),
    ];
    return places
        .filter(({ value }) => !isFields(value) && !isAbsent(value))
        .map(({ path, value }) => notKnown(path, value, "object"));
}

/** A problem of a list or object that has to be extended and is none, or is not known now. */
export function notKnown(path: string, value: unknown, kind: "list" | "object"): Problem {
    const itself = `give the ${kind} itself (Outputs may stand for values inside)`;
    const remedy = isLate(value) ? insteadOf(value, "withAttestation") : itself;
    return { ...invalid(path, value, `${kind === "list" ? "a list" : "an object"} that is known now`, itself), remedy };
}

function askedFor(container: Fields, resource: string): { path: string; value: unknown }[] {
    const resources = fieldsOf(container, "resources");
    return kinds.flatMap((kind) => {
        const value = fieldsOf(resources, kind)[resource];
        return isAbsent(value) ? [] : [{ path: propertyPath("resources", kind, resource), value }];
    });
}
