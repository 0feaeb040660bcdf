import { duplicate, invalid, isLate, notAllowed, when, type Problem } from "../../problems";
import { AESM_SOCKET_DIR, AESM_VOLUME } from "../aesm/aesm";
import { isInSocketDir, isSocketDir, mountReachesSocketDir } from "../aesm/socket-dir";
import { fieldsOf, itemsOf, type Fields } from "../pod-spec";
import { deviceWayOf } from "./devices";
import { isOurMount, isOurVolume, parts } from "./parts";

/** The part of a plan that mounts depend on. */
export interface MountPlan {
    outOfProcess: boolean;
    podSpec: Fields;
}

/** Problems of the mounts of a container that runs enclaves. */
export function checkMounts(container: Fields, plan: MountPlan): Problem[] {
    return itemsOf(container, "volumeMounts").flatMap(({ item, index }) =>
        checkMount(item, `volumeMounts[${index}]`, plan),
    );
}

/**
 * Problems of the mounts of any other container: it may read AESM's directory, but not in a pod that attests
 * in-process.
 */
export function checkOtherMounts(container: Fields, plan: MountPlan, oneMode: Problem): Problem[] {
    return itemsOf(container, "volumeMounts").flatMap(({ item, index }) => {
        const path = `volumeMounts[${index}]`;
        if (plan.outOfProcess || !isInSocketDir(item.mountPath)) return checkWritable(item, path, plan);
        return [{ ...oneMode, path, value: item }];
    });
}

/** Problems of the volumes: the name of ours is for ours, and AESM's directory has to be there. */
export function checkVolumes({ podSpec, outOfProcess }: MountPlan): Problem[] {
    return itemsOf(podSpec, "volumes").flatMap(({ item, index }) => {
        const path = `volumes[${index}]`;
        const { path: nodePath, type } = fieldsOf(item, "hostPath");
        if (item.name === AESM_VOLUME && !isOurVolume(item)) {
            const by = `the name ${AESM_VOLUME} is for { hostPath: { path: "${AESM_SOCKET_DIR}", type: "Directory" } }`;
            const remedy = `rename the volume, or remove it${outOfProcess ? "; withAttestation adds its own" : ""}`;
            return [duplicate(path, item, by, remedy)];
        }
        if (!outOfProcess || !isSocketDir(nodePath) || type === "Directory" || isLate(type)) return [];
        const expected = `"Directory", since on a node without AESM ${AESM_SOCKET_DIR} would be made and empty`;
        const remedy = 'add "type: Directory" to its hostPath';
        return [invalid(`${path}.hostPath.type`, type, expected, remedy)];
    });
}

/** A problem where the file of a container's last message would lie over AESM's socket. */
export function checkTermination({ terminationMessagePath: value }: Fields): Problem[] {
    const expected = `a path outside of ${AESM_SOCKET_DIR}, where an empty file would lie over AESM's socket`;
    const problem = invalid("terminationMessagePath", value, expected, "remove it, or name another path");
    return when(isInSocketDir(value), problem);
}

function checkMount(mount: Fields, path: string, plan: MountPlan): Problem[] {
    if (isOurMount(mount)) return [];
    if (isInSocketDir(mount.mountPath)) {
        const remedy = `remove this mount and its volume${plan.outOfProcess ? "; withAttestation adds its own" : ""}`;
        if (!plan.outOfProcess) {
            return [notAllowed(path, mount, "in-process: quoting there does not use AESM's socket", remedy)];
        }
        const by = `the volume ${AESM_VOLUME} goes to ${AESM_SOCKET_DIR}, read-only, as a directory`;
        return [duplicate(path, mount, by, remedy)];
    }
    if (mount.name !== AESM_VOLUME) return checkWritable(mount, path, plan);
    const why = `the volume ${AESM_VOLUME} may be mounted at ${AESM_SOCKET_DIR} only`;
    return [notAllowed(path, mount, why, "rename the volume, or remove the mount")];
}

/** Who can write to AESM's directory can put another socket in its place, for every pod of the node. */
function checkWritable(mount: Fields, path: string, { podSpec, outOfProcess }: MountPlan): Problem[] {
    if (mount.readOnly === true || typeof mount.name !== "string") return [];
    const volumes = itemsOf(podSpec, "volumes").map(({ item }) => item);
    const hostPath = [...volumes, ...(outOfProcess ? [parts.volume()] : [])]
        .filter(({ name }) => name === mount.name)
        .map((volume) => fieldsOf(volume, "hostPath").path)
        .filter((value) => typeof value === "string")
        .find((value) => mountReachesSocketDir(value, mount.subPath));
    if (hostPath === undefined) return [];
    // Reading is too much then, which the check of the volume says.
    if (outOfProcess && deviceWayOf(hostPath, mount) !== undefined) return [];
    const where = isInSocketDir(hostPath) ? "is AESM's" : `contains AESM's ${AESM_SOCKET_DIR}`;
    const expected = `readOnly: true, since the node's ${JSON.stringify(hostPath)} ${where}: only AESM writes there`;
    const elsewhere = isInSocketDir(hostPath) ? "" : ", or mount a directory that does not contain it";
    return [invalid(path, mount, expected, `set readOnly: true, or remove the mount${elsewhere}`)];
}
