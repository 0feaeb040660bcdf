import { stripVTControlCharacters } from "node:util";

/** Bytes with the largest unit that keeps the number exact and short, such as `8190Mi`; else rounded to one digit. */
export function formatBytes(bytes: number): string {
    const units: [string, number][] = [
        ["Gi", 1024 ** 3],
        ["Mi", 1024 ** 2],
        ["Ki", 1024],
    ];
    const exact = units.find(([, size]) => bytes >= size && bytes % size === 0 && bytes / size < 100_000);
    if (exact !== undefined) return `${bytes / exact[1]}${exact[0]}`;
    const rounded = units.find(([, size]) => bytes >= size);
    return rounded === undefined ? String(bytes) : `${(bytes / rounded[1]).toFixed(1)}${rounded[0]}`;
}

/**
 * Text of a program in a terminal or a comment, where it is nothing but text: without colours and other sequences of a
 * terminal, control characters, and the characters that reorder what a reader sees
 * (https://www.unicode.org/reports/tr9/). Lines stay lines.
 */
export function cleanLines(text: string): string {
    return stripVTControlCharacters(text)
        .replace(/\r\n?|[\u2028\u2029]/g, "\n")
        .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** The same in one line. */
export function clean(text: string): string {
    return cleanLines(text).replace(/[\n\t]/g, " ");
}

/** Pads columns to the same width. */
export function alignColumns(rows: readonly string[][]): string[] {
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
    return rows.map((row) =>
        row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd(),
    );
}
