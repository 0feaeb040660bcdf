import { isLate, type Problem } from "../../problems";
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
        return { path, value, expected, remedy };
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
        ...(amounts.length === 0 && plan.options.epc === undefined && legacy.length === 0 ? [noEpc()] : []),
        ...checkDevices(container, plan.mode),
        ...(plan.mode === AttestationMode.outOfProcess ? checkProvision(container, plan) : []),
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
            .map(({ path, value }) => ({
                path,
                value,
                expected: `exactly "1": ${device} is a presence, it gives the container the device or does not`,
                remedy: 'write "1", or remove it',
            })),
    );
}

function checkProvision(container: Fields, plan: ResourcePlan): Problem[] {
    const ours = new Set(plan.wasInProcess ? askedFor(container, PROVISION_RESOURCE).map(({ path }) => path) : []);
    return provisionOf(container)
        .filter(({ path, value }) => !(ours.has(path) && value === "1"))
        .map(({ path, value }) => ({
            path,
            value,
            expected: `nothing: ${ONLY_AESM_PROVISIONS}, and this container ${provisioningWays.resource}`,
            remedy: "remove it, or choose the mode inProcess",
        }));
}

/** Kubernetes wants the request of an extended resource equal to its limit. */
function checkEqual(amounts: { path: string; value: unknown }[]): Problem[] {
    const [limit, request] = amounts;
    if (limit === undefined || request === undefined || isLate(limit.value) || isLate(request.value)) return [];
    if (limit.value === request.value) return [];
    const bytes = [limit, request].map(({ path, value }) => parseEpc(value, path));
    if (bytes.some(({ problems }) => problems.length > 0) || bytes[0]?.bytes === bytes[1]?.bytes) return [];
    const expected = `the same as the limit, ${JSON.stringify(limit.value)}: Kubernetes wants both equal for ${EPC_RESOURCE}`;
    return [{ path: request.path, value: request.value, expected, remedy: "remove the request" }];
}

function noEpc(): Problem {
    return {
        path: `resources.limits[${JSON.stringify(EPC_RESOURCE)}]`,
        value: undefined,
        expected: "an amount of EPC, for the container's enclaves",
        remedy: 'add one, such as "32Mi", or set options.epc',
    };
}

function checkShape(container: Fields): Problem[] {
    const resources = fieldsOf(container, "resources");
    const places = [
        { path: "resources", value: container.resources },
        ...kinds.map((kind) => ({ path: `resources.${kind}`, value: resources[kind] })),
    ];
    return places
        .filter(({ value }) => !isFields(value) && !isAbsent(value))
        .map(({ path, value }) => ({
            path,
            value,
            expected: "an object that is known now",
            remedy: isLate(value)
                ? insteadOf(value, "withAttestation")
                : "give the object itself (Outputs may stand for values inside)",
        }));
}

function askedFor(container: Fields, resource: string): { path: string; value: unknown }[] {
    const resources = fieldsOf(container, "resources");
    return kinds.flatMap((kind) => {
        const value = fieldsOf(resources, kind)[resource];
        return isAbsent(value) ? [] : [{ path: `resources.${kind}[${JSON.stringify(resource)}]`, value }];
    });
}
