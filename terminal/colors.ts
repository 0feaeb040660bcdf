type Paint = (text: string) => string;

/** Ways to set off a text on a terminal. */
export interface Palette {
    bold: Paint;
    dim: Paint;
    yellow: Paint;
    red: Paint;
    green: Paint;
}

/** Colours, or none of them. */
export function palette(colors: boolean): Palette {
    const paint =
        (on: number, off: number): Paint =>
        (text) =>
            colors && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    return {
        bold: paint(1, 22),
        dim: paint(2, 22),
        yellow: paint(33, 39),
        red: paint(31, 39),
        green: paint(32, 39),
    };
}
