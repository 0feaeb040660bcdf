import type { ItemFailure } from "../model/items.js";

/** What keeps an answer from being used. */
export class NotUsable extends Error {
    constructor(
        readonly failure: ItemFailure,
        message: string,
    ) {
        super(message);
        this.name = "NotUsable";
    }
}
