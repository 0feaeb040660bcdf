import type { KubeConfig } from "@kubernetes/client-node";
import { didYouMean } from "../../../components/problems/index.js";
import { CommandError, messageOf } from "../../../terminal/errors.js";
import { mask, start } from "../mask.js";

/** Which kubeconfig, and what of it. */
export interface KubeconfigRequest {
    /** Its text. Default: the one that kubectl would find. */
    kubeconfig?: string;
    /** Folder that relative paths in the text start from. Default: the current one. */
    kubeconfigFolder?: string;
    /** Default: its current one. */
    context?: string;
}

/** The address that client-node assumes where there is no kubeconfig at all. */
const assumed = "http://localhost:8080";

/** Loads a kubeconfig and chooses the context. Throws CommandError. */
export async function loadKubeconfig({
    kubeconfig,
    kubeconfigFolder,
    context,
}: KubeconfigRequest): Promise<KubeConfig> {
    // Loaded here: it takes a second, and judging a bundle does without.
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    try {
        if (kubeconfig === undefined) config.loadFromDefault();
        else config.loadFromString(kubeconfig);
        if (kubeconfigFolder !== undefined) config.makePathsAbsolute(kubeconfigFolder);
    } catch (error) {
        throw new CommandError(`the kubeconfig cannot be understood (${reasonOf(error)})`);
    }
    if (kubeconfig === undefined && config.getCurrentCluster()?.server === assumed)
        throw new CommandError(
            "there is no kubeconfig: give one with --kubeconfig FILE, set KUBECONFIG, or make ~/.kube/config, such as " +
                "by az aks get-credentials",
        );
    chooseContext(config, context);
    return config;
}

function chooseContext(config: KubeConfig, context: string | undefined): void {
    const names = config.getContexts().map(({ name }) => name);
    const chosen = context ?? config.getCurrentContext();
    if (!names.includes(chosen)) {
        const subject = context === undefined ? `current context ${JSON.stringify(chosen)}` : `--context ${chosen}`;
        const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
        throw new CommandError(`${subject}: not in the kubeconfig; ${didYouMean(chosen, names, known)}`, 2);
    }
    config.setCurrentContext(chosen);
    if (config.getCurrentCluster() === null)
        throw new CommandError(`context ${chosen}: the kubeconfig does not have its cluster; get the kubeconfig again`);
}

/** Without the lines of the file that a parser quotes, since these may be a token. */
function reasonOf(error: unknown): string {
    const { reason } = error as { reason?: unknown };
    return typeof reason === "string" ? reason : start(mask(messageOf(error).split("\n")[0] ?? ""));
}

/** Why a program that signs in could not do it. */
export function signInFailed(config: KubeConfig, error: unknown): CommandError {
    const command = (config.getCurrentUser()?.exec as { command?: string } | undefined)?.command;
    const { code } = error as { code?: unknown };
    if (command !== undefined && code === "ENOENT")
        return new CommandError(
            `the kubeconfig signs in with ${command}, which is not there: install it` +
                (command.endsWith("kubelogin") ? " (az aks install-cli)" : ""),
        );
    const said = start(mask(messageOf(error).trim().split("\n").slice(-3).join(" ")));
    return new CommandError(
        command === undefined
            ? `the credentials of the kubeconfig cannot be used: ${said}`
            : `signing in with ${command} failed: ${said}`,
    );
}
