import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { World } from "../../../tcb/collect/world";
import { recorded } from "../../tcb/support/recordings";
import { Authority } from "./authority";

const day = 86_400_000;

/** An answer before it is sent. */
export interface AnswerOfDouble {
    status: number;
    headers: Record<string, string>;
    body: Buffer;
}

/** Levels of TCB info or QE identity, as the recordings have them. */
type Levels = Record<string, unknown>[];

/** Which levels a set has. */
export interface SetOfDouble {
    platform: Levels;
    qe: Levels;
}

const memberOf = (name: string, member: string) =>
    (JSON.parse(recorded(name).body.toString()) as Record<string, Record<string, unknown>>)[member]!;
const [oldInfo, newInfo] = [memberOf("tcb-standard", "tcbInfo"), memberOf("tcb-early", "tcbInfo")];
const identity = memberOf("qe-identity", "enclaveIdentity");
const numbers = memberOf("evaluation-numbers", "tcbEvaluationDataNumbers");

/** The recorded levels: those of set 17, which was the standard on 2025-05-27, and those of set 19, which was early. */
export const recordedSets = {
    standard: { platform: oldInfo["tcbLevels"] as Levels, qe: identity["tcbLevels"] as Levels },
    early: { platform: newInfo["tcbLevels"] as Levels, qe: identity["tcbLevels"] as Levels },
};

/** FMSPC of the recordings. */
export const recordedFmspc = "00906ED50000";

/**
 * A double of Intel's provisioning certification service and of Azure's cache. Its answers have the members and headers
 * of the recordings; sets, dates and keys are the test's.
 */
export class IntelPcsDouble {
    readonly root = Authority.root();
    readonly tcbSigner = this.root.issue({ name: "Intel SGX TCB Signing" });
    readonly cas = {
        platform: this.root.issue({ name: "Intel SGX PCK Platform CA", isCa: true }),
        processor: this.root.issue({ name: "Intel SGX PCK Processor CA", isCa: true }),
    };
    /** Its clock, and that of who asks. */
    now = new Date("2026-08-01T12:00:00Z");
    sets: Record<number, SetOfDouble> = { 19: recordedSets.standard, 20: recordedSets.early };
    standard = 19;
    early = 20;
    azure = 17;
    /** When what Azure serves was issued. */
    azureIssued = new Date("2025-05-27T19:31:07Z");
    /** Serial numbers, by who has revoked them. */
    revoked: Record<"root" | "platform" | "processor", string[]> = { root: [], platform: [], processor: [] };
    /** How old answers are, in days. */
    ageDays = 0;
    /** Changes an answer; `undefined` cuts the connection. */
    change: (path: string, answer: AnswerOfDouble) => AnswerOfDouble | undefined = (_, answer) => answer;
    /** Paths with queries, in the order in which they were asked for. */
    readonly asked: string[] = [];

    private constructor(private readonly server: Server) {}

    static async start(): Promise<IntelPcsDouble> {
        const server = createServer();
        const double = new IntelPcsDouble(server);
        server.on("request", (request, response) => {
            double.answer(request, response);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return double;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    get world(): World {
        const at = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
        return {
            anchor: { key: this.root.publicKey },
            service: `${at}/v4`,
            rootList: `${at}/IntelSGXRootCA.der`,
            azure: `${at}/azure`,
            now: () => this.now,
            patienceMs: 120_000,
            pauseMs: 1,
        };
    }

    /** What it answers, before `change`. */
    answerOf(url: URL): AnswerOfDouble {
        const { pathname, searchParams } = url;
        const [from, to] = this.dates();
        switch (pathname) {
            case "/IntelSGXRootCA.der":
                return ok({}, this.root.list(from, new Date(from.getTime() + 365 * day), this.revoked.root));
            case "/v4/pckcrl": {
                const ca = searchParams.get("ca") === "platform" ? "platform" : "processor";
                return ok(
                    { "SGX-PCK-CRL-Issuer-Chain": this.chain(this.cas[ca]) },
                    this.cas[ca].list(from, to, this.revoked[ca]),
                );
            }
            case "/v4/tcbevaluationdatanumbers":
                return this.signed("tcbEvaluationDataNumbers", "TCB-Evaluation-Data-Numbers-Issuer-Chain", {
                    ...numbers,
                    ...dated(from, to),
                    tcbEvalNumbers: this.known().map((number) => ({
                        tcbEvaluationDataNumber: number,
                        tcbRecoveryEventDate: "2026-05-12T00:00:00Z",
                        tcbDate: "2026-05-13T00:00:00Z",
                    })),
                });
            case "/v4/qe/identity": {
                const number = this.numberOf(searchParams);
                return this.signed("enclaveIdentity", "SGX-Enclave-Identity-Issuer-Chain", {
                    ...{ ...identity, ...dated(from, to) },
                    ...{ tcbEvaluationDataNumber: number, tcbLevels: this.sets[number]?.qe },
                });
            }
            case "/v4/tcb":
                return this.tcb(searchParams.get("fmspc") ?? "", this.numberOf(searchParams), dated(from, to));
            case "/azure/tcb": {
                const to = new Date(this.azureIssued.getTime() + 30 * day);
                this.sets[this.azure] ??= recordedSets.standard;
                return this.tcb(searchParams.get("fmspc") ?? "", this.azure, dated(this.azureIssued, to));
            }
            default:
                return { status: 404, headers: {}, body: Buffer.alloc(0) };
        }
    }

    private tcb(fmspc: string, number: number, dates: object): AnswerOfDouble {
        const set = this.sets[number];
        if (fmspc !== recordedFmspc || set === undefined) return { status: 404, headers: {}, body: Buffer.alloc(0) };
        const { tcbLevels: _, ...rest } = oldInfo;
        return this.signed("tcbInfo", "TCB-Info-Issuer-Chain", {
            ...{ ...rest, ...dates },
            ...{ tcbEvaluationDataNumber: number, tcbLevels: set.platform },
        });
    }

    /** An answer with a member, and the signature over its bytes. */
    signed(member: string, header: string, value: object, signer = this.tcbSigner): AnswerOfDouble {
        const json = JSON.stringify(value);
        const body = `{"${member}":${json},"signature":"${signer.signHex(json)}"}`;
        return ok({ [header]: this.chain(signer) }, Buffer.from(body));
    }

    chain(signer: Authority): string {
        return encodeURIComponent(signer.pem + this.root.pem);
    }

    private dates(): [Date, Date] {
        const from = new Date(this.now.getTime() - (this.ageDays + 1) * day);
        return [from, new Date(from.getTime() + 30 * day)];
    }

    private known(): number[] {
        return Object.keys(this.sets)
            .map(Number)
            .filter((number) => number >= this.standard)
            .sort((one, other) => other - one);
    }

    private numberOf(query: URLSearchParams): number {
        const number = query.get("tcbEvaluationDataNumber");
        if (number !== null) return Number(number);
        return query.get("update") === "early" ? this.early : this.standard;
    }

    private answer(request: IncomingMessage, response: ServerResponse): void {
        const url = new URL(request.url ?? "", "http://double");
        const path = `${url.pathname}${url.search}`;
        this.asked.push(path);
        const answer = this.change(path, this.answerOf(url));
        if (answer === undefined) {
            request.destroy();
            return;
        }
        response.writeHead(answer.status, answer.headers).end(answer.body);
    }
}

function ok(headers: Record<string, string>, body: Buffer): AnswerOfDouble {
    return { status: 200, headers, body };
}

/** Dates as Intel writes them: without milliseconds. */
function dated(issueDate: Date, nextUpdate: Date) {
    const text = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;
    return { issueDate: text(issueDate), nextUpdate: text(nextUpdate) };
}
