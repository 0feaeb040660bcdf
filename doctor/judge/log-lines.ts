import { knownLines, type KnownLine } from "../model/known-lines.js";
import type { Pod } from "../model/objects.js";
import type { View } from "./view.js";

/** The most exact known line in the logs of a pod, or of one container of it. */
export function knownLineOf({ snapshot }: View, { metadata }: Pod, container?: string): KnownLine | undefined {
    const { namespace = "", name } = metadata;
    const lines = new Set(
        (snapshot.logs ?? []).flatMap((mark) =>
            mark.pod === `${namespace}/${name}` && (container === undefined || mark.container === container)
                ? [mark.line]
                : [],
        ),
    );
    return knownLines.find(({ id }) => lines.has(id));
}

/** How often a known line is in the logs of a pod. */
export function timesOf({ snapshot }: View, { metadata: { namespace = "", name } }: Pod, id: string): number {
    const marks = (snapshot.logs ?? []).filter(({ pod, line }) => pod === `${namespace}/${name}` && line === id);
    return marks.reduce((sum, { count }) => sum + count, 0);
}

/** What was seen of a pod, with what a known line says of its cause, and the line's remedy. */
export function withLine<State extends { seen: string; fix: string }>(
    state: State,
    line: KnownLine | undefined,
): State {
    return line === undefined ? state : { ...state, seen: `${state.seen}; its log says: ${line.means}`, fix: line.fix };
}
