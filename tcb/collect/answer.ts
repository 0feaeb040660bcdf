import type { Item } from "../model/items.js";
import { ItemFailure } from "../model/items.js";
import { NotUsable } from "../verify/errors.js";
import { BadAnswer, get } from "./get.js";
import type { World } from "./world.js";

/** An answer before its signature is checked. */
export interface Answer {
    body: Buffer;
    /** Certificates in PEM; empty where the answer needs none. */
    chain: string;
    notice?: string;
}

/** Names of the headers with the issuers; Azure's cache uses Intel's older name as well. */
const chainHeaders = {
    tcb_info: ["TCB-Info-Issuer-Chain", "SGX-TCB-Info-Issuer-Chain"],
    qe_identity: ["SGX-Enclave-Identity-Issuer-Chain"],
    pck_crl: ["SGX-PCK-CRL-Issuer-Chain"],
    root_ca_crl: [],
    evaluation_numbers: ["TCB-Evaluation-Data-Numbers-Issuer-Chain"],
} as const satisfies Record<Item["kind"], readonly string[]>;

/** Where an item is read. */
function urlOf(item: Item, { service, rootList, azure }: World): string {
    switch (item.kind) {
        case "tcb_info":
            if (item.set === "azure") return `${azure}/tcb?fmspc=${item.fmspc}&api-version=2018-10-01-preview`;
            return typeof item.set === "number"
                ? `${service}/tcb?fmspc=${item.fmspc}&tcbEvaluationDataNumber=${item.set}`
                : `${service}/tcb?fmspc=${item.fmspc}&update=${item.set}`;
        case "qe_identity":
            return `${service}/qe/identity?update=${item.set}`;
        case "pck_crl":
            return `${service}/pckcrl?ca=${item.ca}&encoding=der`;
        case "root_ca_crl":
            return rootList;
        case "evaluation_numbers":
            return `${service}/tcbevaluationdatanumbers`;
    }
}

/** Reads an item of the service. */
export async function ask(item: Item, world: World): Promise<Answer> {
    const { status, headers, body } = await got(urlOf(item, world), world);
    if (status !== 200) throw new NotUsable(ItemFailure.unknown, `the service has none (HTTP ${status})`);
    const notice = headers.get("warning");
    return { body, chain: chainOf(item, headers), ...(notice === null ? {} : { notice }) };
}

async function got(url: string, world: World) {
    try {
        return await get(url, world);
    } catch (error) {
        if (error instanceof BadAnswer) throw new NotUsable(ItemFailure.malformed, error.message);
        throw error;
    }
}

function chainOf({ kind }: Item, headers: Headers): string {
    const names = chainHeaders[kind];
    const value = names.map((name) => headers.get(name)).find((each) => each !== null);
    if (value === undefined) {
        if (names.length === 0) return "";
        throw new NotUsable(ItemFailure.malformed, `the answer has no header ${names.join(" or ")}`);
    }
    try {
        return decodeURIComponent(value);
    } catch {
        throw new NotUsable(ItemFailure.malformed, `the header ${names.join(" or ")} cannot be read`);
    }
}
