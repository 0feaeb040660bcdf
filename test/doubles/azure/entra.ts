import { randomUUID } from "node:crypto";
import { federates, type FederatedCredential, type KeySet } from "./federation";
import { readJwt, signedBy, signingKey, signJwt, type Claims, type SigningKey } from "./jwt";
import type { AzureNetwork } from "./network";
import { refusal, type Answer, type Call, type Service } from "./service";

/** An application or a managed identity. */
export interface Principal {
    clientId: string;
    /** What roles are given to. */
    objectId: string;
    secret?: string;
    federated?: readonly FederatedCredential[];
}

/**
 * A double of Microsoft Entra's token service: client credentials with a secret or a federated token, as
 * `@azure/identity` asks for them, with the variables of `env`.
 */
export class EntraDouble {
    readonly tenantId = randomUUID();
    private readonly principals: Principal[] = [];
    private readonly issuers = new Map<string, KeySet>();

    private constructor(private readonly key: SigningKey) {}

    static async start(network: AzureNetwork): Promise<EntraDouble> {
        const entra = new EntraDouble(signingKey(network.folder, "entra", "login.microsoftonline.com"));
        entra.service = await network.serve("login.microsoftonline.com", (call) => entra.answer(call));
        return entra;
    }

    service!: Service;

    /** An identity, with a secret. */
    principal(federated: readonly FederatedCredential[] = []): Required<Principal> {
        const made = { clientId: randomUUID(), objectId: randomUUID(), secret: randomUUID(), federated };
        this.principals.push(made);
        return made;
    }

    /** Makes the keys of an issuer of federated tokens known. */
    trust(issuer: string, keys: KeySet): void {
        this.issuers.set(issuer, keys);
    }

    /** Variables with which `EnvironmentCredential` gets tokens as this identity. */
    env({ clientId, secret }: Required<Principal>): Record<string, string> {
        return { AZURE_TENANT_ID: this.tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret };
    }

    /** A token without the way to it. */
    token({ clientId, objectId }: Principal, audience: string, seconds = 3600): string {
        const now = Math.floor(Date.now() / 1000);
        const times = { iat: now, nbf: now, exp: now + seconds };
        return signJwt(this.key, {
            ...{ aud: audience, iss: this.issuer, oid: objectId, appid: clientId, tid: this.tenantId },
            ...times,
        });
    }

    /** What an access token says. Undefined: it is none of this tenant, for this audience, and in its time. */
    claimsOf(authorization: string | undefined, audience: string): Claims | undefined {
        const jwt = readJwt(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "");
        if (jwt === undefined || !signedBy(jwt, this.key.certificate.publicKey)) return undefined;
        const { aud, iss, exp } = jwt.payload;
        const good = aud === audience && iss === this.issuer && typeof exp === "number" && exp * 1000 > Date.now();
        return good ? jwt.payload : undefined;
    }

    private get issuer(): string {
        return `https://sts.windows.net/${this.tenantId}/`;
    }

    private answer({ method, path, body }: Call): Answer {
        const tenant = `https://login.microsoftonline.com/${this.tenantId}`;
        if (method === "GET" && path.endsWith("/.well-known/openid-configuration")) {
            const places = {
                token_endpoint: `${tenant}/oauth2/v2.0/token`,
                authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
                end_session_endpoint: `${tenant}/oauth2/v2.0/logout`,
                jwks_uri: `${tenant}/discovery/v2.0/keys`,
                issuer: `${tenant}/v2.0`,
            };
            return { status: 200, body: places };
        }
        if (method !== "POST" || path !== `/${this.tenantId}/oauth2/v2.0/token`)
            throw refusal(404, "NotFound", "no such place in this double");
        const form = new URLSearchParams(body);
        const principal = this.principals.find(({ clientId }) => clientId === form.get("client_id"));
        if (principal === undefined) return failed("AADSTS700016: Application was not found in the directory");
        const assertion = form.get("client_assertion");
        if (assertion !== null) {
            const issuer = readJwt(assertion)?.payload["iss"];
            const keys = this.issuers.get(typeof issuer === "string" ? issuer : "");
            const federated = (principal.federated ?? []).some(
                (each) => keys !== undefined && federates(each, assertion, keys),
            );
            if (!federated) return failed("AADSTS70021: No matching federated identity record found");
        } else if (form.get("client_secret") !== principal.secret)
            return failed("AADSTS7000215: Invalid client secret provided");
        const scope = /^(https:\/\/.+)\/\.default$/.exec(form.get("scope")?.split(" ")[0] ?? "")?.[1];
        if (scope === undefined) return failed("AADSTS1002012: The provided value for scope is not valid");
        const token = { token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600 };
        return { status: 200, body: { ...token, access_token: this.token(principal, scope) } };
    }
}

function failed(text: string): Answer {
    return { status: 401, body: { error: "invalid_client", error_description: text } };
}
