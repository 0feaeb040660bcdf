import { KubeLogin } from "./choices";

/*
 * How the arguments of kubelogin look in each login mode. AKS's own kubeconfig is for a person: its client application
 * and tenant are wrong for most modes, which take theirs from the machine. Kept is what `kubelogin convert-kubeconfig`
 * keeps (https://github.com/Azure/kubelogin/blob/main/pkg/internal/converter/convert.go).
 */

/**
 * The application that AKS clusters with Entra ID ask tokens for; the same for every tenant
 * (https://azure.github.io/kubelogin).
 */
const aksServerApplicationId = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** What of AKS's arguments a mode keeps, and whether it takes a client id of the user's. */
interface LoginMode {
    keeps: readonly string[];
    takesClientId: boolean;
}

/** Signs in as an application that the tenant knows. */
const application = ["--client-id", "--tenant-id", "--environment"];
const proofOfPossession = ["--pop-enabled", "--pop-claims"];

const loginModes: Readonly<Record<KubeLogin, LoginMode>> = {
    // The account, and with it the tenant, is that of `az login`, which refuses a tenant for a managed identity.
    azurecli: { keeps: [], takesClientId: false },
    azd: { keeps: [], takesClientId: false },
    // The machine's identity: with a client id it is the one of that id.
    msi: { keeps: [], takesClientId: true },
    // Client, tenant and token file come from the environment.
    workloadidentity: { keeps: [], takesClientId: true },
    // Client and service connection come from the environment of the task.
    azurepipelines: { keeps: ["--tenant-id"], takesClientId: false },
    spn: { keeps: [...application, "--legacy", ...proofOfPossession], takesClientId: true },
    devicecode: { keeps: [...application, "--legacy"], takesClientId: false },
    interactive: {
        keeps: [...application, ...proofOfPossession, "--redirect-url", "--login-hint"],
        takesClientId: false,
    },
};

/** The modes that take a client id. */
export const modesWithClientId: readonly KubeLogin[] = Object.values(KubeLogin).filter(
    (mode) => loginModes[mode].takesClientId,
);

/** Arguments that every mode keeps. */
const always = ["--server-id", "--cache-dir", "--token-cache-dir"];

/** kubelogin's arguments in a login mode, made of those in AKS's kubeconfig. */
export function kubeloginArguments(
    given: readonly string[] | undefined,
    mode: KubeLogin,
    clientId: string | undefined,
): string[] {
    const options = new Map([["--server-id", [aksServerApplicationId]], ...optionsOf(given ?? [])]);
    if (clientId !== undefined) options.set("--client-id", [clientId]);
    const kept = new Set([...always, ...(clientId === undefined ? [] : ["--client-id"]), ...loginModes[mode].keeps]);
    const others = [...kept].flatMap((name) => {
        const value = options.get(name);
        return value === undefined ? [] : [name, ...value];
    });
    return ["get-token", "--login", mode, ...others];
}

/** Options by name, each with its value; a flag has none. Both `--name value` and `--name=value` are understood. */
function optionsOf(given: readonly string[]): [string, string[]][] {
    return given.flatMap((text, index): [string, string[]][] => {
        if (!text.startsWith("--")) return [];
        const [name = "", ...rest] = text.split("=");
        if (rest.length > 0) return [[name, [rest.join("=")]]];
        const next = given[index + 1];
        return [[name, next === undefined || next.startsWith("-") ? [] : [next]]];
    });
}
