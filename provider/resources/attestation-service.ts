import type { PipelineRequest } from "@azure/core-rest-pipeline";
import { policyIn } from "../../components/sgx";
import { credential } from "./credential";
import { whileRoleSpreads } from "./role-spread";

/*
 * Azure Attestation's data plane, as far as policies are concerned
 * (https://learn.microsoft.com/rest/api/attestation/policy).
 */

/** The version that `@azure/attestation` lacks and whose anonymous attestation is documented. */
const apiVersion = "2022-08-01";
const scope = "https://attest.azure.net/.default";

interface Answer {
    token?: unknown;
}

/** Sets the policy of one attestation type. The body is a JWT, signed or not. */
export async function putPolicy(attestationUrl: string, type: string, jwt: string): Promise<void> {
    const claims = await ask(attestationUrl, type, "Attestation Contributor", true, { method: "PUT", body: jwt });
    const result = claims["x-ms-policy-result"];
    if (result !== "Updated")
        throw new Error(`${attestationUrl}: the policy of ${type} was not set (x-ms-policy-result: ${String(result)})`);
}

/** The text of the policy of one attestation type. */
export async function getPolicy(attestationUrl: string, type: string, isNew: boolean): Promise<string> {
    const claims = await ask(attestationUrl, type, "Attestation Reader", isNew, { method: "GET" });
    const text = policyIn(String(claims["x-ms-policy"]));
    if (text === undefined) throw new Error(`${attestationUrl}: the answer has no policy of ${type}`);
    return text;
}

/** The claims of the JWT that the service answers with; its signature is not checked, TLS says whose it is. */
async function ask(
    attestationUrl: string,
    type: string,
    role: string,
    isNew: boolean,
    request: Pick<Partial<PipelineRequest>, "body"> & { method: "GET" | "PUT" },
): Promise<Record<string, unknown>> {
    const { createDefaultHttpClient, createPipelineFromOptions, createPipelineRequest, ...core } =
        await import("@azure/core-rest-pipeline");
    const pipeline = createPipelineFromOptions({});
    const signIn = { credential: await credential(), scopes: scope };
    pipeline.addPolicy(core.bearerTokenAuthenticationPolicy(signIn));
    const client = createDefaultHttpClient();
    return whileRoleSpreads({ place: attestationUrl, role, isNew }, async () => {
        const url = `${attestationUrl}/policies/${type}?api-version=${apiVersion}`;
        const headers = core.createHttpHeaders(
            request.body === undefined ? {} : { "content-type": "text/plain; charset=utf-8" },
        );
        const response = await pipeline.sendRequest(client, createPipelineRequest({ ...request, url, headers }));
        const text = response.bodyAsText ?? "";
        if (response.status !== 200) {
            const message = `${request.method} ${url}: HTTP ${response.status} ${reasonIn(text)}`;
            throw new core.RestError(message, { statusCode: response.status });
        }
        const { token } = JSON.parse(text) as Answer;
        const [, payload = ""] = String(token).split(".");
        return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
    });
}

/** `{"error": {"code", "message"}}`, or the first characters of another answer. */
function reasonIn(text: string): string {
    try {
        const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
        return `${String(error?.code)}: ${String(error?.message)}`;
    } catch {
        return text.slice(0, 200);
    }
}
