/**
 * The resources behind the components of one class, for its getters. A private field of the class would be part of the
 * schema for other languages.
 */
export class Behind<Parts extends object> {
    readonly #parts = new WeakMap<object, Parts>();

    /** Keeps the resources of a component. */
    keep(component: object, parts: Parts): void {
        this.#parts.set(component, parts);
    }

    /** The resources of a component. */
    of(component: object): Parts {
        const parts = this.#parts.get(component);
        if (parts === undefined) throw new Error("confidential-aks: this component was not made by its constructor");
        return parts;
    }
}
