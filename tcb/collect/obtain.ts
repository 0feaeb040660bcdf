import { ItemFailure, type Item, type ItemValues, type Obtained } from "../model/items.js";
import { verifiedPckList, verifiedRootList } from "../verify/revocation.js";
import type { ChainRules } from "../verify/certificates.js";
import { NotUsable } from "../verify/errors.js";
import { verifiedMember } from "../verify/signed.js";
import { ask, type Answer } from "./answer.js";
import type { Cache } from "./cache.js";
import { Unreachable } from "./get.js";
import type { World } from "./world.js";

/** Reads items, of the service or of copies, and checks who has signed them. */
export class Source {
    constructor(
        private readonly world: World,
        private readonly cache: Cache | undefined,
        private readonly at: Date,
    ) {}

    /** `revoked`: serial numbers that Intel's root CA has revoked. */
    async obtain(item: Item, revoked: ReadonlySet<string>): Promise<Obtained> {
        try {
            const { answer, ...origin } = await this.answerOf(item);
            const value = this.checked(item, answer, revoked);
            if (origin.from === "service") this.cache?.write(item, answer, this.at);
            const notice = answer.notice === undefined ? {} : { notice: answer.notice };
            return { item, origin: { ...origin, ...notice }, value } as Obtained;
        } catch (error) {
            if (error instanceof NotUsable) return { item, failure: error.failure, detail: error.message };
            throw error;
        }
    }

    /** The service's answer; a copy only where there is none. */
    private async answerOf(item: Item) {
        try {
            return { answer: await ask(item, this.world), from: "service", readAt: this.at } as const;
        } catch (error) {
            if (!(error instanceof Unreachable)) throw error;
            const copy = this.cache?.read(item);
            if (copy !== undefined)
                return { answer: copy, from: "cache", readAt: copy.readAt, because: error.message } as const;
            throw new NotUsable(ItemFailure.unreachable, error.message);
        }
    }

    private checked(item: Item, { body, chain }: Answer, revoked: ReadonlySet<string>): ItemValues[Item["kind"]] {
        const { anchor } = this.world;
        const rules: ChainRules = { anchor, at: this.at, revoked };
        switch (item.kind) {
            case "root_ca_crl":
                return verifiedRootList(body, anchor);
            case "pck_crl":
                return verifiedPckList(body, chain, item.ca, rules);
            case "qe_identity":
            case "evaluation_numbers":
                return verifiedMember(item.kind, body.toString(), chain, rules);
            case "tcb_info": {
                // Azure serves what it has chosen, also when it is old: it counts who signed it when it was issued.
                const ofDay = ({ issueDate }: { issueDate: Date }) => ({ ...rules, at: issueDate });
                const info = verifiedMember("tcb_info", body.toString(), chain, item.set === "azure" ? ofDay : rules);
                if (info.fmspc.toUpperCase() !== item.fmspc)
                    throw new NotUsable(ItemFailure.forged, `it is about FMSPC ${info.fmspc}`);
                if (typeof item.set === "number" && info.tcbEvaluationDataNumber !== item.set)
                    throw new NotUsable(ItemFailure.forged, `it is of set ${info.tcbEvaluationDataNumber}`);
                return info;
            }
        }
    }
}
