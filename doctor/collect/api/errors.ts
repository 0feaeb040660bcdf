import { CommandError, messageOf } from "../../../terminal/errors.js";
import { mask, start } from "../mask.js";

/** The API server could not be asked now, and may be later: the network, or work of its own, keeps it. */
export class TemporaryError extends CommandError {}

/** An answer of the API server that is no success. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string,
        /** Seconds after which the API server wants to be asked again. */
        readonly retryAfter?: number,
    ) {
        super(message);
        this.name = "ApiError";
    }
}

/** Codes of Node.js and OpenSSL for a certificate of the API server that does not hold. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;
/** Codes for a network that does not lead to it. */
const networkCode = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE)/;

/** Why the API server could not be asked, and what to do. */
export function unreachable(server: string, error: unknown): CommandError {
    const { code } = error as { code?: unknown };
    const name = typeof code === "string" ? code : "";
    const detail = start(mask(messageOf(error)));
    if (certificateCode.test(name))
        return new CommandError(
            `the certificate of the API server at ${server} cannot be verified (${name}): the kubeconfig may be of a ` +
                "cluster that was recreated; get it again",
        );
    if (networkCode.test(name))
        return new TemporaryError(
            `the API server at ${server} cannot be reached (${name}): see whether the cluster runs, and whether this ` +
                "machine may reach it (private cluster, authorized IP ranges, VPN)",
        );
    return new CommandError(`the API server at ${server} cannot be asked: ${detail}`);
}

/** The API server does not know who asks. */
export function signedOut(server: string): CommandError {
    return new CommandError(
        `the API server at ${server} does not accept the credentials of the kubeconfig (401): sign in again, or get ` +
            "the kubeconfig again",
    );
}

/** Something answers that is no API server of Kubernetes. */
export function notKubernetes(server: string, { status }: ApiError): CommandError {
    if (isTemporary(status)) return new TemporaryError(`the API server at ${server} answers ${status}`);
    return new CommandError(
        `${server} answers ${status} where Kubernetes tells its version: see whether the address of the kubeconfig is right`,
    );
}

/** Whether a status says that the API server is too busy, or fails for now. */
function isTemporary(status: number): boolean {
    return status === 429 || status >= 500;
}
