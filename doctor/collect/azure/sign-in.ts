import { execFile } from "node:child_process";
import { CommandError } from "../../../terminal/errors.js";
import { isRaw, text, under, type Raw } from "../keep/shape.js";

/** Where Azure is asked, and as whom. The token goes into a header and nowhere else. */
export interface Session {
    token: string;
    subscription: string;
    /** Azure Resource Manager of the cloud that the Azure CLI is set to, without a slash at the end. */
    endpoint: string;
}

/** Uses the sign-in of the Azure CLI. Throws CommandError when there is none. */
export async function signIn(subscription?: string): Promise<Session> {
    if (subscription !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subscription))
        throw new CommandError(`--subscription ${subscription}: the id of a subscription is expected`, 2);
    const ofOne = subscription === undefined ? [] : ["--subscription", subscription];
    const [account, cloud] = await Promise.all([az("account", "get-access-token", ...ofOne), az("cloud", "show")]);
    const token = text(account.accessToken);
    const id = subscription ?? text(account.subscription);
    const endpoint = text(under(cloud, "endpoints").resourceManager);
    if (token === undefined || id === undefined || endpoint === undefined)
        throw new CommandError("--azure: the Azure CLI has no subscription; sign in with `az login`");
    return { token, subscription: id, endpoint: endpoint.replace(/\/+$/, "") };
}

/** Runs a command of the Azure CLI, which prints JSON. What it prints is shown to nobody: it has the token. */
function az(...args: string[]): Promise<Raw> {
    return new Promise((resolve, reject) => {
        // On Windows the command is a script, which only a shell can start; the arguments are constants and one id.
        const options = { timeout: 120_000, maxBuffer: 1 << 20, shell: process.platform === "win32" };
        execFile("az", [...args, "--output", "json"], options, (error, stdout) => {
            if (error !== null) reject(new CommandError(failure(error)));
            else resolve(parsed(stdout));
        });
    });
}

function failure(error: { code?: unknown; killed?: boolean | undefined }): string {
    if (error.code === "ENOENT")
        return "--azure: the Azure CLI (az) is not installed, or not in PATH (https://learn.microsoft.com/cli/azure/install-azure-cli)";
    if (error.killed === true) return "--azure: the Azure CLI did not answer within 2 minutes";
    return "--azure: the Azure CLI gives no token; sign in with `az login`, or name a subscription of yours with --subscription";
}

function parsed(printed: string): Raw {
    try {
        const value: unknown = JSON.parse(printed);
        return isRaw(value) ? value : {};
    } catch {
        return {};
    }
}
