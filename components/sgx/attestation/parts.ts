import { AESM_ENV, AESM_ENV_VALUE, AESM_SOCKET_DIR, AESM_VOLUME, AESM_WAIT_CONTAINER } from "../aesm/aesm";
import { aesmWaitCommand } from "../aesm/probe";
import { isSocketDir } from "../aesm/socket-dir";
import { SGX_TAINT_KEY } from "../nodes";
import { fieldsOf, isAbsent, isFields, itemsOf, type Fields } from "../pod-spec";

/** What out-of-process quoting adds to a pod spec, part by part; each time a new object. */
export const parts = {
    env: (): Fields => ({ name: AESM_ENV, value: AESM_ENV_VALUE }),
    mount: (): Fields => ({ name: AESM_VOLUME, mountPath: AESM_SOCKET_DIR, readOnly: true }),
    // "Directory" fails loudly on a node without AESM; without a type the pod would get an empty directory.
    volume: (): Fields => ({ name: AESM_VOLUME, hostPath: { path: AESM_SOCKET_DIR, type: "Directory" } }),
    toleration: (): Fields => ({ key: SGX_TAINT_KEY, operator: "Exists", effect: "NoSchedule" }),
};

/** Seconds between two tries of the init container. */
const waitIntervalSeconds = 2;

/** Seconds it waits by default. */
export const defaultWaitSeconds = 300;

/** The init container that waits for AESM; needs no SGX resource, no privilege, no user of the image. */
export function waitContainer(image: unknown, pullPolicy: unknown, deadlineSeconds: number): Fields {
    return {
        name: AESM_WAIT_CONTAINER,
        image,
        ...(isAbsent(pullPolicy) ? {} : { imagePullPolicy: pullPolicy }),
        command: aesmWaitCommand({ deadlineSeconds, intervalSeconds: waitIntervalSeconds }),
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "32Mi" } },
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: 65_532,
            runAsGroup: 65_532,
            seccompProfile: { type: "RuntimeDefault" },
        },
        // The last line of the log tells why: shown in the pod's status.
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [parts.mount()],
    };
}

/** Whether an init container is the one this package writes, in this or another version. */
export function isOurWait(container: Fields): boolean {
    return (
        container.name === AESM_WAIT_CONTAINER &&
        Array.isArray(container.command) &&
        container.command[0] === "perl" &&
        itemsOf(container, "volumeMounts").some(({ item }) => item.name === AESM_VOLUME)
    );
}

/** Whether a variable is the one this package writes. */
export function isOurEnv(env: Fields): boolean {
    return env.name === AESM_ENV && env.value === AESM_ENV_VALUE && isAbsent(env.valueFrom);
}

/** Whether a mount is the one this package writes. */
export function isOurMount(mount: Fields): boolean {
    return (
        mount.name === AESM_VOLUME &&
        isSocketDir(mount.mountPath) &&
        mount.readOnly === true &&
        isAbsent(mount.subPath) &&
        isAbsent(mount.subPathExpr) &&
        (isAbsent(mount.mountPropagation) || mount.mountPropagation === "None")
    );
}

/** Whether a volume is the one this package writes. */
export function isOurVolume(volume: Fields): boolean {
    const hostPath = fieldsOf(volume, "hostPath");
    return volume.name === AESM_VOLUME && hostPath.path === AESM_SOCKET_DIR && hostPath.type === "Directory";
}

/** Whether a toleration is, letter for letter, the one this package writes. */
export function isOurToleration(value: Fields): boolean {
    return (
        value.key === SGX_TAINT_KEY &&
        value.operator === "Exists" &&
        value.effect === "NoSchedule" &&
        isAbsent(value.tolerationSeconds)
    );
}

/** Whether a toleration covers the taint of enclave pools, also one that this package did not write. */
export function toleratesTaint(value: unknown): boolean {
    if (!isFields(value)) return false;
    const exists = value.operator === "Exists";
    const key = isAbsent(value.key) ? exists : value.key === SGX_TAINT_KEY && (exists || value.value === "true");
    return key && (isAbsent(value.effect) || value.effect === "NoSchedule");
}
