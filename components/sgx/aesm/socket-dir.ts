import { posix } from "node:path";
import { AESM_SOCKET_DIR } from "./aesm";

/** Whether a path is AESM's directory, however it is written. */
export function isSocketDir(path: unknown): boolean {
    return typeof path === "string" && canonical(path) === AESM_SOCKET_DIR;
}

/** Whether a path is AESM's directory or inside of it. The doctor asks this of every mount of a cluster. */
export function isInSocketDir(path: unknown): boolean {
    if (typeof path !== "string" || !path.includes(posix.basename(AESM_SOCKET_DIR))) return false;
    return path === AESM_SOCKET_DIR || isWithin(canonical(path), AESM_SOCKET_DIR);
}

/**
 * Whether AESM's directory, or a part of it, can be reached below a path: it is the directory, inside of it, or a
 * parent.
 */
function reachesSocketDir(path: string): boolean {
    return isInSocketDir(path) || isWithin(AESM_SOCKET_DIR, canonical(path));
}

/** Whether a mount of a directory of the node, or of the part of it that `subPath` names, reaches AESM's directory. */
export function mountReachesSocketDir(hostPath: string, subPath: unknown): boolean {
    if (!reachesSocketDir(hostPath)) return false;
    // A part of a parent may be another directory; an output and a subPathExpr may be any directory.
    return isInSocketDir(hostPath) || typeof subPath !== "string" || reachesSocketDir(posix.join(hostPath, subPath));
}

/** /var/run is a link to /run in Debian and Ubuntu, on nodes and in images. */
function canonical(path: string): string {
    const absolute = posix.resolve("/", path);
    return isWithin(absolute, "/run") ? `/var${absolute}` : absolute;
}

function isWithin(path: string, parent: string): boolean {
    return path === parent || path.startsWith(parent === "/" ? "/" : `${parent}/`);
}
