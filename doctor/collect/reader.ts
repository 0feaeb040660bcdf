import { messageOf } from "../../terminal/errors.js";
import type { Pod } from "../model/objects.js";
import type { Gap } from "../model/snapshot.js";
import { isAllowed } from "./access.js";
import type { Api } from "./api/api.js";
import { ApiError } from "./api/errors.js";
import type { Raw } from "./keep/shape.js";
import { mask, start } from "./mask.js";
import { pathOf, rightText, type Right } from "./rights.js";

/** What is kept of an object; undefined: nothing. */
type KeepOne<T> = (raw: Raw) => T | undefined;

/** Reads lists, each as far as the rights go, and notes what is missing. */
export class Reader {
    readonly gaps: Gap[] = [];
    private readonly counts = new Map<string, number>();

    constructor(
        private readonly api: Api,
        private readonly namespace: string | undefined,
        /** Minor version of the API server. */
        private readonly minor: number | undefined,
        private readonly progress: (text: string) => void,
    ) {}

    /**
     * What is kept of the objects that a right is about. Where they may not be read everywhere, those of `--namespace`
     * and, as far as it is of use, of the namespaces of the infrastructure.
     */
    async read<T>(right: Right, keep: KeepOne<T>, infrastructure: () => Promise<readonly string[]>): Promise<T[]> {
        if (await isAllowed(this.api, right)) return await this.readIn(right, undefined, keep);
        const { namespace } = this;
        if (namespace === undefined || right.namespaced !== true) {
            this.miss(right);
            return [];
        }
        const more = right.ofInfrastructure === true ? await infrastructure() : [];
        const kept = await Promise.all(
            [...new Set([namespace, ...more])].map(async (each) => {
                if (await isAllowed(this.api, right, each)) return await this.readIn(right, each, keep);
                this.miss(right, each);
                return [];
            }),
        );
        return kept.flat();
    }

    /**
     * Whether all of these rights are there for these pods, for `--logs` and `--exec`: everywhere, or in each of the
     * pods' namespaces. What is missing is noted.
     */
    async mayUse(needed: readonly Right[], pods: readonly Pod[]): Promise<boolean> {
        const namespaces = [...new Set(pods.map(({ metadata }) => metadata.namespace ?? ""))];
        const answers = await Promise.all(
            needed.map(async (right) => {
                if (await isAllowed(this.api, right)) return true;
                if (this.namespace === undefined) return this.refuse(right);
                const each = namespaces.map(
                    async (name) => (await isAllowed(this.api, right, name)) || this.refuse(right, name),
                );
                return (await Promise.all(each)).every((allowed) => allowed);
            }),
        );
        return answers.every((allowed) => allowed);
    }

    private refuse(right: Right, namespace?: string): false {
        this.miss(right, namespace);
        return false;
    }

    /** Notes that something may not be read. */
    miss(right: Right, namespace?: string): void {
        const place = namespace === undefined ? "" : ` in namespace ${namespace}`;
        this.gaps.push({
            collection: right.part,
            why: "forbidden",
            detail: `${rightText(right)} is forbidden${place}`,
        });
    }

    private async readIn<T>(right: Right, namespace: string | undefined, keep: KeepOne<T>): Promise<T[]> {
        const path = pathOf(right, namespace);
        try {
            if (right.name !== undefined) return keptOf([await this.api.get(path)], keep);
            const lists = (right.queries ?? [{}]).map((query) => this.list(path, query, right.resource, keep));
            return (await Promise.all(lists)).flat();
        } catch (error) {
            this.note(right, namespace, error);
            return [];
        }
    }

    private async list<T>(path: string, query: Readonly<Record<string, string>>, resource: string, keep: KeepOne<T>) {
        const kept: T[] = [];
        await this.api.list(
            path,
            query,
            (items) => {
                kept.push(...keptOf(items, keep));
                this.count(resource, items.length);
            },
            () => {
                kept.length = 0;
            },
        );
        return kept;
    }

    private note(right: Right, namespace: string | undefined, error: unknown): void {
        if (!(error instanceof ApiError)) throw error;
        const { status } = error;
        const isOlder = right.since !== undefined && this.minor !== undefined && this.minor < right.since;
        if (status === 404 && (right.name !== undefined || right.mayBeAbsent === true || isOlder)) return;
        const { part: collection, resource } = right;
        if (status === 403) this.miss(right, namespace);
        else if (status === 404)
            this.gaps.push({ collection, why: "absent", detail: `the API server does not have ${resource}` });
        else {
            const detail = `${rightText(right)} failed: ${status} ${start(mask(messageOf(error)))}`.trim();
            this.gaps.push({ collection, why: "failed", detail });
        }
    }

    private count(resource: string, more: number): void {
        this.counts.set(resource, (this.counts.get(resource) ?? 0) + more);
        const all = [...this.counts].filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
        this.progress(`read: ${all.join(", ")}`);
    }
}

function keptOf<T>(items: readonly Raw[], keep: KeepOne<T>): T[] {
    return items.flatMap((item) => keep(item) ?? []);
}
