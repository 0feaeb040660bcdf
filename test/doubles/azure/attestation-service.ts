import { createHash, X509Certificate } from "node:crypto";
import { evaluatePolicy, type Claim } from "../../../components/sgx/attestation-policy/evaluate";
import { PolicySyntaxError } from "../../../components/sgx/attestation-policy/lex";
import { parsePolicy } from "../../../components/sgx/attestation-policy/parse";
import { published } from "../../attestation-policy/published";
import type { EntraDouble } from "./entra";
import { base64url, publicJwk, readJwt, signedBy, signingKey, signJwt, unsigned, type Claims } from "./jwt";
import type { AzureNetwork } from "./network";
import { Refusals } from "./refusals";
import { refusal, type Answer, type Call, type Service } from "./service";
import { claimsOfQuote, runtimeClaims, type AttestRequest } from "./stand-in-quote";

const audience = "https://attest.azure.net";
const types = ["SgxEnclave", "OpenEnclave"] as const;
export type AttestationType = (typeof types)[number];

export interface AttestationServiceOptions {
    name?: string;
    /** Certificates of signers: with them the provider is isolated. */
    policySigningCertificates?: readonly X509Certificate[];
}

/**
 * A double of Azure Attestation's data plane, made from its OpenAPI description of 2022-08-01 and its documentation.
 * Quotes are stand-ins (stand-in-quote.ts). There are no ETags, since the description has none.
 */
export class AttestationServiceDouble {
    /** Object ids of those who may write policies: Attestation Contributor. */
    readonly writers = new Set<string>();
    /** Of those who may read them: Attestation Reader. */
    readonly readers = new Set<string>();
    /** Answers 401 to calls for policies while the role spreads. */
    readonly spreading = new Refusals();
    readonly host: string;
    readonly key;
    service!: Service;
    private readonly policies = new Map<AttestationType, string>();

    private constructor(
        network: AzureNetwork,
        private readonly entra: EntraDouble,
        private readonly options: AttestationServiceOptions,
    ) {
        const name = options.name ?? "mine";
        this.host = `${name}.weu.attest.azure.net`;
        this.key = signingKey(network.folder, `maa-${name}`, this.host);
    }

    static async start(
        network: AzureNetwork,
        entra: EntraDouble,
        options: AttestationServiceOptions = {},
    ): Promise<AttestationServiceDouble> {
        const double = new AttestationServiceDouble(network, entra, options);
        double.service = await network.serve(double.host, (call) => double.answer(call));
        return double;
    }

    /** attestUri, and the issuer of its tokens. */
    get url(): string {
        return `https://${this.host}`;
    }

    /** Text of a policy that was set. Undefined: the default is in force. */
    policy(type: AttestationType): string | undefined {
        const jwt = this.policies.get(type);
        return jwt === undefined ? undefined : textIn(jwt);
    }

    /** Sets a policy as somebody else with the role would. */
    overwrite(type: AttestationType, jwt: string): void {
        this.policies.set(type, jwt);
    }

    /** A token signed as the service signs: 8 hours, its issuer; the payload and the header may be given otherwise. */
    sign(payload: Claims, header: Claims = {}): string {
        const now = Math.floor(Date.now() / 1000);
        const usual = { iss: this.url, iat: now, nbf: now, exp: now + 28800, "x-ms-ver": "1.0" };
        return signJwt(this.key, { ...usual, ...payload }, { jku: `${this.url}/certs`, ...header });
    }

    private answer(call: Call): Answer {
        const { method, path } = call;
        if (method === "GET" && path === "/certs") return { status: 200, body: { keys: [publicJwk(this.key)] } };
        if (method === "GET" && path === "/.well-known/openid-configuration")
            return { status: 200, body: { issuer: this.url, jwks_uri: `${this.url}/certs` } };
        // That enclaves attest without a token is documented up to 2022-08-01.
        if (!["2020-10-01", "2022-08-01"].includes(call.query.get("api-version") ?? ""))
            throw refusal(400, "InvalidParameter", "api-version is not supported");
        const [, room, name] = /^\/(policies|attest)\/(\w+)(?::reset)?$/.exec(path) ?? [];
        const type = types.find((each) => each === name);
        if (type === undefined) throw refusal(404, "NotFound", "no such place in this double");
        if (room === "attest" && method === "POST") return this.attest(type, call);
        if (room !== "policies") throw refusal(405, "MethodNotAllowed", method);
        this.authorize(call, method === "GET" ? new Set([...this.readers, ...this.writers]) : this.writers);
        if (method === "GET") return this.token({ "x-ms-policy": this.policies.get(type) ?? defaultPolicy });
        if (method === "PUT" && !path.endsWith(":reset")) return this.set(type, call);
        if (method === "POST" && path.endsWith(":reset")) return this.reset(type, call);
        throw refusal(405, "MethodNotAllowed", method);
    }

    private authorize({ headers, path }: Call, allowed: ReadonlySet<string>): void {
        const caller = this.entra.claimsOf(headers.authorization, audience);
        const role = caller !== undefined && allowed.has(String(caller["oid"])) && !this.spreading.next();
        if (!role) throw refusal(401, "Unauthorized", `Access to ${path} requires a valid JWT bearer token`);
    }

    private set(type: AttestationType, { headers, body }: Call): Answer {
        if (!/^text\/plain\b/.test(headers["content-type"] ?? ""))
            throw refusal(415, "UnsupportedMediaType", "text/plain is wanted");
        this.checkSigner(body);
        const text = textIn(body);
        if (text === undefined) throw refusal(400, "InvalidOperation", "the body is no policy token");
        try {
            parsePolicy(text);
        } catch (error) {
            if (!(error instanceof PolicySyntaxError)) throw error;
            throw refusal(400, "PolicyParsingError", error.message);
        }
        this.policies.set(type, body);
        return this.changed("Updated", body);
    }

    private reset(type: AttestationType, { body }: Call): Answer {
        this.checkSigner(body);
        this.policies.delete(type);
        return this.changed("Removed", body);
    }

    /** The form of the JWT: compact, base64url without padding, unsigned only where the provider is not isolated. */
    private checkSigner(body: string): void {
        const jwt = readJwt(body);
        if (jwt === undefined) throw refusal(400, "InvalidOperation", "the body is no JSON Web Token");
        const signers = this.options.policySigningCertificates;
        if (jwt.header["alg"] === "none" && jwt.signature.length === 0 && signers === undefined) return;
        const [x5c]: unknown[] = Array.isArray(jwt.header["x5c"]) ? jwt.header["x5c"] : [];
        if (typeof x5c !== "string") throw refusal(400, "InvalidOperation", "the policy token has to be signed");
        const certificate = new X509Certificate(Buffer.from(x5c, "base64"));
        const trusted = signers?.some((each) => certificate.verify(each.publicKey)) ?? true;
        if (!trusted || !signedBy(jwt, certificate.publicKey))
            throw refusal(400, "InvalidOperation", "the policy token is not signed by a policy signer");
    }

    private changed(result: "Updated" | "Removed", jwt: string): Answer {
        const hash = createHash("sha256").update(jwt, "utf8").digest("base64url");
        return this.token({ "x-ms-policy-result": result, "x-ms-policy-token-hash": hash });
    }

    private token(payload: Claims): Answer {
        return { status: 200, body: { token: this.sign(payload) } };
    }

    private attest(type: AttestationType, { body }: Call): Answer {
        const request = JSON.parse(body) as AttestRequest;
        const facts = claimsOfQuote(type === "SgxEnclave" ? request.quote : request.report);
        const more = runtimeClaims(request, facts["x-ms-sgx-report-data"]);
        const draft = request.draftPolicyForAttestation;
        const jwt = draft ?? this.policies.get(type) ?? defaultPolicy;
        const incoming = Object.entries(facts).map(([name, value]): Claim => ({
            type: name,
            value,
            issuer: "AttestationService",
        }));
        const { permitted, issued } = evaluatePolicy(parsePolicy(textIn(jwt) ?? ""), incoming);
        if (permitted !== true) throw refusal(400, "PolicyEvaluationError", "the policy does not permit this enclave");
        const payload = {
            ...Object.fromEntries(issued.map((claim) => [claim.type, claim.value])),
            ...facts,
            ...more,
            "x-ms-policy-hash": hashOfPolicy(jwt),
        };
        if (draft !== undefined) return { status: 200, body: { token: `${unsigned({ alg: "none" }, payload)}.` } };
        return this.token(payload);
    }
}

/** As https://learn.microsoft.com/azure/attestation/claim-sets has it. */
function hashOfPolicy(jwt: string): string {
    const encoded = String(readJwt(jwt)?.payload["AttestationPolicy"]);
    return createHash("sha256").update(encoded, "utf8").digest("base64url");
}

function textIn(jwt: string): string | undefined {
    const encoded = readJwt(jwt)?.payload["AttestationPolicy"];
    return typeof encoded === "string" && /^[\w-]+$/.test(encoded)
        ? Buffer.from(encoded, "base64url").toString("utf8")
        : undefined;
}

const defaultPolicy = `${unsigned({ alg: "none" }, { AttestationPolicy: base64url(published["the default for SGX"]) })}.`;
