import { AESM_SOCKET_DIR, AESM_VOLUME, AESM_WAIT_CONTAINER } from "../aesm/aesm";
import { defaultWaitSeconds, parts, waitContainer } from "../attestation/parts";
import { SGX_TAINT_KEY } from "../nodes";
import { ENCLAVE_RESOURCE, EPC_RESOURCE, LEGACY_EPC_RESOURCE, PROVISION_RESOURCE } from "../resources";
import { Cel, celText, celValue } from "./cel";
import {
    asksFor,
    atSocketDir,
    hasVariable,
    isWait,
    listsWithin,
    mayBeInSocketDir,
    variableFine,
    withinLimits,
} from "./terms";

/*
 * The mutation that writes into a labelled pod what `withAttestation` writes, from the same parts. It sees pods before
 * the API server validates them, so lists may be null here. It changes nothing where a name is taken, and the guard
 * then says which.
 */

const list = (field: string) =>
    `(has(object.spec.${field}) && object.spec.${field} != null ? object.spec.${field} : [])`;
const volumes = list("volumes");
const containers = `(${list("containers")} + ${list("initContainers")})`;

const asksForEpc = `(${asksFor(EPC_RESOURCE)} || ${asksFor(EPC_RESOURCE, "requests")})`;
const ourMount =
    `(m.name == ${celText(AESM_VOLUME)} && ${atSocketDir} && has(m.readOnly) && m.readOnly && ` +
    `!has(m.subPath) && !has(m.subPathExpr))`;
const hasOurMount = `(has(c.volumeMounts) && c.volumeMounts.exists(m, ${ourMount}))`;
const ourVolume =
    `(v.name == ${celText(AESM_VOLUME)} && has(v.hostPath) && v.hostPath.path == ${celText(AESM_SOCKET_DIR)} && ` +
    `has(v.hostPath.type) && v.hostPath.type == "Directory")`;

const complete = `(${hasVariable} && ${hasOurMount} && ${asksFor(EPC_RESOURCE)} && ${asksFor(ENCLAVE_RESOURCE)})`;

/** A container in which every name and path that attestation needs is free. */
const containerIsFree = [
    `(!has(c.env) || c.env.all(e, ${variableFine}))`,
    `(!has(c.volumeMounts) || c.volumeMounts.all(m, ${ourMount} || (m.name != ${celText(AESM_VOLUME)} && !${mayBeInSocketDir("m.mountPath")})))`,
    `(c.name != ${celText(AESM_WAIT_CONTAINER)} || ${isWait(list("initContainers"))})`,
    `!${asksFor(LEGACY_EPC_RESOURCE)}`,
    `!${asksFor(PROVISION_RESOURCE)}`,
    // The pod is not validated yet: the API server itself refuses a pod without this field later.
    `has(c.image)`,
].join(" && ");

/**
 * Whether the pod lacks something and nothing is in the way. It is false for a complete pod, so a second run is cheap
 * and changes nothing, and a pod that `withAttestation` set up without the wait or the toleration stays as it is.
 */
const isNeeded = [
    withinLimits(containers, volumes),
    // The test that is false for complete pods comes first: most requests are about complete pods.
    `([${containers}.size()].exists(count, ${containers}.exists(c, ${asksForEpc} && ${listsWithin("count")} && !${complete})) || ` +
        `(!${volumes}.exists(v, ${ourVolume}) && ${containers}.exists(c, ${asksForEpc})))`,
    `[${containers}.size()].all(count, ${containers}.all(c, ${listsWithin("count")}))`,
    `${volumes}.all(v, v.name != ${celText(AESM_VOLUME)} || ${ourVolume})`,
    `${containers}.all(c, ${containerIsFree})`,
].join(" && ");

function add(path: string, value: string): string {
    return `JSONPatch{op: "add", path: ${path}, value: ${value}}`;
}

/** Adds to a list, and creates the list where it is absent. */
function append(holder: string, field: string, path: string, value: string): string {
    return (
        `(has(${holder}.${field}) ? [${add(`${path} + ${celText(`/${field}/-`)}`, value)}] : ` +
        `[${add(`${path} + ${celText(`/${field}`)}`, `[${value}]`)}])`
    );
}

const limitPath = (resource: string) => celText(`/resources/limits/${resource.replace("/", "~1")}`);
const fromRequests = (resource: string, otherwise: string) =>
    `(${asksFor(resource, "requests")} ? c.resources.requests[${celText(resource)}] : ${otherwise})`;

/** The patches of one container `c` at the path `at`. */
function containerPatches(): string {
    const epc = `c.resources.requests[${celText(EPC_RESOURCE)}]`;
    const enclave = fromRequests(ENCLAVE_RESOURCE, `"1"`);
    const devices =
        `(has(c.resources.limits) ? ` +
        `((${asksFor(EPC_RESOURCE)} ? [] : [${add(`at + ${limitPath(EPC_RESOURCE)}`, epc)}]) + ` +
        `(${asksFor(ENCLAVE_RESOURCE)} ? [] : [${add(`at + ${limitPath(ENCLAVE_RESOURCE)}`, enclave)}])) : ` +
        `[${add(`at + "/resources/limits"`, `{${celText(EPC_RESOURCE)}: ${epc}, ${celText(ENCLAVE_RESOURCE)}: ${enclave}}`)}])`;
    return [
        `(${hasVariable} ? [] : ${append("c", "env", "at", celValue(parts.env()))})`,
        `(${hasOurMount} ? [] : ${append("c", "volumeMounts", "at", celValue(parts.mount()))})`,
        devices,
    ].join(" + ");
}

function listPatches(field: "containers" | "initContainers"): string {
    const at = `"/spec/${field}/" + string(i)`;
    return `${list(field)}.transformList(i, c, ${asksForEpc}, [${at}].map(at, ${containerPatches()})[0]).flatten()`;
}

/** Whether a toleration covers the taint of enclave pools, also one that this package did not write. */
const toleratesTaint =
    `((has(t.key) ? t.key == ${celText(SGX_TAINT_KEY)} && ((has(t.operator) && t.operator == "Exists") || (has(t.value) && t.value == "true")) : ` +
    `has(t.operator) && t.operator == "Exists") && (!has(t.effect) || t.effect == "NoSchedule"))`;

/** The waiting container has the image of the first container with EPC, as in `withAttestation`. */
function waitPatch(): string {
    const first = "variables.chosen[0]";
    const wait = waitContainer(new Cel(`${first}.image`), new Cel(`${first}.imagePullPolicy`), defaultWaitSeconds);
    const value = celValue(wait);
    return (
        `(${containers}.exists(c, c.name == ${celText(AESM_WAIT_CONTAINER)}) ? [] : has(object.spec.initContainers) ? ` +
        `[${add(`"/spec/initContainers/0"`, value)}] : [${add(`"/spec/initContainers"`, `[${value}]`)}])`
    );
}

/** Conditions, variables and the one mutation of the MutatingAdmissionPolicy. */
export function injectionExpressions() {
    const volume = append("object.spec", "volumes", `"/spec"`, celValue(parts.volume()));
    const toleration = append("object.spec", "tolerations", `"/spec"`, celValue(parts.toleration()));
    const expression = [
        `(${volumes}.exists(v, v.name == ${celText(AESM_VOLUME)}) ? [] : ${volume})`,
        `(${list("tolerations")}.exists(t, ${toleratesTaint}) ? [] : ${toleration})`,
        listPatches("containers"),
        listPatches("initContainers"),
        // Last, because it moves the other init containers.
        waitPatch(),
    ].join(" + ");
    return {
        matchConditions: [{ name: "lacks-something-and-is-free", expression: isNeeded }],
        variables: [{ name: "chosen", expression: `${containers}.filter(c, ${asksForEpc})` }],
        mutations: [{ patchType: "JSONPatch", jsonPatch: { expression } }],
    };
}
