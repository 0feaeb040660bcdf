/** A part of a document: dropped as a whole when there is no room. */
export interface Block {
    text: string;
    /** 0: most important, kept in any case (so it has to fit). */
    importance: number;
    /** What is missing when it is dropped, such as `the details of one resource`. Counted by this text. */
    about: string;
    /** What is said of it even when it is dropped, and what it is listed under: for what a reader must not miss. */
    brief?: { under: string; name: string };
    /** A list item: no empty line between two of them. */
    isItem?: true;
}

/**
 * Joins blocks in their order, dropping the least important ones until the text has at most `limit` characters. Among
 * equally important ones the last are dropped first. Once one is dropped, so is all that is less important: what is
 * left out fits in one sentence.
 *
 * @param note Tells what was left out, most important first; it stands where the empty block with importance -1 is.
 */
export function fitBlocks(
    blocks: readonly Block[],
    limit: number,
    note: (dropped: readonly Block[]) => string,
): string {
    const order = blocks
        .map((block, index) => ({ block, index }))
        .sort((a, b) => a.block.importance - b.block.importance || a.index - b.index);
    const join = (count: number): string => {
        const kept = new Set(order.slice(0, count).map(({ index }) => index));
        const dropped = order.slice(count).map(({ block }) => block);
        let text = "";
        let last: Block | undefined;
        blocks.forEach((block, index) => {
            const isNote = block.importance === NOTE;
            const own = isNote ? (dropped.length === 0 ? "" : note(dropped)) : kept.has(index) ? block.text : "";
            if (own === "") return;
            text += (last === undefined ? "" : last.isItem === true && block.isItem === true ? "\n" : "\n\n") + own;
            last = block;
        });
        return text;
    };
    // The length grows with the number of blocks kept (the note is shorter than what it tells of), so search for the
    // largest number that fits.
    let [low, high] = [0, order.length];
    if (join(high).length <= limit) return join(high);
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (join(middle).length <= limit) low = middle;
        else high = middle;
    }
    return join(Math.max(low, 2)).slice(0, limit);
}

/** Importance of the block that stands for the note. */
export const NOTE = -1;
